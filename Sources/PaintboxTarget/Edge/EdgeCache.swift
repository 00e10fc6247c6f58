import NIOCore

/// What the edge keeps of the regions' answers, by URL. The entry used least recently makes room when there are too
/// many or they are too large together.
struct EdgeCache: Sendable {
    /// An answer that may be used again.
    struct Entry: Sendable {
        var contentType: String
        var cacheControl: String
        var entityTag: String
        var body: ByteBuffer
        var stored: NIODeadline
        /// How long it is fresh, in seconds.
        var maxAge: Int64

        /// Seconds since the region answered, rounded down.
        func age(at now: NIODeadline) -> Int64 {
            max(0, (now - stored).nanoseconds / 1_000_000_000)
        }
    }

    /// What is there under a URL.
    enum Lookup {
        case fresh(Entry)
        /// Too old: the region must be asked again.
        case stale
        case missing
    }

    /// What an entry takes beside body and URL, in bytes; an estimate.
    static let overhead = 256

    private let maxEntries: Int
    private let maxBytes: Int
    private var entries = LRUTable<String, Entry>()
    /// What the entries take, in bytes.
    private(set) var bytes = 0
    /// How many entries had to make room.
    private(set) var evictions = 0

    init(maxEntries: Int, maxBytes: Int) {
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
    }

    /// How many entries there are.
    var count: Int { entries.count }

    /// Looks a URL up at `now`. An entry is fresh while it is younger than its `max-age` (RFC 9111 §4.2).
    mutating func lookup(_ url: String, at now: NIODeadline) -> Lookup {
        guard let entry = entries.value(for: url) else { return .missing }
        return now < entry.stored + .seconds(entry.maxAge) ? .fresh(entry) : .stale
    }

    /// Keeps an answer; false if it is too large ever to be kept, or must not be.
    mutating func store(_ entry: Entry, for url: String) -> Bool {
        let size = Self.size(entry, url)
        guard size <= maxBytes, maxEntries > 0, entry.maxAge > 0 else { return false }
        if let before = entries.insert(entry, for: url) { bytes -= Self.size(before, url) }
        bytes += size
        while entries.count > maxEntries || bytes > maxBytes, let oldest = entries.removeOldest() {
            bytes -= Self.size(oldest.value, oldest.key)
            evictions += 1
        }
        return true
    }

    /// Forgets a URL; false if it was not there.
    mutating func purge(_ url: String) -> Bool {
        guard let entry = entries.remove(url) else { return false }
        bytes -= Self.size(entry, url)
        return true
    }

    /// Forgets everything, and says how much that was.
    mutating func purgeAll() -> Int {
        let count = entries.count
        entries.removeAll()
        bytes = 0
        return count
    }

    private static func size(_ entry: Entry, _ url: String) -> Int {
        entry.body.readableBytes + url.utf8.count + overhead
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file that another process writes to, read line by line as it grows. It is opened anew each time, so that a thousand of them need
/// one descriptor, and a network file system shows what was written last. Memory is bounded by a piece and the longest line.
struct GrowingFile {
    /// What became of the file since it was looked at last.
    enum State: Equatable {
        /// It is the same, perhaps longer.
        case same
        /// There is none.
        case absent
        /// It is another one, or shorter than it was: what was read of it is void.
        case replaced
        /// Something else stands in its place, or it can't be read.
        case unreadable(Int32)
    }

    let path: String
    /// How many bytes were read, or passed over.
    private(set) var offset: Int64 = 0
    /// How long it was when it was looked at last.
    private(set) var size: Int64 = 0
    /// How often something was passed over.
    private(set) var jumps = 0
    /// Lines that were longer than any may be.
    private(set) var overlong = 0
    private var identity: Identity?
    /// How long it was at least.
    private var known: Int64 = 0
    /// The line whose break was not there yet.
    private var begun: [UInt8] = []
    private var isPassingOver = false

    private struct Identity: Equatable {
        var device: UInt64
        var number: UInt64
    }

    static let piece = 1 << 18
    /// Longer than a log's header can be, which has the scenario's text.
    static let longestLine = 1 << 25

    init(_ path: String) { self.path = path }

    /// True where all of it was read that there was.
    var isReadToItsEnd: Bool { offset >= size }

    /// Looks at the file, and gives the lines that have come since, without their breaks.
    ///
    /// - Parameters:
    ///   - bytes: How much is read at most; the rest comes the next time.
    ///   - tail: Where more than this has come since the line before last, only so much of its end is read, from the first whole
    ///     line on; nil: all of it is.
    mutating func read(atMost bytes: Int64 = .max, tail: Int64? = nil, _ take: (ArraySlice<UInt8>) -> Void) -> State {
        // What stands there may be a pipe that nobody writes to.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return errno == ENOENT || errno == ENOTDIR ? .absent : .unreadable(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .unreadable(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .unreadable(EINVAL) }
        let found = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        size = Int64(status.st_size)
        if identity != nil, identity != found || size < known { return .replaced }
        identity = found
        known = size
        if let tail, size - offset > 2 * tail { passOver(to: size - tail) }
        var left = bytes
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        while left > 0, offset < size {
            let wanted = Int(min(Int64(Self.piece), left, size - offset))
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, off_t(offset)) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .unreadable(errno) }
            guard count > 0 else {
                // It has less than it says.
                size = offset
                return .same
            }
            offset += Int64(count)
            left -= Int64(count)
            split(buffer[..<count], take)
        }
        return .same
    }

    /// Reads it from its beginning once more; another one in its place is still told.
    mutating func rewind() {
        offset = 0
        begun = []
        isPassingOver = false
    }

    /// Goes on from an offset, which lies in the middle of a line.
    private mutating func passOver(to next: Int64) {
        jumps += 1
        offset = next
        begun = []
        isPassingOver = true
    }

    private mutating func split(_ bytes: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if isPassingOver {
                isPassingOver = false
            } else if begun.isEmpty {
                take(line)
            } else {
                begun.append(contentsOf: line)
                take(begun[...])
                begun = []
            }
        }
        guard !isPassingOver else { return }
        guard begun.count + rest.count <= Self.longestLine else {
            overlong += 1
            begun = []
            isPassingOver = true
            return
        }
        begun.append(contentsOf: rest)
    }
}

import CAres
import CLinux
import Glibc
import Scenarios

/// One look-up of a name by c-ares, which waits for nothing: whoever carries it polls its sockets. A channel of its own, so
/// that what `/etc/resolv.conf` and `/etc/hosts` say is always what they say now. Used by one thread at a time.
final class NameLookup {
    /// What a name has.
    struct Answer: Sendable {
        /// Without ports, in the order in which they are to be tried (RFC 6724).
        var addresses: [SocketAddress]
        /// Seconds that it may be kept; nil: it came of a file of this machine.
        var lifetime: Int?
    }

    /// Why a name has no address.
    struct Failure: Error, Sendable, Equatable {
        var reason: String
    }

    /// What the callback, which c-ares may call for as long as the channel lives, is given.
    private final class Slot {
        var result: Result<Answer, Failure>?
        /// Sockets that were opened to name servers: without one the answer came of a file.
        let opened = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

        init() { opened.initialize(to: 0) }

        deinit { opened.deallocate() }
    }

    /// How often each server is tried.
    private static let tries: Int32 = 2
    /// Nanoseconds that it may take in all.
    private static let patience: Int64 = 10_000_000_000
    /// RFC 2181 §8: a TTL beyond 31 bits means none. A week is longer than any run.
    private static let longest = 7 * 86_400

    private var channel: ares_channel?
    private let slot = Slot()
    private let deadline: Int64
    /// How many sockets it waits for.
    private(set) var socketCount = 0

    /// c-ares' own state of the process is set up once.
    private static let isReady = loadgate_ares_begin() == 0

    /// Asks for a name; `server`: by its address, and nobody else. `firstTry`: how long the first try of a server takes, in
    /// milliseconds; the second takes twice as long.
    init(_ host: String, server: HostPort?, firstTry: Int32 = 1_500) {
        deadline = loadgate_monotonic() + Self.patience
        guard Self.isReady else {
            slot.result = .failure(Failure(reason: "c-ares can't be set up"))
            return
        }
        var channel: ares_channel?
        let status = loadgate_ares_open(&channel, server?.description, firstTry, Self.tries, slot.opened)
        guard status == ARES_SUCCESS, let channel else {
            slot.result = .failure(Failure(reason: Self.words(status)))
            return
        }
        self.channel = channel
        loadgate_ares_ask(channel, host, Self.answered, Unmanaged.passUnretained(slot).toOpaque())
    }

    deinit { if let channel { ares_destroy(channel) } }

    /// What came of it; nil: it is under way.
    var result: Result<Answer, Failure>? { slot.result }

    /// Adds what to wait for.
    func add(to polled: inout [pollfd]) {
        socketCount = 0
        guard let channel, result == nil else { return }
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: Int(loadgate_ares_most)) { sockets in
            socketCount = Int(loadgate_ares_sockets(channel, sockets.baseAddress))
            polled += sockets[..<socketCount]
        }
    }

    /// Milliseconds until it has to be gone on with, whatever comes.
    var wait: Int32 {
        guard let channel, result == nil else { return 0 }
        let left = Int32(clamping: max(0, (deadline - loadgate_monotonic() + 999_999) / 1_000_000))
        return loadgate_ares_wait(channel, left)
    }

    /// Goes on with it: `seen` are its sockets after they were polled.
    func goOn(_ seen: ArraySlice<pollfd>) {
        guard let channel, result == nil else { return }
        seen.withUnsafeBufferPointer { loadgate_ares_go_on(channel, $0.baseAddress, Int32($0.count)) }
        guard result == nil, loadgate_monotonic() >= deadline else { return }
        ares_cancel(channel)
        slot.result = .failure(Failure(reason: "no answer within \(Self.patience / 1_000_000_000) s"))
    }

    /// Waits for its end, on the calling thread.
    func finish() -> Result<Answer, Failure> {
        while true {
            if let result { return result }
            var polled: [pollfd] = []
            add(to: &polled)
            poll(&polled, nfds_t(polled.count), wait)
            goOn(polled[...])
        }
    }

    // MARK: What c-ares says

    private static let answered: ares_addrinfo_callback = { context, status, _, list in
        defer { if let list { ares_freeaddrinfo(list) } }
        guard let context else { return }
        let slot = Unmanaged<Slot>.fromOpaque(context).takeUnretainedValue()
        guard slot.result == nil else { return }
        guard status == ARES_SUCCESS, let list else {
            slot.result = .failure(Failure(reason: words(status)))
            return
        }
        slot.result = answer(list.pointee, isOfFile: slot.opened.pointee == 0)
    }

    private static func answer(_ info: ares_addrinfo, isOfFile: Bool) -> Result<Answer, Failure> {
        var addresses: [SocketAddress] = []
        var seen: Set<AddressKey> = []
        var lifetime = longest
        var node = info.nodes
        while let found = node?.pointee {
            if let address = SocketAddress(found.ai_addr, length: socklen_t(found.ai_addrlen)),
                let key = AddressKey(address), seen.insert(key).inserted
            {
                addresses.append(address)
                lifetime = min(lifetime, seconds(found.ai_ttl))
            }
            node = found.ai_next
        }
        // An alias may be gone before what it leads to is.
        var alias = info.cnames
        while let found = alias?.pointee {
            lifetime = min(lifetime, seconds(found.ttl))
            alias = found.next
        }
        if addresses.isEmpty { return .failure(Failure(reason: "it has no address")) }
        return .success(Answer(addresses: addresses, lifetime: isOfFile ? nil : lifetime))
    }

    /// RFC 2181 §8: a TTL with its highest bit set is one of 0.
    private static func seconds(_ lifetime: Int32) -> Int { lifetime < 0 ? 0 : Int(lifetime) }

    private static func words(_ status: Int32) -> String {
        switch status {
        case ARES_ENOTFOUND: "no such name"
        case ARES_ENODATA: "it has no address"
        case ARES_ETIMEOUT: "no name server answers"
        // So c-ares says, too, where all servers fail or refuse to answer.
        case ARES_ECONNREFUSED, ARES_ESERVFAIL, ARES_EREFUSED, ARES_ENOTIMP:
            "no name server can be reached that answers"
        case ARES_EBADRESP: "the name server's answer is malformed"
        default: ares_strerror(status).map { String(cString: $0).lowercased() } ?? "error \(status)"
        }
    }
}

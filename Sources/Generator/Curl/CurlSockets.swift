import CCurl
import CLinux
import Glibc

/// Which sockets of libcurl are registered with the reactor's epoll, and for what.
///
/// libcurl lets go of a socket at the end of each exchange and takes it up again with the next one. The registration of a
/// socket that we opened stays meanwhile, which saves two system calls per request; the kernel drops it when the socket is
/// closed, of which we are told. Other sockets (those of libcurl's resolver) are registered and removed as it says.
struct CurlSockets {
    private struct Socket: BitwiseCopyable {
        /// What epoll reports.
        var registered: UInt8 = 0
        /// What libcurl wants to know.
        var wanted: UInt8 = 0
        var isOurs = false
    }

    private let epoll: Int32
    private let tag: UInt64
    private let sockets: StableMemory<Socket>
    /// Our own sockets that may be open, and that are.
    private let bound: Int
    private var count = 0

    private static let input = UInt8(CURL_POLL_IN)
    private static let output = UInt8(CURL_POLL_OUT)

    /// `bound`: sockets that may be open at once, so that the process keeps descriptors for all else.
    init(epoll: Int32, tag: UInt32, bound: Int) {
        self.epoll = epoll
        self.bound = bound
        self.tag = UInt64(tag) << 32
        var limit = rlimit()
        let known = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        sockets = StableMemory(capacity: known ? Int(clamping: min(limit.rlim_max, 1 << 24)) : 1 << 20)
    }

    func release() { sockets.release() }

    /// A socket, or -errno.
    mutating func open(_ family: Int32, _ type: Int32, _ protocol: Int32) -> Int32 {
        guard count < bound else { return -EMFILE }
        let descriptor = socket(family, type | Int32(SOCK_CLOEXEC.rawValue), `protocol`)
        guard descriptor >= 0 else { return -errno }
        guard Int(descriptor) < sockets.capacity else {
            Glibc.close(descriptor)
            return -EMFILE
        }
        sockets.base[Int(descriptor)] = Socket(isOurs: true)
        count += 1
        return descriptor
    }

    mutating func close(_ descriptor: Int32) {
        if Int(descriptor) < sockets.capacity {
            if sockets.base[Int(descriptor)].isOurs { count -= 1 }
            sockets.base[Int(descriptor)] = Socket()
        }
        Glibc.close(descriptor)
    }

    /// True where libcurl waits for something on the socket.
    func isWatched(_ descriptor: Int32) -> Bool {
        0..<sockets.capacity ~= Int(descriptor) && sockets.base[Int(descriptor)].wanted != 0
    }

    /// Something happened on a connection that libcurl keeps. Where the peer has closed it, it is closed for both, so that
    /// the peer need not wait; libcurl tells a dead connection by there being nothing to read. What the peer's TLS says on
    /// a living one stays for libcurl.
    func retire(_ descriptor: Int32) {
        guard 0..<sockets.capacity ~= Int(descriptor) else { return }
        let socket = sockets.base + Int(descriptor)
        guard socket.pointee.isOurs else { return register(socket, descriptor, for: 0) }
        var state = pollfd(fd: descriptor, events: Int16(Self.peerClosed), revents: 0)
        let ended = Int16(Self.peerClosed) | Int16(POLLHUP) | Int16(POLLERR)
        guard poll(&state, 1, 0) > 0, state.revents & ended != 0 else {
            return register(socket, descriptor, for: Self.closing)
        }
        register(socket, descriptor, for: 0)
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            // A few records at most; whoever sends more on an idle connection has its next exchange fail.
            for _ in 0..<16 where recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) <= 0 { break }
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// POLLRDHUP and EPOLLRDHUP (poll(2), epoll_ctl(2)): the peer sends nothing any more.
    private static let peerClosed: UInt32 = 0x2000
    /// A registration for the peer's close alone.
    private static let closing: UInt8 = 1 << 7

    /// libcurl's wish: CURL_POLL_IN, _OUT, _INOUT, or _REMOVE.
    func watch(_ descriptor: Int32, _ what: Int32) {
        guard 0..<sockets.capacity ~= Int(descriptor) else { return }
        let socket = sockets.base + Int(descriptor)
        let wanted = what == CURL_POLL_REMOVE ? 0 : UInt8(truncatingIfNeeded: what) & (Self.input | Self.output)
        socket.pointee.wanted = wanted
        // A registration for output would be reported on and on.
        if wanted == 0, socket.pointee.isOurs, socket.pointee.registered == Self.input { return }
        register(socket, descriptor, for: wanted)
    }

    private func register(_ socket: UnsafeMutablePointer<Socket>, _ descriptor: Int32, for wanted: UInt8) {
        let registered = socket.pointee.registered
        guard registered != wanted else { return }
        var interest: UInt32 = 0
        if wanted & Self.input != 0 { interest |= EPOLLIN.rawValue }
        if wanted & Self.output != 0 { interest |= EPOLLOUT.rawValue }
        if wanted & Self.closing != 0 { interest |= Self.peerClosed }
        let operation = wanted == 0 ? EPOLL_CTL_DEL : registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        let payload = tag | UInt64(UInt32(bitPattern: descriptor))
        var status = loadgate_epoll_control(epoll, operation, descriptor, interest, payload)
        // libcurl's own sockets may be closed, and their numbers be given again, behind our back.
        if status == -ENOENT, operation == EPOLL_CTL_MOD {
            status = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, interest, payload)
        }
        socket.pointee.registered = status == 0 ? wanted : 0
    }
}

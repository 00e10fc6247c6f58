import CLinux
import Dispatch
import Glibc
import Scenarios

/// Takes messages of one address over UDP and TCP, and sends their answers, on a thread of its own.
final class NameService: Sendable {
    typealias Answer = @Sendable (_ message: ArraySlice<UInt8>, _ limit: Int) -> [UInt8]?

    /// Bytes of an answer over UDP at most (RFC 1035 §4.2.1).
    private static let datagramLimit = 512
    /// Connections at a time; others wait to be accepted.
    private static let connectionLimit = 32
    /// Datagrams answered before connections have their turn.
    private static let batch = 64
    /// Ports tried until one is free for both UDP and TCP.
    private static let tries = 32

    /// As it is bound.
    let address: HostPort
    private let datagrams: Int32
    private let listener: Int32
    /// Readable once it has to end.
    private let wake: Int32
    private let answer: Answer
    private let ended = DispatchSemaphore(value: 0)

    init(on hostPort: HostPort, _ answer: @escaping Answer) throws(NameServerError) {
        var (storage, length) = try Self.loopback(hostPort)
        var made: (Int32, Int32, Int)?
        var code: Int32 = 0
        for _ in 0..<(hostPort.port == 0 ? Self.tries : 1) where made == nil {
            made = Self.bind(&storage, length, &code)
        }
        guard let (udp, tcp, port) = made else {
            throw NameServerError("can't answer names on \(hostPort): \(String(cString: strerror(code)))")
        }
        (datagrams, listener) = (udp, tcp)
        address = HostPort(host: hostPort.host, port: port)
        wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        self.answer = answer
        guard wake >= 0 else {
            close(udp)
            close(tcp)
            throw NameServerError("can't answer names on \(hostPort): \(String(cString: strerror(errno)))")
        }
        DispatchQueue(label: "loadgate.names", qos: .userInitiated).async { [self] in
            serve()
            // Here, so that the port is free when `stop` returns.
            close(datagrams)
            close(listener)
            ended.signal()
        }
    }

    deinit { if wake >= 0 { close(wake) } }

    /// Ends it: nobody answers any more.
    func stop() {
        eventfd_write(wake, 1)
        ended.wait()
    }

    // MARK: Sockets

    static func loopback(_ hostPort: HostPort) throws(NameServerError) -> (sockaddr_storage, socklen_t) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(hostPort.host, String(hostPort.port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard 0...65535 ~= hostPort.port, status == 0, let info = list?.pointee, let found = info.ai_addr,
            loadgate_is_loopback(found)
        else {
            throw NameServerError("can't answer names on \(hostPort): it must be a loopback address, such as 127.0.0.1")
        }
        var storage = sockaddr_storage()
        memcpy(&storage, found, Int(info.ai_addrlen))
        return (storage, info.ai_addrlen)
    }

    /// Sockets of UDP and TCP at one port; nil where it is taken for either.
    private static func bind(
        _ wanted: inout sockaddr_storage, _ length: socklen_t, _ code: inout Int32
    ) -> (Int32, Int32, Int)? {
        let udp = socket(Int32(wanted.ss_family), Int32(SOCK_DGRAM.rawValue) | socketFlags, 0)
        guard udp >= 0, bindSocket(udp, &wanted, length) == 0 else {
            code = errno
            if udp >= 0 { close(udp) }
            return nil
        }
        var bound = wanted
        var size = length
        withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(udp, $0, &size) }
        }
        let tcp = loadgate_bound_socket(&bound, length)
        guard tcp >= 0, listen(tcp, 64) == 0 else {
            code = tcp < 0 ? -tcp : errno
            close(udp)
            if tcp >= 0 { close(tcp) }
            return nil
        }
        return (udp, tcp, withUnsafeBytes(of: bound) { Int($0[2]) << 8 | Int($0[3]) })
    }

    private static let socketFlags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    private static func bindSocket(_ descriptor: Int32, _ address: inout sockaddr_storage, _ length: socklen_t) -> Int32
    {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) }
        }
    }

    // MARK: On the queue

    private func serve() {
        var connections: [NameConnection] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        defer { for connection in connections { close(connection.descriptor) } }
        while true {
            let now = loadgate_monotonic()
            var polled = [wake, datagrams, connections.count < Self.connectionLimit ? listener : -1]
                .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            polled += connections.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
            let wait = connections.map(\.deadline).min().map {
                Int32(clamping: max(0, ($0 - now + 999_999) / 1_000_000))
            }
            guard poll(&polled, nfds_t(polled.count), wait ?? -1) >= 0 || errno == EINTR else { return }
            if polled[0].revents != 0 { return }
            if polled[1].revents != 0 { takeDatagrams(&buffer) }

            let after = loadgate_monotonic()
            var kept: [NameConnection] = []
            for (index, connection) in connections.enumerated() {
                var connection = connection
                let isReady = polled[index + 3].revents != 0
                if after < connection.deadline, !isReady || connection.advance(at: after, &buffer, answer) {
                    kept.append(connection)
                } else {
                    close(connection.descriptor)
                }
            }
            connections = kept
            if polled[2].revents != 0 {
                let descriptor = loadgate_accept(listener)
                if descriptor >= 0 { connections.append(NameConnection(descriptor, at: after)) }
                // No descriptor is left: not asked at once again.
                if descriptor == -EMFILE || descriptor == -ENFILE { usleep(1_000) }
            }
        }
    }

    private func takeDatagrams(_ buffer: inout [UInt8]) {
        for _ in 0..<Self.batch {
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                    recvfrom(datagrams, &buffer, buffer.count, 0, peer, &length)
                }
            }
            guard count >= 0 else { return }
            guard let bytes = answer(buffer[..<count], Self.datagramLimit) else { continue }
            withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                    _ = sendto(datagrams, bytes, bytes.count, 0, peer, length)
                }
            }
        }
    }
}

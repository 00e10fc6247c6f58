import CLinux
import Glibc
import Measures

/// A connection of an `ExchangeSender`, with or without TLS.
///
/// Beside the reactor's `Connection`, on purpose. That one is a plain value in a table, holds the answer's reader and what
/// is recorded, and sends whatever waits; one type for both would put the gate, which holds a request's end back until its
/// group is released, and a reference to the exchange on the way of each request of the load. What is the same for both is
/// shared below: `ByteStore`, `TLSWire`, `ReactorClock`, `ResponseReader`.
final class ExchangeConnection {
    enum Phase {
        case connecting
        /// In the TLS handshake.
        case securing
        /// Can carry a request.
        case ready
    }

    /// How a connection ended.
    enum End {
        /// The peer closed it (0), or it broke, as errno. `isCut`: without the word of the peer's TLS that nothing follows.
        case closed(Int32, isCut: Bool)
        case tls
    }

    /// What a read led to.
    struct Received {
        /// What came, TLS taken off; points into the sockets' buffer.
        var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        /// When it came.
        var arrival: Instant
        var end: End?
    }

    /// Where it leads and from where: what an exchange asks of the connection that carries it.
    struct Route: Equatable {
        var origin: Int
        var isSecure: Bool
        var source: String?
    }

    /// Epoll knows it by this; never used again.
    let number: UInt64
    let descriptor: Int32
    let route: Route
    /// Which of the origin's addresses it leads to.
    let address: Int
    let opened: Instant
    private let epoll: Int32
    private(set) var phase = Phase.connecting
    /// The exchange that it carries or is made for; nil: it is kept for its lane.
    var course: ExchangeCourse?
    /// Requests that were sent on it.
    private(set) var requests = 0
    /// Takes no further request: sending failed, or the peer said that it will close. What it sent is still read.
    private(set) var isSpent = false

    private var tls: UnsafeMutablePointer<TLSWire>?
    private let output: UnsafeMutablePointer<ByteStore>
    /// How much of the output the socket has taken.
    private var taken = 0
    /// How much of the output may go out before the request is released; nil: all of it.
    private var gate: Int?
    private var awaitsWritability = true
    /// Why sending failed, as errno; 0 where it didn't.
    private var sendError: Int32 = 0

    /// Takes a socket over that has begun to connect.
    init(number: UInt64, descriptor: Int32, epoll: Int32, route: Route, address: Int, opened: Instant) {
        self.number = number
        self.descriptor = descriptor
        self.epoll = epoll
        self.route = route
        self.address = address
        self.opened = opened
        output = .allocate(capacity: 1)
        output.initialize(to: ByteStore())
    }

    deinit {
        if let tls { TLSWire.close(tls) }
        output.pointee.release()
        output.deallocate()
        Glibc.close(descriptor)
    }

    // MARK: Setting up

    /// Epoll says that connecting has come to an end; 0, or why it failed, as errno.
    func established() -> Int32 {
        let error = loadgate_socket_error(descriptor)
        if error != 0 { return error }
        // A port of the ephemeral range that nobody listens on may be given to the very socket that connects to it.
        if loadgate_is_connected_to_itself(descriptor) { return ECONNREFUSED }
        phase = .ready
        setInterest(writable: false)
        return 0
    }

    /// Begins the TLS handshake.
    func secure(_ client: TLSClient) throws(TLSFailure) {
        phase = .securing
        let wire = try client.open(origin: route.origin, isIdle: false, output: output)
        tls = wire
        var nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        try TLSWire.shakeHands(wire, received: &nothing)
        flush()
    }

    // MARK: Sending

    /// Makes a request ready for its release. `ahead`: what the server can't decide upon goes out now.
    func load(_ request: ExchangeRequest, ahead: Bool) {
        requests += 1
        request.bytes.withUnsafeBufferPointer { bytes in
            if ahead { pack(UnsafeBufferPointer(rebasing: bytes[..<request.harmless])) }
            gate = output.pointee.count
            pack(UnsafeBufferPointer(rebasing: bytes[(ahead ? request.harmless : 0)...]))
        }
        if ahead { flush() }
    }

    private func pack(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let tls else {
            output.pointee.append(bytes)
            return
        }
        do throws(TLSFailure) {
            try TLSWire.pack(tls, bytes)
        } catch {
            // As with a socket that takes nothing any more: what the peer sent before is read first.
            isSpent = true
        }
    }

    /// Lets the request go and gives the instant before it went.
    func release() -> Instant {
        gate = nil
        let instant = ReactorClock.now()
        let rest = pending
        sent = rest.isEmpty ? 0 : loadgate_send(descriptor, rest.baseAddress, rest.count)
        return instant
    }

    /// What the last `send` of a release said: it is looked at when all of a group are on their way.
    private var sent: Int64 = 0

    /// Takes note of how the release went.
    func settleRelease() { take(sent) }

    /// Sends what the socket takes of what may go out.
    func flush() {
        let rest = pending
        if rest.isEmpty {
            setInterest(writable: false)
        } else {
            take(loadgate_send(descriptor, rest.baseAddress, rest.count))
        }
    }

    private var pending: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: output.pointee.bytes[taken..<(gate ?? output.pointee.count)])
    }

    /// Takes note of what `send` said.
    private func take(_ count: Int64) {
        if count >= 0 {
            taken += Int(count)
        } else if count != -Int64(EAGAIN), count != -Int64(EINTR) {
            // The peer has closed or reset; it may have answered before (RFC 9112 §9.5), so what is there is read.
            isSpent = true
            sendError = Int32(truncatingIfNeeded: -count)
            taken = output.pointee.count
        }
        if taken == output.pointee.count {
            // A large request's memory is given back.
            output.pointee.trim(to: 16 * 1024)
            taken = 0
            gate = nil
        }
        setInterest(writable: !pending.isEmpty)
    }

    private func setInterest(writable: Bool) {
        guard awaitsWritability != writable else { return }
        awaitsWritability = writable
        let interest = writable ? EPOLLIN.rawValue | EPOLLOUT.rawValue : EPOLLIN.rawValue
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, interest, number)
    }

    /// True where `send` was told of a reset, which `recv` then isn't told of.
    var wasReset: Bool { sendError == ECONNRESET }

    /// True where all of the request has gone out.
    var isDrained: Bool { output.pointee.count == 0 }

    // MARK: Receiving

    /// Reads what is there; nil: nothing.
    func receive(_ buffers: ExchangeBuffers) -> Received? {
        var stamp: Int64 = 0
        let count = loadgate_receive(descriptor, buffers.read.baseAddress, buffers.read.count, &stamp)
        if count == -Int64(EAGAIN) || count == -Int64(EINTR) { return nil }
        let now = ReactorClock.now()
        guard count > 0 else {
            let end: End = phase == .securing ? .tls : .closed(Int32(-count), isCut: tls != nil)
            return Received(arrival: now, end: end)
        }
        let arrival = buffers.clock.arrival(stamp: stamp, started: opened, read: now) ?? now
        let bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffers.read)[..<Int(count)])
        guard let tls else { return Received(bytes: bytes, arrival: arrival) }
        return unpack(tls, bytes, arrival: arrival, into: buffers.plain)
    }

    private func unpack(
        _ wire: UnsafeMutablePointer<TLSWire>, _ bytes: UnsafeBufferPointer<UInt8>, arrival: Instant,
        into plain: UnsafeMutableBufferPointer<UInt8>
    ) -> Received {
        var rest = bytes
        if phase == .securing {
            do throws(TLSFailure) {
                try TLSWire.shakeHands(wire, received: &rest)
            } catch {
                // The alert that tells the peer why, where there is one.
                flush()
                return Received(arrival: arrival, end: .tls)
            }
            if TLSWire.isSecured(wire) { phase = .ready }
            flush()
            if rest.isEmpty { return Received(arrival: arrival) }
        }
        let count: Int
        var end: End?
        switch TLSWire.unpack(wire, received: rest, into: plain) {
        case .unpacked(let unpacked): count = unpacked
        case .ended(let unpacked):
            isSpent = true
            count = unpacked
            end = .closed(0, isCut: false)
        case .failed:
            count = 0
            end = .tls
        }
        // Answers to the peer's own messages, such as a change of keys (RFC 8446 §4.6.3).
        if output.pointee.count > 0 { flush() }
        return Received(
            bytes: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(plain)[..<count]), arrival: arrival, end: end)
    }
}

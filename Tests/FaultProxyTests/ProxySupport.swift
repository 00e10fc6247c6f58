import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers
import Scenarios
import TestSupport

@testable import FaultProxy

/// A TCP socket of a test that waits, for ten seconds at most.
final class Peer {
    let descriptor: Int32
    private var isClosed = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Connects; throws `Refused` where nobody listens.
    convenience init(to hostPort: HostPort) throws {
        let address = try ProxyAddress.toListen(on: hostPort)
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("socket: \(errno)") }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var storage = address.storage
        let status = loadgate_connect(descriptor, &storage, address.length)
        guard status == 0 else {
            close(descriptor)
            throw Refused(code: -status)
        }
        self.init(descriptor)
    }

    struct Refused: Error, Equatable { var code: Int32 }

    deinit { end() }

    func end() {
        if !isClosed { close(descriptor) }
        isClosed = true
    }

    func reset() {
        if !isClosed { loadgate_close_with_reset(descriptor) }
        isClosed = true
    }

    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends all of it, or what the peer takes.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { loadgate_send(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            sent += Int(count)
        }
        return sent
    }

    enum Arrival: Equatable {
        case bytes([UInt8])
        case end
        case reset
        /// Nothing for ten seconds.
        case nothing
        case error(Int32)

        var text: String? { if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }

    /// What comes next.
    func receive(_ size: Int = 65_536) -> Arrival {
        var buffer = [UInt8](repeating: 0, count: size)
        let count = buffer.withUnsafeMutableBytes { loadgate_read(descriptor, $0.baseAddress, $0.count) }
        switch count {
        case 1...: return .bytes(Array(buffer[..<Int(count)]))
        case 0: return .end
        case -Int64(ECONNRESET), -Int64(EPIPE): return .reset
        case -Int64(EAGAIN): return .nothing
        default: return .error(Int32(-count))
        }
    }

    /// So many bytes, or fewer where something else comes first.
    func receive(exactly size: Int) -> [UInt8] {
        var all: [UInt8] = []
        while all.count < size, case .bytes(let bytes) = receive(size - all.count) { all += bytes }
        return all
    }

    func text(_ size: Int) -> String { String(decoding: receive(exactly: size), as: UTF8.self) }

    /// All that comes up to the end, and what the end is.
    func rest() -> (bytes: [UInt8], end: Arrival) {
        var all: [UInt8] = []
        while true {
            let next = receive()
            guard case .bytes(let bytes) = next else { return (all, next) }
            all += bytes
        }
    }

    /// True where something lies ready; waits for nothing.
    var hasInput: Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) == 1
    }
}

/// A listening socket on loopback whose connections a test takes one by one.
final class Upstream {
    let address: HostPort
    private let listener: Int32

    init() throws {
        var storage = try ProxyAddress.toListen(on: HostPort(host: "127.0.0.1", port: 0))
        listener = loadgate_bound_socket(&storage.storage, storage.length)
        guard listener >= 0, listen(listener, 4096) == 0, let bound = ProxyAddress(boundTo: listener) else {
            throw TestFailure("listen: \(errno)")
        }
        address = bound.hostPort
    }

    deinit { close(listener) }

    /// The next connection, within ten seconds.
    func accept() throws -> Peer {
        var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 10_000) == 1 else { throw TestFailure("no connection came") }
        let descriptor = loadgate_accept(listener)
        guard descriptor >= 0 else { throw TestFailure("accept: \(descriptor)") }
        return Peer(descriptor)
    }

    /// True where a connection waits.
    var hasConnection: Bool {
        var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) == 1
    }
}

/// A proxy named `p` before an upstream.
final class Course {
    let proxy: FaultProxy
    let upstream: Upstream
    let address: HostPort

    init(workers: Int = 1) throws {
        upstream = try Upstream()
        proxy = try FaultProxy(workers: workers)
        address = try proxy.add(name: "p", listen: HostPort(host: "127.0.0.1", port: 0), upstream: upstream.address)
    }

    deinit { proxy.stop() }

    /// A client and the upstream's end of its connection.
    func connect() throws -> (client: Peer, server: Peer) {
        let client = try Peer(to: address)
        return (client, try upstream.accept())
    }

    /// Disturbs the proxy; gives the disturbance's name.
    @discardableResult
    func disturb(
        _ disturbance: ProxyFault.Disturbance, _ direction: ProxyFault.Direction = .both, toxicity: Double = 1
    ) throws -> String {
        var fault = ProxyFault(proxy: "p", disturbance: disturbance)
        fault.direction = direction
        fault.toxicity = toxicity
        return try proxy.disturb("p", fault)
    }

    func calm(_ name: String) throws { try proxy.calm("p", disturbance: name) }

    func struck(_ name: String) throws -> Int? { try proxy.counts("p").struck[name] }
}

/// Seconds that something takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = loadgate_monotonic()
    try body()
    return Double(loadgate_monotonic() - begin) / 1e9
}

/// Bytes that repeat only after 2⁶⁴, so that none can be lost, doubled or swapped unseen.
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    var state = seed
    while bytes.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        withUnsafeBytes(of: state) { bytes += $0 }
    }
    return Array(bytes[..<count])
}

/// Does something on a thread of its own; `join` waits for it.
final class Background<Value: Sendable>: Sendable {
    private let value = NIOLockedValueBox<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Value) {
        let thread = Thread { [value, done] in
            let result = body()
            value.withLockedValue { $0 = result }
            done.signal()
        }
        thread.start()
    }

    func join() throws -> Value {
        guard done.wait(timeout: .now() + 60) == .success, let result = value.withLockedValue({ $0 }) else {
            throw TestFailure("it takes too long")
        }
        return result
    }
}

extension Peer: @unchecked Sendable {}

import CLinux
import Dispatch
import Glibc
import Scenarios
import Serving

/// Serves the API over HTTP/1.1 on loopback: few connections at a time, on a thread of its own.
final class APIServer: Sendable {
    /// The most connections at a time; others wait to be accepted.
    private static let connectionLimit = 64
    /// How long nothing is accepted after it failed, in nanoseconds.
    private static let pause: Int64 = 100_000_000

    /// Where it listens, as it is bound.
    let address: HostPort
    private let listener: ProxyListener
    private let socket: Int32
    /// Readable once the server has to end.
    private let wake: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// Listens, and serves until `stop`.
    init(_ registry: ProxyRegistry, on wanted: HostPort) throws(ProxyError) {
        listener = try ProxyListener(try ProxyAddress.toListen(on: wanted))
        socket = try listener.listen(isPatient: false)
        address = listener.address.hostPort
        wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wake >= 0 else {
            throw ProxyError(.unavailable, "can't serve the API on \(wanted): \(String(cString: strerror(errno)))")
        }
        let api = ToxiproxyAPI(registry: registry)
        DispatchQueue(label: "loadgate.proxy.api", qos: .userInitiated).async { [self] in
            serve(api)
            ended.signal()
        }
    }

    deinit { if wake >= 0 { close(wake) } }

    /// Ends it: connections are closed, and the port is free. An order that is under way is finished before.
    func stop() {
        eventfd_write(wake, 1)
        ended.wait()
        listener.refuse()
    }

    private func serve(_ api: ToxiproxyAPI) {
        var number = 0
        ConnectionLoop<APIConnection>(listener: socket, wake: wake, limit: Self.connectionLimit, pause: Self.pause).run
        {
            APIConnection(descriptor: $0, at: $1)
        } advance: {
            $0.advance(at: $1, number: &number, answer: api.answer)
        }
    }
}

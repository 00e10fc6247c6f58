import CLinux
import Glibc
import NIOConcurrencyHelpers

/// A server that takes the first bytes of a request, and then sends the same bytes again and again, reading nothing, for as
/// long as the client takes them. Port of the kernel's choice on loopback.
public final class FloodServer: Sendable {
    private let listener: ThreadedListener

    /// `beginning` is sent once, then `flood` again and again, for `seconds` at most.
    public init(beginning: [UInt8] = [], flood: [UInt8], seconds: Double = 20) throws {
        listener = try ThreadedListener { descriptor, _ in
            guard let channel = ServerChannel(descriptor, tls: nil) else { return }
            let request = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4096)
            defer { request.deallocate() }
            guard channel.receive(request) > 0, channel.send(beginning) else { return }
            let end = loadgate_monotonic() + Int64(seconds * 1e9)
            while loadgate_monotonic() < end, channel.send(flood) {}
        }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(listener.port)" }

    /// Ends everything. The threads end by themselves.
    public func stop() { listener.stop() }
}

public import Measures
import NIOConcurrencyHelpers
public import Scenarios
import Scheduling

/// Sends planned exchanges natively, over HTTP/1.1 with and without TLS, and observes what comes of them. On the calling
/// thread, with one epoll, like a reactor.
///
/// What to know when the observations are judged:
///
/// * An exchange goes out at its offset from the beginning of `send`, its head and as much of its body as the socket takes
///   in one write. New connections are made ahead of that where there is time, by 250 ms, for groups by 1 s, so that the
///   handshakes don't delay the request. Where there is none, at offset 0 say, it goes out as soon as its connection is there.
/// * Of a group, each member's head but its last byte is with the server before; that byte and the body behind it go out
///   at the release, with TLS as records that were made before. A group is released when all its members are ready or have
///   failed. Its members' offsets are taken to be the latest of them.
/// * `ObservedExchange.sent` is the instant before that write. It is not before the offset, and after it where the
///   connection, the one before on the lane, or other members made it wait.
/// * `outcome` says how the exchange went as such; a 429 is `ok`. Where an answer came in part, or one that breaks the
///   protocol, what there was of it is in `status`, `fields` and `body` nevertheless.
/// * The timeout counts from the offset, or from the beginning of connecting where that is later; for members of a group
///   twice, for connecting and from the release.
/// * A request on a kept connection that is closed before a byte of the answer came is sent once more, on a new one,
///   whatever its method. `sent` is then the second instant.
/// * An answer that comes before the whole request has gone out is taken; the connection is closed after it.
/// * Of more exchanges than connections can be open, the later ones wait.
///
/// `@unchecked Sendable`: everything behind the lock is touched by one thread at a time.
public final class ExchangeSender: @unchecked Sendable {
    private let lock = NIOLock()
    private let sockets: ExchangeSockets
    private let userAgent: String
    private var stall = Span.zero

    /// A sender to the endpoints of `destinations`, and to nothing else: an exchange for another host or port ends as
    /// `refused`, and nothing is sent.
    ///
    /// Throws `UnusableSetting` where a proxy leads to the destinations, since verifications go direct, or where the TLS
    /// settings can't be used, and `SystemError` where the process has no descriptor left.
    public convenience init(destinations: Destinations, tls: TLSSettings, userAgent: String) throws {
        // What the process itself needs besides connections: reports, logs, probes.
        let capacity = min(16_384, Descriptors.raiseLimit() - 64)
        try self.init(destinations: destinations, tls: tls, userAgent: userAgent, capacity: capacity)
    }

    /// `capacity`: connections at most.
    init(destinations: Destinations, tls: TLSSettings, userAgent: String, capacity: Int) throws {
        ReceiveStamps.keep()
        sockets = try ExchangeSockets(destinations, tls: tls, capacity: capacity)
        self.userAgent = userAgent
    }

    /// Sends the batch and waits for all its answers. Kept connections stay open for the next one.
    ///
    /// - Parameters:
    ///   - batch: What to send; no two groups of a batch have the same number.
    ///   - shouldStop: Asked every 20 ms or so; true: the batch ends at once. What has not ended by then is given as
    ///     `closed_early`, and where none of an answer had come, with the status 0; where nothing was sent, `sent` and
    ///     `received` are the same instant.
    /// - Returns: As many observations as were planned, in the same order.
    public func send(_ batch: [PlannedExchange], shouldStop: @escaping @Sendable () -> Bool) -> [ObservedExchange] {
        lock.withLock {
            let scheduling = ThreadScheduling.prompt()
            defer { scheduling.restore() }
            let batch = ExchangeBatch(batch, over: sockets, userAgent: userAgent)
            defer { stall = max(stall, batch.stall) }
            return batch.run(shouldStop)
        }
    }

    /// The longest time for which this process was held up, or this machine suspended, while exchanges were under way, of all
    /// batches since the last call; zero where nothing is to be told.
    public func takeStall() -> Span {
        lock.withLock {
            defer { stall = .zero }
            return stall
        }
    }
}

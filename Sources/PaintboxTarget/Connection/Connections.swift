import NIOConcurrencyHelpers
import NIOCore

/// The open connections, so that they can be ended together and their number is bounded.
final class Connections: Sendable {
    private let channels = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])
    private let limit: Int
    /// The memory for their requests' bodies.
    let bodies: BodyBudget

    /// - Parameter bodyBytes: bytes of bodies that may wait at a time, of all connections.
    init(limit: Int, bodyBytes: Int = 64 << 20) {
        self.limit = limit
        bodies = BodyBudget(limit: bodyBytes)
    }

    /// How many are open.
    var count: Int { channels.withLockedValue { $0.count } }

    /// Takes a new connection in; false if there are too many.
    func admit(_ channel: any Channel) -> Bool {
        let admitted = channels.withLockedValue { channels in
            guard channels.count < limit else { return false }
            channels[ObjectIdentifier(channel)] = channel
            return true
        }
        guard admitted else { return false }
        let id = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { _ in
            _ = self.channels.withLockedValue { $0.removeValue(forKey: id) }
        }
        return true
    }

    /// Asks each connection to end as soon as the answer it is at is sent.
    func quiesce() {
        for channel in channels.withLockedValue({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}

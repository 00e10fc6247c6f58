import NIOConcurrencyHelpers
import NIOCore
import NIOWebSocket

/// Who listens where. Members sit on several event loops.
final class Rooms: Sendable {
    private let members = NIOLockedValueBox<[String: [ObjectIdentifier: any Channel]]>([:])
    private let counters: Counters

    init(counters: Counters) {
        self.counters = counters
    }

    /// Puts `channel` into `room` until it closes.
    func enter(_ room: String, _ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        members.withLockedValue { $0[room, default: [:]][id] = channel }
        counters.change { values in
            values.webSocketsOpen += 1
            values.webSocketsOpened += 1
        }
        channel.closeFuture.whenComplete { _ in
            self.members.withLockedValue { members in
                members[room]?[id] = nil
                if members[room]?.isEmpty == true { members[room] = nil }
            }
            self.counters.change { $0.webSocketsOpen -= 1 }
        }
    }

    /// Sends `text` to everyone in `room`.
    ///
    /// A member whose buffers are full is closed: it must not hold up the others, and to leave messages out in
    /// silence would be worse for it than a closed connection.
    func broadcast(_ text: ByteBuffer, to room: String) {
        for channel in members.withLockedValue({ $0[room].map { Array($0.values) } ?? [] }) {
            if channel.isWritable {
                channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: text), promise: nil)
            } else {
                counters.change { $0.webSocketsTooSlow += 1 }
                channel.close(promise: nil)
            }
        }
    }
}

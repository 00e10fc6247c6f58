import NIOCore
import NIOHTTP1

/// What a service wants done about a request.
enum Answer {
    /// Send this.
    case respond(Response)
    /// Hold the answer until the instant, then ask again. Later requests of the connection wait behind it.
    case wait(until: NIODeadline, then: () -> Answer)
    /// Close the connection without a word.
    case drop
    /// Become a WebSocket.
    case upgrade(SocketInvitation)

    /// Applies `change` to the response, also to one that is still to come.
    func map(_ change: @escaping (Response) -> Response) -> Answer {
        switch self {
        case .respond(let response): .respond(change(response))
        case .wait(let instant, let then): .wait(until: instant) { then().map(change) }
        case .drop, .upgrade: self
        }
    }
}

/// A granted WebSocket handshake.
struct SocketInvitation {
    /// The 101 answer, complete but for the fields of the handshake itself.
    var response: Response
    /// Makes the handler that carries the conversation on.
    var makeHandler: (any Channel) -> any ChannelHandler
}

/// Something that answers requests. It is asked on event loops, several at a time.
protocol Service: Sendable {
    /// Answers a complete request.
    func answer(_ request: Request) -> Answer
    /// Answers what never became a request: malformed, too long, too slow.
    func reject(_ problem: RequestProblem) -> Response
}

import NIOCore
import NIOHTTP1

/// What a service wants done about a request.
enum Answer {
    /// Send this.
    case respond(Response)
    /// Hold the answer until the instant, then ask again. Later requests of the connection wait behind it.
    case wait(until: NIODeadline, then: () -> Answer)
    /// Wait for something that is made elsewhere. Later requests of the connection wait behind it.
    case later(Pending)
    /// Close the connection without a word.
    case drop
    /// Become a WebSocket.
    case upgrade(SocketInvitation)

    /// Waits for a value that another thread makes: `start` is given what to call with it, and `then` makes the answer of
    /// it on the event loop.
    static func later<Value: Sendable>(
        start: @escaping (@escaping @Sendable (Value) -> Void) -> Void, then: @escaping (Value) -> Answer
    ) -> Answer {
        .later(
            Pending { loop, deliver in
                let promise = loop.makePromise(of: Value.self)
                promise.futureResult.assumeIsolated().whenSuccess { deliver(then($0)) }
                start { promise.succeed($0) }
            })
    }

    /// Applies `change` to the response, also to one that is still to come.
    func map(_ change: @escaping (Response) -> Response) -> Answer {
        switch self {
        case .respond(let response): .respond(change(response))
        case .wait(let instant, let then): .wait(until: instant) { then().map(change) }
        case .later(let pending): .later(pending.map { $0.map(change) })
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

/// Why an answer does not open a WebSocket (RFC 6455 §4.1).
package enum WebSocketHandshakeFailure: Error, Equatable {
    /// The server answered with a status other than 101: a usual HTTP answer.
    case status(UInt16)
    case upgrade
    case connection
    case acceptMissing
    case acceptRepeated
    case acceptWrong
    case protocolRepeated
    case protocolNotOffered(String)
    case extensionSyntax
    case extensionNotOffered(String)
    case extensionRepeated(String)
    /// The extension's parameter is unknown, repeated, out of range, or missing though it was asked for.
    case extensionParameter(String)

    package var message: String {
        switch self {
        case .status(let status): "the server answered \(status) to the WebSocket handshake, not 101"
        case .upgrade: "the answer to the WebSocket handshake has no 'Upgrade: websocket'"
        case .connection: "the answer to the WebSocket handshake has no 'Connection: Upgrade'"
        case .acceptMissing: "the answer to the WebSocket handshake has no Sec-WebSocket-Accept"
        case .acceptRepeated: "the answer to the WebSocket handshake has several Sec-WebSocket-Accept fields"
        case .acceptWrong: "the Sec-WebSocket-Accept of the answer does not fit the key that was sent"
        case .protocolRepeated: "the answer to the WebSocket handshake has several Sec-WebSocket-Protocol fields"
        case .protocolNotOffered(let name): "the server chose the subprotocol '\(name)', which was not offered"
        case .extensionSyntax: "the Sec-WebSocket-Extensions of the answer is malformed"
        case .extensionNotOffered(let name): "the server chose the extension '\(name)', which was not offered"
        case .extensionRepeated(let name): "the server chose the extension '\(name)' twice"
        case .extensionParameter(let name): "permessage-deflate was answered with a wrong or missing '\(name)'"
        }
    }
}

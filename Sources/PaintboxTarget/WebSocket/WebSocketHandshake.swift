import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The opening handshake (RFC 6455 §4.2) after a request was found to be welcome.
enum WebSocketHandshake {
    /// Does the arithmetic of `Sec-WebSocket-Accept`; whether a request is welcome was decided before.
    private static let upgrader = NIOWebSocketServerUpgrader(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })

    /// Checks that a request asks for a WebSocket of version 13.
    ///
    /// - Throws: ``RequestProblem``: 426 if it asks for something else, 400 if its key is missing or malformed.
    static func check(_ head: HTTPRequestHead) throws(RequestProblem) {
        let upgrade = head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
        let connection = head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
        guard head.method == .GET, head.version == .http1_1, upgrade, connection,
            head.headers["Sec-WebSocket-Version"] == ["13"]
        else {
            throw RequestProblem(.upgradeRequired, "this resource is a WebSocket of version 13")
        }
        // 16 random bytes are 24 characters of base64.
        let keys = head.headers["Sec-WebSocket-Key"]
        guard keys.count == 1, keys[0].utf8.count == 24 else {
            throw RequestProblem(.badRequest, "exactly one Sec-WebSocket-Key of 16 bytes is needed")
        }
    }

    /// Gives `Upgrade`, `Connection` and `Sec-WebSocket-Accept` of the 101 answer to a request that was checked.
    static func fields(for head: HTTPRequestHead, on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
        upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
            .map { (headers: HTTPHeaders) -> HTTPHeaders in
                // The upgrader leaves these two to NIO's own pipeline.
                var headers = headers
                headers.replaceOrAdd(name: "Upgrade", value: "websocket")
                headers.replaceOrAdd(name: "Connection", value: "Upgrade")
                return headers
            }
    }

    /// Adds the codec and `handler` to the end of the pipeline.
    static func install(_ handler: any ChannelHandler, in pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(WebSocketFrameEncoder())
        let decoder = WebSocketFrameDecoder(maxFrameSize: WebSocketConversation.maxMessageBytes)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(handler)
    }
}

@testable import Generator

/// One rule of the protocol: what a server sends, and what a client must make of it.
struct WebSocketRule {
    var number: String
    var title: String
    var bytes: [UInt8]
    var expected: SessionDialogue
    var deflate: DeflateParameters?
    var messageBound: Int?

    var settings: WebSocketSession.Settings {
        var settings = WebSocketSession.Settings()
        if let messageBound { settings.messageBound = messageBound }
        return settings
    }

    /// Events and nothing sent.
    static func events(
        _ number: String, _ title: String, _ frames: [UInt8]..., gives events: [SessionDialogue.Event],
        deflate: DeflateParameters? = nil, messageBound: Int? = nil
    ) -> WebSocketRule {
        WebSocketRule(
            number: number, title: title, bytes: Array(frames.joined()),
            expected: SessionDialogue(events: events, sent: []),
            deflate: deflate, messageBound: messageBound)
    }

    /// Events and frames of ours.
    static func exchange(
        _ number: String, _ title: String, _ frames: [UInt8]..., gives events: [SessionDialogue.Event],
        sent: [ClientFrame]
    ) -> WebSocketRule {
        WebSocketRule(
            number: number, title: title, bytes: Array(frames.joined()),
            expected: SessionDialogue(events: events, sent: sent))
    }

    /// The server fails: after `events` the session does, and says so with the code.
    static func failure(
        _ number: String, _ title: String, _ frames: [UInt8]..., after events: [SessionDialogue.Event] = [],
        fails failure: WebSocketFailure, code: UInt16 = 1002, deflate: DeflateParameters? = nil,
        messageBound: Int? = nil
    ) -> WebSocketRule {
        WebSocketRule(
            number: number, title: title, bytes: Array(frames.joined()),
            expected: SessionDialogue(events: events + [.failed(failure)], sent: [.close(code)]), deflate: deflate,
            messageBound: messageBound)
    }

    /// The project's own copy of the rules, in the order of the Autobahn test suite's sections.
    static let all: [WebSocketRule] = [
        lengths, wrongLengths, pings, otherPings, reservedBits, opcodes, fragmentation, wellFormedTexts, illFormedTexts,
        cutTexts, closeCodes, wrongCloseCodes, closing, limits, compression, contextTakeover,
    ].flatMap { $0 }
}

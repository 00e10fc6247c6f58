import NIOCore
import Testing

@testable import PaintboxTarget

@Suite("A WebSocket conversation")
struct WebSocketConversationTests {
    private typealias Frame = WebSocketConversation.Frame
    private var conversation = WebSocketConversation()

    private func frame(_ opcode: UInt8, _ text: String = "", final: Bool = true) -> Frame {
        Frame(opcode: opcode, isFinal: final, payload: ByteBuffer(string: text))
    }

    @Test("puts fragments together, with a ping between them")
    mutating func fragments() {
        #expect(conversation.receive(frame(1, "a", final: false)) == .nothing)
        #expect(conversation.receive(frame(9, "p")) == .pong(ByteBuffer(string: "p")))
        #expect(conversation.receive(frame(0, "b", final: false)) == .nothing)
        #expect(conversation.receive(frame(0, "c")) == .message("abc"))
        #expect(conversation.receive(frame(1, "d")) == .message("d"))
    }

    @Test("takes a character whose bytes are split over fragments")
    mutating func splitCharacter() {
        let euro = ByteBuffer(string: "€")
        let head = Frame(opcode: 1, isFinal: false, payload: euro.getSlice(at: 0, length: 1) ?? euro)
        let tail = Frame(opcode: 0, payload: euro.getSlice(at: 1, length: 2) ?? euro)
        #expect(conversation.receive(head) == .nothing)
        #expect(conversation.receive(tail) == .message("€"))
    }

    @Test("ends over a breach of the protocol")
    func breaches() {
        let breaches: [(Frame, WebSocketConversation.CloseCode)] = [
            (Frame(opcode: 1, isMasked: false), .protocolError),
            (Frame(opcode: 1, hasReservedBits: true), .protocolError),
            (frame(0, "x"), .protocolError),
            (frame(3), .protocolError),
            (frame(0xB), .protocolError),
            (frame(9, "", final: false), .protocolError),
            (frame(9, String(repeating: "x", count: 126)), .protocolError),
            (frame(2, "x"), .unsupportedData),
            (Frame(opcode: 1, payload: ByteBuffer(bytes: [0xC3, 0x28])), .invalidPayload),
            (Frame(opcode: 8, payload: ByteBuffer(bytes: [3])), .protocolError),
            (Frame(opcode: 8, payload: ByteBuffer(integer: UInt16(1005))), .protocolError),
            (Frame(opcode: 8, payload: ByteBuffer(bytes: [3, 0xE8, 0xFF])), .invalidPayload),
        ]
        for (frame, code) in breaches {
            var conversation = WebSocketConversation()
            #expect(conversation.receive(frame) == .close(code), "\(frame)")
        }
    }

    @Test("ends over a message beyond 1 MiB, however it is cut")
    mutating func tooBig() {
        let half = Frame(opcode: 1, isFinal: false, payload: ByteBuffer(repeating: 0x61, count: 1 << 19))
        #expect(conversation.receive(half) == .nothing)
        var rest = half
        rest.opcode = 0
        #expect(conversation.receive(rest) == .nothing)
        #expect(conversation.receive(frame(0, "a")) == .close(.messageTooBig))
    }

    @Test("sends a close frame back with its code")
    func closes() {
        var first = WebSocketConversation()
        #expect(first.receive(Frame(opcode: 8, payload: ByteBuffer(integer: UInt16(1000)))) == .finish(1000))
        #expect(first.receive(frame(1, "late")) == .nothing)
        var second = WebSocketConversation()
        #expect(second.receive(frame(8)) == .finish(nil))
    }

    @Test("waits for the answer to its own close frame and takes nothing else")
    mutating func ownClose() {
        #expect(conversation.close(.goingAway) == .close(.goingAway))
        #expect(conversation.close(.goingAway) == .nothing)
        #expect(conversation.receive(frame(1, "late")) == .nothing)
        #expect(conversation.receive(frame(8)) == .end)
    }
}

@Suite("A live message")
struct LiveMessageTests {
    private func reply(_ text: String) -> String {
        switch LiveMessage.reply(to: text, room: "lobby", region: "iad") {
        case .answer(let buffer): String(buffer: buffer)
        case .broadcast: "broadcast"
        }
    }

    @Test("is acknowledged with its own id, string or number")
    func acknowledged() {
        #expect(
            reply(#"{"type":"update","id":"a-1"}"#) == #"{"type":"ack","id":"a-1","room":"lobby","region":"iad"}"#)
        #expect(
            reply(#"{"id":9007199254740993,"type":"update","x":[1]}"#)
                == #"{"type":"ack","id":9007199254740993,"room":"lobby","region":"iad"}"#)
    }

    @Test("is given to the room when it is a broadcast")
    func broadcast() {
        #expect(reply(#"{"type":"broadcast","id":1,"text":"hi"}"#) == "broadcast")
    }

    @Test("is answered by an error when it is not understood")
    func errors() {
        #expect(reply("{") == #"{"type":"error","message":"the body is not valid JSON"}"#)
        #expect(reply("[]") == #"{"type":"error","message":"wrong type of the body"}"#)
        #expect(reply(#"{"type":"update"}"#) == #"{"type":"error","message":"missing member \"id\""}"#)
        #expect(reply(#"{"type":"x","id":4}"#) == #"{"type":"error","id":4,"message":"unknown type"}"#)
        #expect(reply(String(repeating: "[", count: 100_000)).hasPrefix(#"{"type":"error""#))
    }
}

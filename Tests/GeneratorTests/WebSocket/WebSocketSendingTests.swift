import CZlib
import Testing

@testable import Generator

@Suite("WebSocket sending")
struct WebSocketSendingTests {
    /// A session and what it needs, given back at the end.
    final class Side {
        var session: WebSocketSession
        var workspace = WebSocketWorkspace()
        var output = ByteStore()

        init(deflate: DeflateParameters? = nil, frameBound: Int? = nil) {
            var settings = WebSocketSession.Settings()
            if let frameBound { settings.frameBound = frameBound }
            session = WebSocketSession(deflate: deflate, settings: settings)
        }

        deinit {
            session.release()
            workspace.release()
            output.release()
        }

        func send(_ kind: WebSocketMessageKind, _ message: [UInt8]) -> Bool {
            message.withUnsafeBufferPointer { session.send(kind, $0, workspace: &workspace, output: &output) }
        }

        /// Our frames since the last time; nil where they are malformed.
        func takeFrames() -> [ClientFrame]? {
            defer { output.removeAll() }
            return ClientFrame.frames(in: Array(output.bytes))
        }

        func receive(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBufferPointer { buffer in
                var rest = buffer
                var any = false
                while session.receive(&rest, workspace: &workspace, output: &output) != nil { any = true }
                return any
            }
        }
    }

    @Test("The masked frame of RFC 6455 §5.7")
    func exampleOfTheStandard() {
        var output = ByteStore()
        defer { output.release() }
        let key = [UInt8]([0x37, 0xFA, 0x21, 0x3D]).withUnsafeBytes { $0.load(as: UInt32.self) }
        Array("Hello".utf8).withUnsafeBufferPointer {
            WebSocketFrameWriter.append(.text, payload: $0, key: key, to: &output)
        }
        #expect(Array(output.bytes) == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test("Messages of all lengths of the length field, and around the eight bytes that are masked at once")
    func lengths() {
        let side = Side()
        for count in Array(0...33) + [125, 126, 127, 65535, 65536, 65537, 200_000] {
            let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(side.send(.binary, message))
            #expect(side.takeFrames() == [ClientFrame(opcode: 2, payload: message)], "\(count) bytes")
        }
    }

    @Test("Each frame has a key of its own")
    func keys() {
        let side = Side()
        var keys: Set<[UInt8]> = []
        for _ in 0..<3000 {
            #expect(side.send(.text, []))
            keys.insert(Array(side.output.bytes.suffix(4)))
            side.output.removeAll()
        }
        // Three thousand random words share a value with a chance of 3000² / 2 / 2³² = 0.1 %; two such pairs never happen.
        #expect(keys.count >= 2998)
    }

    @Test("A large message goes out in fragments of the size asked for")
    func fragments() {
        let side = Side(frameBound: 4)
        for (text, parts) in [
            ("", [""]), ("abcd", ["abcd"]), ("abcde", ["abcd", "e"]), ("abcdefghi", ["abcd", "efgh", "i"]),
        ] {
            #expect(side.send(.text, Array(text.utf8)))
            let expected = parts.enumerated().map { index, part in
                ClientFrame(opcode: index == 0 ? 1 : 0, payload: Array(part.utf8), final: index == parts.count - 1)
            }
            #expect(side.takeFrames() == expected)
        }
    }

    @Test("Our close is answered: messages before the answer are ignored, and nothing more is sent")
    func closing() {
        let side = Side()
        #expect(side.session.close(1001, workspace: &side.workspace, output: &side.output))
        #expect(side.takeFrames() == [.close(1001)])
        #expect(!side.session.isOpen && !side.session.isClosed)
        #expect(!side.send(.text, [65]))
        #expect(!side.session.close(1000, workspace: &side.workspace, output: &side.output))
        let late = SessionDialogue.hold(
            [ServerFrame.text("late") + ServerFrame.ping("late") + ServerFrame.close(1001, "bye")], closing: true)
        #expect(late == SessionDialogue(events: [.closed(1001, "bye")], sent: []))
        #expect(
            SessionDialogue.hold([ServerFrame.bytes(3)], closing: true)
                == SessionDialogue(events: [.failed(.reservedOpcode)], sent: []))
        #expect(side.receive(ServerFrame.close(1001)))
        #expect(side.session.isClosed)
        #expect(side.takeFrames() == [])
    }

    @Test("What may not be sent is not")
    func refused() {
        let side = Side()
        for code: UInt16 in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
            #expect(!side.session.close(code, workspace: &side.workspace, output: &side.output))
        }
        let long = [UInt8](repeating: 65, count: 126)
        long.withUnsafeBufferPointer { long in
            #expect(!side.session.ping(long, workspace: &side.workspace, output: &side.output))
            let reason = UnsafeBufferPointer(rebasing: long[..<124])
            #expect(!side.session.close(1000, reason: reason, workspace: &side.workspace, output: &side.output))
            #expect(side.takeFrames() == [])
            let shorter = UnsafeBufferPointer(rebasing: long[..<123])
            #expect(side.session.close(1000, reason: shorter, workspace: &side.workspace, output: &side.output))
        }
        #expect(side.takeFrames() == [ClientFrame(opcode: 8, payload: [3, 232] + Array(repeating: 65, count: 123))])
    }

    @Test("Bounds beyond all reason are taken for the largest")
    func settings() {
        let settings = WebSocketSession.Settings(messageBound: .max, frameBound: 0)
        let hello = ServerFrame.deflated([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        #expect(
            SessionDialogue.hold([hello], deflate: DeflateParameters(), settings: settings)
                == SessionDialogue(events: [.text("Hello")], sent: []))
        #expect(
            SessionDialogue.hold([[0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 1]], settings: settings).events
                == [.failed(.messageTooLarge)])
        let side = Side(frameBound: 0)
        #expect(side.send(.text, [65, 66]))
        #expect(side.takeFrames()?.map(\.payload) == [[65], [66]])
    }

    @Test("An idle session is small")
    func size() { #expect(MemoryLayout<WebSocketSession>.size <= 160) }
}

import Testing

@testable import PaintboxTarget

/// The client's end of a WebSocket, with frames written by hand.
private struct Socket {
    let client: TestClient

    init(_ port: Int, _ path: String = "/ws", after requests: Int = 0) throws {
        client = try TestClient(port)
        for _ in 0..<requests { #expect(try client.ask("GET", "/health").status == 200) }
        let answer = try client.ask("GET", path, Self.handshake)
        #expect(answer.status == 101)
        // The key and its answer of RFC 6455 §1.3.
        #expect(answer["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer["X-Paintbox-Region"] == "iad")
    }

    static let handshake = [
        "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        var bytes = [opcode | (isFinal ? 0x80 : 0)]
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65_536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    func send(_ text: String) throws { try client.send(Self.frame(1, Array(text.utf8))) }

    /// Reads a frame: its opcode and payload. The server's frames are never masked.
    func receive() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try client.read(2)
        #expect(head[0] & 0x80 != 0)
        #expect(head[1] & 0x80 == 0)
        var count = Int(head[1])
        if count >= 126 { count = try client.read(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return (head[0] & 0xF, try client.read(count))
    }

    func text() throws -> String {
        let frame = try receive()
        #expect(frame.opcode == 1)
        return String(decoding: frame.payload, as: UTF8.self)
    }
}

@Suite("A WebSocket over a socket", .serialized)
struct WebSocketOverSocketTests {
    @Test("acknowledges messages, whole or in fragments, also sent along with the handshake's end")
    func acknowledges() throws {
        try withServer { server in
            let socket = try Socket(server.port, "/ws/projects/7", after: 2)
            try socket.send(#"{"type":"update","id":"x1"}"#)
            #expect(try socket.text() == #"{"type":"ack","id":"x1","room":"projects/7","region":"iad"}"#)
            try socket.client.send(Socket.frame(1, Array(#"{"type":"upd"#.utf8), isFinal: false))
            try socket.client.send(Socket.frame(9, Array("beat".utf8)))
            try socket.client.send(Socket.frame(0, Array(#"ate","id":2}"#.utf8)))
            let pong = try socket.receive()
            #expect(pong.opcode == 0xA)
            #expect(pong.payload == Array("beat".utf8))
            #expect(try socket.text() == #"{"type":"ack","id":2,"room":"projects/7","region":"iad"}"#)
            try socket.send("no json")
            #expect(try socket.text() == #"{"type":"error","message":"the body is not valid JSON"}"#)
            let metrics = try ask(server.controlPort, "GET", "/metrics").text
            #expect(metrics.contains("\npaintbox_websocket_connections 1\n"))
            #expect(metrics.contains("\npaintbox_websocket_messages_total 3\n"))
        }
    }

    @Test("does not lose a frame that arrives together with the handshake")
    func early() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let lines = ["GET /ws HTTP/1.1", "Host: a"] + Socket.handshake
            let message = Socket.frame(1, Array(#"{"type":"update","id":1}"#.utf8))
            try client.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + message)
            #expect(try client.answer().status == 101)
            #expect(try client.read(2)[0] == 0x81)
        }
    }

    @Test("gives a broadcast to everyone in the room and to nobody else")
    func broadcast() throws {
        try withServer({ $0.threads = 2 }) { server in
            let inside = try (0..<3).map { _ in try Socket(server.port, "/ws/projects/1") }
            let outside = try Socket(server.port, "/ws/projects/2")
            // A member is in its room before its handshake is answered, so nobody is missed.
            let message = #"{"type":"broadcast","id":5,"text":"hello"}"#
            try inside[0].send(message)
            for socket in inside { #expect(try socket.text() == message) }
            try outside.send(#"{"type":"update","id":6}"#)
            #expect(try outside.text().hasPrefix(#"{"type":"ack","id":6,"#))
        }
    }

    @Test("closes as agreed, and over breaches with their code")
    func closes() throws {
        try withServer { server in
            let agreed = try Socket(server.port)
            try agreed.client.send(Socket.frame(8, [3, 0xE8]))
            #expect(try agreed.receive() == (8, [3, 0xE8]))
            #expect(try agreed.client.isEnded())

            let unmasked = try Socket(server.port)
            try unmasked.client.send([0x81, 1, 0x61])
            // 1002 is 0x3EA.
            #expect(try unmasked.receive() == (8, [3, 0xEA]))

            let large = try Socket(server.port)
            try large.client.send([0x81, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4])
            // 1009 is 0x3F1.
            #expect(try large.receive() == (8, [3, 0xF1]))

            let biggest = try Socket(server.port)
            let filler = [UInt8](repeating: 0x20, count: (1 << 20) - 24)
            try biggest.client.send(Socket.frame(1, Array(#"{"type":"update","id":1}"#.utf8) + filler))
            #expect(try biggest.text().hasPrefix(#"{"type":"ack""#))
        }
    }

    @Test("is refused to other origins, for unknown projects and without a key")
    func refusals() throws {
        let handshake = Socket.handshake
        let requests: [(String, [String], Int)] = [
            ("/ws", handshake + ["Origin: https://evil.example"], 403),
            ("/ws", handshake + ["Origin: https://app.paintbox.example"], 101),
            ("/ws", handshake + ["Origin: http://localhost"], 101),
            ("/ws/projects/999", handshake, 404),
            ("/ws", Array(handshake.dropLast()), 400),
            ("/ws", Array(handshake.prefix(2)) + ["Sec-WebSocket-Version: 8", handshake[3]], 426),
        ]
        try withServer { server in
            for (path, fields, status) in requests {
                let answer = try ask(server.port, "GET", path, fields)
                #expect(answer.status == status, "\(path) \(fields)")
            }
        }
    }

    @Test("says that it goes away when the server ends")
    func goesAway() throws {
        var ended: Socket?
        try withServer { server in ended = try Socket(server.port) }
        // 1001 is 0x3E9.
        let frame = try #require(ended).receive()
        #expect(frame == (8, [3, 0xE9]))
    }
}

import Testing

@testable import Generator

@Suite("WebSocket handshake")
struct WebSocketHandshakeTests {
    /// The key of RFC 6455 §1.3, "the sample nonce".
    static let key: WebSocketKey = {
        let words = Array("the sample nonce".utf8).withUnsafeBytes { bytes in
            (0..<4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
        }
        return WebSocketKey(bytes: (words[0], words[1], words[2], words[3]))
    }()

    static let good = [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ]

    static func answer(
        _ fields: [String], status: String = "101 Switching Protocols", protocols: [String] = [],
        deflate: DeflateOffer? = nil
    ) -> Result<WebSocketHandshake.Agreement, WebSocketHandshakeFailure> {
        let head = (["HTTP/1.1 \(status)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        let handshake = WebSocketHandshake(protocols: protocols, deflate: deflate)
        return Array(head.utf8).withUnsafeBufferPointer { bytes in
            Result { () throws(WebSocketHandshakeFailure) in try handshake.agreement(head: bytes, key: key) }
        }
    }

    static func extensions(
        _ value: String, _ offer: DeflateOffer? = DeflateOffer()
    ) -> Result<WebSocketHandshake.Agreement, WebSocketHandshakeFailure> {
        answer(good + ["Sec-WebSocket-Extensions: \(value)"], deflate: offer)
    }

    @Test("Key and answer of RFC 6455 §1.3")
    func exampleOfTheStandard() {
        #expect(Self.key.text == "dGhlIHNhbXBsZSBub25jZQ==")
        #expect(Self.key.answer == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(WebSocketHandshake.keyField(Self.key) == "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
    }

    @Test("Each handshake has a key of its own")
    func keys() {
        var workspace = WebSocketWorkspace()
        defer { workspace.release() }
        #expect(WebSocketKey(&workspace).text != WebSocketKey(&workspace).text)
        #expect(WebSocketKey(&workspace).text.count == 24)
    }

    @Test("The request's fields")
    func fields() {
        let plain = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        #expect(WebSocketHandshake().constantFields == plain)
        var offer = DeflateOffer()
        #expect(
            WebSocketHandshake(protocols: ["chat", "v2.chat"], deflate: offer).constantFields
                == plain + "Sec-WebSocket-Protocol: chat, v2.chat\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
        offer.serverNoContextTakeover = true
        offer.clientNoContextTakeover = true
        offer.serverMaxWindowBits = 10
        offer.clientMaxWindowBits = 11
        #expect(
            WebSocketHandshake(deflate: offer).constantFields
                == plain + "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                + "client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11\r\n")
    }

    @Test("Answers that open")
    func accepted() {
        #expect(Self.answer(Self.good) == .success(.init()))
        #expect(
            Self.answer([
                "upgrade:  WebSocket ", "CONNECTION: keep-alive,\tupgrade", "Server: x",
                "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            ]) == .success(.init()))
        #expect(
            Self.answer(Self.good + ["Sec-WebSocket-Protocol: b"], protocols: ["a", "b"])
                == .success(.init(subprotocol: "b")))
        #expect(Self.answer(Self.good, protocols: ["a"], deflate: DeflateOffer()) == .success(.init()))
        #expect(Self.extensions("") == .success(.init()))
    }

    @Test("Answers that don't, and why")
    func refused() {
        let wrong: [([String], WebSocketHandshakeFailure)] = [
            (Array(Self.good[1...]), .upgrade), (["Upgrade: h2c"] + Self.good[1...], .upgrade),
            (["Upgrade: websocket"] + Self.good, .upgrade), ([Self.good[0], Self.good[2]], .connection),
            ([Self.good[0], "Connection: close", Self.good[2]], .connection),
            ([Self.good[0], "Connection: Upgrader", Self.good[2]], .connection),
            (Array(Self.good[..<2]), .acceptMissing),
            (Self.good + [Self.good[2]], .acceptRepeated),
            (Self.good[..<2] + ["Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo="], .acceptWrong),
            (Self.good + ["Sec-WebSocket-Protocol: A"], .protocolNotOffered("A")),
            (Self.good + ["Sec-WebSocket-Protocol: a, b"], .protocolNotOffered("a, b")),
            (Self.good + ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"], .protocolRepeated),
        ]
        for (fields, failure) in wrong {
            #expect(Self.answer(fields, protocols: ["a", "b"]) == .failure(failure), "\(fields)")
        }
        #expect(Self.answer(Self.good, status: "200 OK") == .failure(.status(200)))
        #expect(Self.answer([], status: "403 Forbidden") == .failure(.status(403)))
    }

    @Test("What a server may answer to the offer of permessage-deflate")
    func deflate() {
        func agreed(_ change: (inout DeflateParameters) -> Void) -> Result<
            WebSocketHandshake.Agreement, WebSocketHandshakeFailure
        > {
            var parameters = DeflateParameters()
            change(&parameters)
            return .success(.init(deflate: parameters))
        }
        #expect(Self.extensions("permessage-deflate") == agreed { _ in })
        #expect(Self.extensions(" , permessage-deflate ,, ") == agreed { _ in })
        #expect(
            Self.extensions("permessage-deflate;server_no_context_takeover ; client_no_context_takeover")
                == agreed {
                    $0.serverNoContextTakeover = true
                    $0.clientNoContextTakeover = true
                })
        for bits: UInt8 in 8...15 {
            #expect(
                Self.extensions(
                    "permessage-deflate; server_max_window_bits=\(bits); client_max_window_bits=\"\(bits)\"")
                    == agreed {
                        $0.serverWindowBits = bits
                        $0.clientWindowBits = bits
                    })
        }
        var offer = DeflateOffer()
        offer.serverNoContextTakeover = true
        offer.clientNoContextTakeover = true
        offer.serverMaxWindowBits = 10
        offer.clientMaxWindowBits = 11
        #expect(
            Self.extensions("permessage-deflate; server_no_context_takeover; server_max_window_bits=9", offer)
                == agreed {
                    $0.serverNoContextTakeover = true
                    $0.clientNoContextTakeover = true
                    $0.serverWindowBits = 9
                    $0.clientWindowBits = 11
                })
        let wrong: [(String, WebSocketHandshakeFailure)] = [
            ("permessage-deflate; server_max_window_bits=10", .extensionParameter("server_no_context_takeover")),
            ("permessage-deflate; server_no_context_takeover", .extensionParameter("server_max_window_bits")),
            (
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=11",
                .extensionParameter("server_max_window_bits")
            ),
            (
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=12",
                .extensionParameter("client_max_window_bits")
            ),
        ]
        for (value, failure) in wrong { #expect(Self.extensions(value, offer) == .failure(failure), "\(value)") }
    }

    @Test("What a server may not answer to the offer of permessage-deflate")
    func wrongDeflate() {
        let name = "permessage-deflate"
        let wrong: [(String, WebSocketHandshakeFailure)] = [
            ("x-webkit-deflate-frame", .extensionNotOffered("x-webkit-deflate-frame")),
            ("\(name), \(name)", .extensionRepeated(name)),
            ("\(name); x", .extensionParameter("x")),
            (
                "\(name); server_no_context_takeover; server_no_context_takeover",
                .extensionParameter("server_no_context_takeover")
            ),
            ("\(name); server_no_context_takeover=1", .extensionParameter("server_no_context_takeover")),
            ("\(name); client_max_window_bits", .extensionParameter("client_max_window_bits")),
            ("\(name); server_max_window_bits", .extensionParameter("server_max_window_bits")),
            ("\(name) x", .extensionSyntax), ("\(name);", .extensionSyntax), (";", .extensionSyntax),
            ("\(name); a=", .extensionSyntax), ("\(name); a=\"", .extensionSyntax),
            ("\(name); a=\"\"", .extensionSyntax),
            ("\(name); a=\"x y\"", .extensionSyntax), ("\(name); a=\"x\\", .extensionSyntax), ("=", .extensionSyntax),
        ]
        for (value, failure) in wrong { #expect(Self.extensions(value) == .failure(failure), "\(value)") }
        for bits in ["7", "16", "08", "+9", "-9", "9a", "255", "256", "\"\\1\\6\""] {
            for side in ["server", "client"] {
                let parameter = "\(side)_max_window_bits"
                #expect(
                    Self.extensions("\(name); \(parameter)=\(bits)") == .failure(.extensionParameter(parameter)),
                    "\(bits)")
            }
        }
        #expect(Self.extensions(name, nil) == .failure(.extensionNotOffered(name)))
        var offer = DeflateOffer()
        offer.clientMaxWindowBits = nil
        #expect(
            Self.extensions("\(name); client_max_window_bits=10", offer)
                == .failure(.extensionParameter("client_max_window_bits")))
    }
}

/// The opening handshake of a client (RFC 6455 §4.1): what is asked, and whether the answer fits.
package struct WebSocketHandshake: Equatable, Sendable {
    /// What the two sides agreed on.
    package struct Agreement: Equatable, Sendable {
        /// The subprotocol that the server chose; nil where it chose none.
        package var subprotocol: String?
        /// nil: messages are not compressed.
        package var deflate: DeflateParameters?
    }

    /// Subprotocols in order of preference; each must be a token.
    package var protocols: [String]
    /// nil: permessage-deflate is not offered.
    package var deflate: DeflateOffer?

    package init(protocols: [String] = [], deflate: DeflateOffer? = nil) {
        self.protocols = protocols
        self.deflate = deflate
    }

    /// The request's fields that are always the same, each with its line end; that of the key follows them.
    package var constantFields: String {
        var fields = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        if !protocols.isEmpty { fields += "Sec-WebSocket-Protocol: \(protocols.joined(separator: ", "))\r\n" }
        if let deflate { fields += "Sec-WebSocket-Extensions: \(deflate.text)\r\n" }
        return fields
    }

    /// The key's field, with its line end.
    package static func keyField(_ key: WebSocketKey) -> String { "Sec-WebSocket-Key: \(key.text)\r\n" }

    /// Reads the answer. `head`: the whole head of an HTTP/1.x response, status line included, as the parser took it.
    package func agreement(
        head: UnsafeBufferPointer<UInt8>, key: WebSocketKey
    ) throws(WebSocketHandshakeFailure) -> Agreement {
        let status =
            head.count < 12 ? 0 : head[9..<12].reduce(UInt16(0)) { $0 &* 10 &+ UInt16($1 &- UInt8(ascii: "0")) }
        guard status == 101 else { throw .status(status) }
        let fields = AnswerHead(head)
        guard fields.values(of: "upgrade").map({ $0.lowercased() }) == ["websocket"] else { throw .upgrade }
        let options = fields.values(of: "connection").flatMap { $0.split(separator: ",") }
        guard options.contains(where: { Self.trimmed($0).lowercased() == "upgrade" }) else { throw .connection }
        let accepts = fields.values(of: "sec-websocket-accept")
        guard let accept = accepts.first else { throw .acceptMissing }
        guard accepts.count == 1 else { throw .acceptRepeated }
        guard accept == key.answer else { throw .acceptWrong }
        return Agreement(
            subprotocol: try chosenProtocol(fields.values(of: "sec-websocket-protocol")),
            deflate: try agreedDeflate(fields.values(of: "sec-websocket-extensions")))
    }

    private func chosenProtocol(_ values: [String]) throws(WebSocketHandshakeFailure) -> String? {
        guard let chosen = values.first else { return nil }
        guard values.count == 1 else { throw .protocolRepeated }
        guard protocols.contains(chosen) else { throw .protocolNotOffered(chosen) }
        return chosen
    }

    private func agreedDeflate(_ values: [String]) throws(WebSocketHandshakeFailure) -> DeflateParameters? {
        var agreed: DeflateParameters?
        for value in values {
            guard let members = ExtensionList.members(of: value) else { throw .extensionSyntax }
            for member in members {
                guard member.name == DeflateOffer.name, let deflate else { throw .extensionNotOffered(member.name) }
                guard agreed == nil else { throw .extensionRepeated(member.name) }
                agreed = try deflate.agreement(member.parameters)
            }
        }
        return agreed
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

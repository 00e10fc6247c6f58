extension Reading {
    /// Bytes of a binary message at most.
    static let maximumMessageBytes = 16 << 20
    /// What happens on a WebSocket.
    func conversation(_ keys: KeyValues<StepKeys>, _ context: inout FlowContext) -> Conversation {
        var conversation = Conversation()
        reportProxies(keys, context)
        reportHandshakeFields(keys.node(\.headers))
        conversation.protocols = keys.protocols ?? []
        conversation.compression = keys.compression ?? false
        conversation.message = keys.send
        conversation.count = keys.messages ?? 1
        conversation.interval = keys.every
        conversation.reply = keys.reply
        conversation.fanOut = keys.fanOut
        conversation.ping = keys.ping
        conversation.hold = keys.hold ?? .zero
        conversation.reconnects = keys.reconnect ?? 0
        conversation.closes = keys.closes ?? []
        if keys.has(\.conversation) {
            conversation.entries = entries(keys.conversation ?? [], of: keys, &context)
        } else {
            reportContradictions(conversation, keys)
        }
        return conversation
    }

    /// How the handshake proves who opens the WebSocket. It is one native request: what needs more doesn't reach it from
    /// the defaults, and is a problem in the step itself.
    func handshakeAuthentication(_ authentication: Authentication?, _ keys: KeyValues<StepKeys>) -> Authentication? {
        switch authentication {
        case .digest, .aws:
            if keys.has(\.auth) {
                report(keys.location(of: \.auth), "a websocket step takes auth by basic or bearer")
            }
            return nil
        case .basic(let user, let password) where user.constant == nil || password.constant == nil:
            // Base64 of what an iteration gives is nothing that a template can make.
            report(
                keys.has(\.auth) ? keys.location(of: \.auth) : keys.location(of: \.websocket),
                "a websocket step can't send auth by basic whose user or password holds a variable")
            return nil
        case .basic, .bearer, nil: return authentication
        }
    }

    private func reportProxies(_ keys: KeyValues<StepKeys>, _ context: FlowContext) {
        let location = keys.location(of: \.websocket)
        if context.isLogin { report(location, "login sends requests: a websocket step belongs in a flow") }
        let http = context.defaults.http
        if http.proxy != nil { report(location, "a websocket step can't go through a proxy") }
        if http.unixSocket != nil { report(location, "a websocket step can't go through a Unix socket") }
    }

    /// Fields of the opening handshake (RFC 6455 §4.1) that say how it is made.
    private func reportHandshakeFields(_ headers: SourceNode?) {
        guard case .mapping(let entries)? = headers?.content else { return }
        for entry in entries {
            let name = entry.key.lowercased()
            if name == "sec-websocket-protocol" {
                report(entry.location, "the header field \(entry.key) is set by protocols")
            } else if name == "upgrade" || name.hasPrefix("sec-websocket-") {
                report(entry.location, "the header field \(entry.key) is set by the generator")
            }
        }
    }

    fileprivate func protocols(_ node: SourceNode) -> [String] {
        var names: [String] = []
        for element in elements(node, of: "subprotocols") {
            guard let name = name(element, "a subprotocol such as graphql-ws") else { continue }
            // RFC 6455 §4.1: tokens, all different.
            if !HeaderName.isToken(name) {
                report(element.location, "\(quoted(name)) is not a valid subprotocol name")
            } else if names.contains(name) {
                report(element.location, "\(quoted(name)) occurs more than once")
            }
            names.append(name)
        }
        return names
    }

    /// `1000`, or a list of such codes.
    fileprivate func closeCodes(_ node: SourceNode) -> [UInt16] {
        var nodes = [node]
        if case .list(let elements) = node.content {
            nodes = elements
            if elements.isEmpty { report(node.location, "expected at least one close code") }
        }
        return nodes.compactMap { value($0, Self.expectedCloseCode, Self.closeCode) }
    }

    private static let expectedCloseCode = "expected a close code such as 1000"

    /// Codes of frames that a server may send (RFC 6455 §7.4), and 1005 for a frame without one.
    private static func closeCode(_ text: String) throws(GrammarError) -> UInt16 {
        guard let code = Quantity.integer(text) else {
            throw GrammarError(offset: 0, message: "\(expectedCloseCode), found \(quoted(text))")
        }
        switch code {
        case 1000...1003, 1005, 1007...1014, 3000...4999: return UInt16(code)
        case 1006:
            throw GrammarError(
                offset: 0, message: "1006 stands for a connection that ended without a close frame: that is a failure")
        default: throw GrammarError(offset: 0, message: "no server may send the close code \(code)")
        }
    }

    // MARK: - Messages

    func message(_ node: SourceNode, _ scope: Scope) -> Conversation.Message? {
        switch node.content {
        case .scalar: return text(node, scope, "a message: a text, or JSON as a mapping or list").map { .text($0) }
        case .list: return .json(json(node, scope))
        case .mapping(let entries):
            guard entries.count == 1, entries[0].key == "binary" else { return .json(json(node, scope)) }
            if case .mapping(let inner) = entries[0].value.content, inner.count == 1,
                ["hex", "base64", "text", "file"].contains(inner[0].key)
            {
                return bytes(entries[0].value, scope).map { .bytes($0) }
            }
            // Only what looks like a size is one: `{binary: yes}` may well be a message in JSON.
            guard let size = entries[0].value.scalar, size.text.first.map({ $0.isASCII && $0.isNumber }) ?? false
            else { return .json(json(node, scope)) }
            return value(entries[0].value, Quantity.expectedSize, Self.messageSize).map { .binary(bytes: $0) }
        }
    }

    private static func messageSize(_ text: String) throws(GrammarError) -> Int {
        let bytes = try Quantity.size(text)
        guard bytes <= Double(maximumMessageBytes) else {
            throw GrammarError(offset: 0, message: "\(quoted(text)) is more than \(maximumMessageBytes >> 20)MiB")
        }
        return Int(bytes.rounded())
    }

    fileprivate func fanOut(_ node: SourceNode) -> JSONPath? {
        guard let text = grammar(node, "json $.path") else { return nil }
        do throws(GrammarError) {
            if case .json(let path) = try CaptureParser.source(text), !path.leadsToSeveral { return path }
            report(node.location, "expected json $.path to one value, found \(quoted(text))")
        } catch {
            report(node, error)
        }
        return nil
    }

    // MARK: - What can't be meant

    private func reportContradictions(_ conversation: Conversation, _ keys: KeyValues<StepKeys>) {
        let declared = keys.declared
        if !keys.has(\.send) {
            for key in keys.present(declared.messages, declared.every, declared.reply) {
                report(key.location, "\(quoted(key.name)) needs \"send\" beside it")
            }
            // Without either the WebSocket closes as soon as it is open.
            for key in keys.present(declared.fanOut, declared.ping) where conversation.hold == .zero {
                report(key.location, "\(quoted(key.name)) needs \"send\" or \"hold\" beside it")
            }
        }
        if let interval = conversation.interval, interval * (conversation.count - 1) > .seconds(8784 * 3600) {
            report(keys.location(of: \.every), "\(conversation.count) messages would take longer than 8784h")
        }
        if !keys.has(\.reply) {
            for key in keys.present(declared.checks, declared.capture) {
                report(key.location, "\(quoted(key.name)) needs \"reply\" beside it: it looks at each reply")
            }
        }
        if conversation.count > 1, keys.has(\.send), !keys.has(\.every), !keys.has(\.reply) {
            report(
                keys.location(of: \.messages),
                "\(conversation.count) messages would go out all at once: \"every\" says when the next one goes, "
                    + "\"reply\" what it waits for")
        }
        if let reply = conversation.reply, let message = conversation.message, reply.comparesMessageID,
            !message.carriesMessageID
        {
            report(
                keys.location(of: \.reply),
                "the reply is known by ${message.id}, which the message of send doesn't carry")
        }
    }
}

extension KeyContext {
    /// What messages and their replies are read with.
    fileprivate var ofMessages: Scope {
        var scope = scope
        scope.hasMessageID = true
        return scope
    }
}

extension KeyForm where Value == Conversation.Message {
    static var message: KeyForm {
        KeyForm(.anything) { reading, node, context in reading.message(node, context.ofMessages) }
    }
}

extension KeyForm where Value == Check {
    /// A check that a reply meets.
    static var reply: KeyForm {
        KeyForm(.text) { reading, node, context in
            reading.check(node, context.ofMessages, ofMessage: true, isTimed: false)
        }
    }
}

extension KeyForm where Value == JSONPath {
    static var fanOut: KeyForm { KeyForm(.exact("json .+")) { reading, node, _ in reading.fanOut(node) } }
}

extension KeyForm where Value == [String] {
    /// Subprotocols.
    static var protocols: KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, _ in reading.protocols(node) }
    }
}

extension KeyForm where Value == [UInt16] {
    static var closeCodes: KeyForm {
        // What `closeCode` takes.
        let codes = [1000...1003, 1005...1005, 1007...1014, 3000...4999].map { Shape.integer($0) }
        let code = Shape.oneOf(codes)
        return KeyForm(.oneOf([code, .list(code, atLeast: 1)])) { reading, node, _ in reading.closeCodes(node) }
    }
}

extension Check {
    /// True where the value is that of the message.
    fileprivate var comparesMessageID: Bool {
        switch predicate {
        case .text(_, let text), .contains(let text): text.variables.contains(.messageID)
        case .number, .within, .oneOf, .matches, .exists, .absent: false
        }
    }
}

extension Conversation.Message {
    /// True where `${message.id}` stands in it.
    fileprivate var carriesMessageID: Bool {
        switch self {
        case .json(let template): template.carriesMessageID
        case .text(let text): text.variables.contains(.messageID)
        case .binary, .bytes: false
        }
    }
}

extension JSONTemplate {
    fileprivate var carriesMessageID: Bool {
        switch self {
        case .raw: false
        case .text(let text): text.variables.contains(.messageID)
        case .variable(let variable): variable.base == .messageID
        case .array(let elements): elements.contains(where: \.carriesMessageID)
        case .object(let members): members.contains(where: \.value.carriesMessageID)
        }
    }
}

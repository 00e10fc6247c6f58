import Foundation

extension Reading {
    /// The entries of a conversation, in order. What each captures is there for those behind it.
    func entries(
        _ nodes: [SourceNode], of step: KeyValues<StepKeys>, _ context: inout FlowContext
    ) -> [ConversationEntry] {
        if nodes.isEmpty, case .list? = step.node(\.conversation)?.content {
            report(step.location(of: \.conversation), "expected at least one entry in conversation")
        }
        var entries: [ConversationEntry] = []
        for (index, node) in nodes.enumerated() {
            let keyContext = KeyContext(scope: context.scopeOfMessages, defaults: context.defaults)
            guard let keys = read(node, ConversationEntryKeys.self, keyContext) else {
                context.names.areComplete = false
                continue
            }
            let isLast = index == nodes.count - 1
            let number = "entry \(index + 1)"
            if let content = content(keys, number, isLast: isLast, &context) {
                entries.append(ConversationEntry(content, label: "\(number) (\(content.words))"))
            }
        }
        return entries
    }

    private func content(
        _ keys: KeyValues<ConversationEntryKeys>, _ number: String, isLast: Bool, _ context: inout FlowContext
    ) -> ConversationEntry.Content? {
        let declared = keys.declared
        let given = keys.present(
            declared.message.keys.send, declared.message.keys.expect, declared.message.keys.pause, declared.answer,
            declared.close, declared.closed, declared.times)
        guard let action = given.first else {
            let names = declared.actions.flatMap(\.names).joined(separator: ", ")
            report(keys.location, "expected one of \(names) in an entry")
            return nil
        }
        reportSeveral(given)
        switch action.name {
        case declared.answer.name: return keys.answer.flatMap { answer($0, &context) }.map { .answer($0) }
        case declared.times.name:
            return repetition(keys, number, &context)
        case declared.close.name:
            if !isLast { report(action.location, "nothing can follow close: the WebSocket is closed") }
            return keys.close.map { .close($0) }
        case declared.closed.name:
            if !isLast { report(action.location, "nothing can follow closed: the WebSocket is closed") }
            notePart(keys.message, &context)
            return keys.closed.map { codes in
                var close = AwaitedClose(codes: codes)
                (close.name, close.limit) = (keys.message.name, keys.message.within)
                return .closed(close)
            }
        default: return content(keys.message, action.name, &context)
        }
    }

    /// What may stand in a repetition, too.
    private func content(
        _ keys: KeyValues<MessageEntryKeys>, _ action: String, _ context: inout FlowContext
    ) -> ConversationEntry.Content? {
        switch action {
        case keys.declared.send.name: return keys.send.map { .send($0) }
        case keys.declared.pause.name: return keys.pause.map { .pause($0) }
        default:
            notePart(keys, &context)
            var expected = ExpectedMessage()
            expected.name = keys.name
            expected.limit = keys.within
            if let others = keys.skip { expected.others = others }
            let scope = context.scopeOfMessages
            expected.checks = (keys.checks ?? []).compactMap {
                check($0, scope, ofMessage: true, isTimed: true)
            }
            expected.captures = captures(keys.capture ?? [], context, ofMessage: true)
            noteCaptures(keys.node(\.capture), &context)
            guard let condition = keys.expect else { return nil }
            expected.condition = condition
            return .expect(expected)
        }
    }

    private func repetition(
        _ keys: KeyValues<ConversationEntryKeys>, _ number: String, _ context: inout FlowContext
    ) -> ConversationEntry.Content? {
        let nodes = keys.conversation ?? []
        if nodes.isEmpty, case .list? = keys.node(\.conversation)?.content {
            report(keys.location(of: \.conversation), "expected at least one entry in conversation")
        }
        var entries: [ConversationEntry] = []
        for (index, node) in nodes.enumerated() {
            let keyContext = KeyContext(scope: context.scopeOfMessages, defaults: context.defaults)
            guard let inner = read(node, RepeatedEntryKeys.self, keyContext) else {
                context.names.areComplete = false
                continue
            }
            let own = inner.declared.message.keys
            let given = inner.present(own.send, own.expect, own.pause)
            guard let action = given.first else {
                report(inner.location, "expected one of send, expect, pause in an entry that is repeated")
                continue
            }
            reportSeveral(given)
            if let content = content(inner.message, action.name, &context) {
                let label = "\(number).\(index + 1) (\(content.words))"
                entries.append(ConversationEntry(content, label: label))
            }
        }
        let waits = entries.contains { entry in
            switch entry.content {
            case .expect, .pause: true
            default: false
            }
        }
        if entries.count == nodes.count, !nodes.isEmpty, !waits {
            report(
                keys.location(of: \.times),
                "its messages would go out all at once: expect or pause says what the next round waits for")
        }
        return keys.times.map { .repetition(times: $0, entries) }
    }

    private func answer(
        _ keys: KeyValues<AnswerKeys>, _ context: inout FlowContext
    ) -> AnsweredMessage? {
        let captures = captures(keys.capture ?? [], context, ofMessage: true)
        noteCaptures(keys.node(\.capture), &context)
        // The answer may hold what is captured from what it answers.
        let scope = context.scopeOfMessages
        guard let condition = keys.when, let node = keys.node(\.send), let message = message(node, scope) else {
            return nil
        }
        var answered = AnsweredMessage(condition: condition, message: message)
        answered.captures = captures
        answered.most = keys.most ?? AnsweredMessage.most
        return answered
    }

    private func reportSeveral(_ given: [(name: String, location: TextLocation)]) {
        guard given.count > 1 else { return }
        let others = given.dropFirst().map { quoted($0.name) }.joined(separator: " and ")
        report(given[1].location, "an entry does one thing: \(others) can't stand beside \(quoted(given[0].name))")
    }

    /// A named entry has a row of its own among the steps, so its name is its own, too.
    private func notePart(_ keys: KeyValues<MessageEntryKeys>, _ context: inout FlowContext) {
        if let name = keys.name {
            noteName(name, at: keys.node(\.name)?.location ?? keys.location, isGiven: true, &context)
        }
    }

    // MARK: - What messages are known by

    fileprivate func condition(_ node: SourceNode, _ scope: Scope) -> MessageCondition? {
        var nodes = [node]
        if case .list(let elements) = node.content {
            nodes = elements
            if elements.isEmpty { report(node.location, "expected at least one check of a message") }
        }
        let count = problems.count
        var condition = MessageCondition()
        for node in nodes {
            if let word = node.scalar?.text, let kind = MessageCondition.Kind(rawValue: word) {
                if let other = condition.kind, other != kind {
                    report(node.location, "a message is either text or binary")
                }
                condition.kind = kind
            } else if let word = node.scalar?.text, word.allSatisfy(\.isLetter),
                let kind = Suggestion.nearest(to: word, among: MessageCondition.Kind.allCases.map(\.rawValue))
            {
                report(node.location, "unknown kind of message \(quoted(word)) (did you mean \(quoted(kind))?)")
            } else if let check = check(node, scope, ofMessage: true, isTimed: false) {
                condition.checks.append(check)
            }
        }
        return problems.count == count ? condition : nil
    }

    fileprivate func others(_ node: SourceNode, _ scope: Scope) -> ExpectedMessage.Others? {
        switch node.scalar?.text {
        case "all": .skipped
        case "none": .refused
        default: condition(node, scope).map { .skippedWhere($0) }
        }
    }

    // MARK: - Bytes

    /// The bytes that `{hex: …}`, `{base64: …}`, `{text: …}` or `{file: …}` name.
    func bytes(_ node: SourceNode, _ scope: Scope) -> [Conversation.BytePart]? {
        guard let keys = read(node, BinaryKeys.self) else { return nil }
        let given = keys.present(keys.declared.hex, keys.declared.base64, keys.declared.text, keys.declared.file)
        guard given.count == 1 else {
            report(keys.location, "a binary message has either hex, base64, text or file")
            return nil
        }
        if let node = keys.hex { return parts(node, scope, .hex) }
        if let node = keys.base64 { return parts(node, scope, .base64) }
        if let node = keys.text { return text(node, scope, "a text").map { [.text($0)] } }
        return keys.file.flatMap { node in
            readableFile(node).flatMap { path in
                do throws(SourceFile.Unreadable) {
                    return [.bytes(try SourceFile.read(path, maximumBytes: Self.maximumMessageBytes))]
                } catch {
                    report(node.location, "the file \(quoted(path)) can't be read: \(error.reason)")
                    return nil
                }
            }
        }
    }

    /// Literals between places are whole by themselves, and so is each value: nothing runs over from one to the next.
    private func parts(_ node: SourceNode, _ scope: Scope, _ coding: Conversation.ByteCoding) -> [Conversation
        .BytePart]?
    {
        let (expected, decode) =
            coding == .hex ? (Self.expectedHex, Self.hex) : (Self.expectedBase64, Self.base64)
        guard let text = text(node, scope, expected) else { return nil }
        var parts: [Conversation.BytePart] = []
        for piece in text.pieces {
            do throws(GrammarError) {
                switch piece {
                case .literal(let literal): parts.append(.bytes(try decode(literal)))
                case .secret(let value, let shown):
                    // What it is instead must not be shown.
                    guard let bytes = try? decode(value) else {
                        throw GrammarError(offset: 0, message: "\(expected), but the value of \(shown) is none")
                    }
                    parts.append(.bytes(bytes))
                case .variable(let variable):
                    switch variable {
                    case .column, .capture: parts.append(.value(variable, coding))
                    default:
                        throw GrammarError(
                            offset: 0,
                            message:
                                "only columns and captured values can tell bytes here; {binary: {text: …}} takes all others"
                        )
                    }
                }
            } catch {
                report(node, error)
                return nil
            }
        }
        return parts
    }

    private static let expectedHex = "expected pairs of hexadecimal digits such as 00ff"
    private static let expectedBase64 = "expected base64 such as AP8="

    private static func hex(_ text: String) throws(GrammarError) -> [UInt8] {
        let digits = text.filter { $0 != " " }.map(\.hexDigitValue)
        guard digits.count % 2 == 0, !digits.contains(nil) else {
            throw GrammarError(offset: 0, message: "\(expectedHex), found \(quoted(text))")
        }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }

    private static func base64(_ text: String) throws(GrammarError) -> [UInt8] {
        guard let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
            throw GrammarError(offset: 0, message: "\(expectedBase64), found \(quoted(text))")
        }
        return Array(bytes)
    }
}

extension ConversationEntry.Content {
    /// What it does, in few words.
    fileprivate var words: String {
        switch self {
        case .send: "send"
        case .expect(let expected): "expect \(expected.condition.words)"
        case .answer(let answered): "answer to \(answered.condition.words)"
        case .pause: "pause"
        case .close(let code): "close \(code)"
        case .closed(let close): "closed \(close.codes.map(String.init).joined(separator: " or "))"
        case .repetition(let times, _): "repeat \(times)"
        }
    }
}

extension MessageCondition {
    /// The condition as it is written.
    fileprivate var words: String {
        let all = (kind.map { [$0.rawValue] } ?? []) + checks.map(\.source)
        return all.joined(separator: ", ")
    }
}

extension KeyForm where Value == MessageCondition {
    /// A check of a message, `text` or `binary`, or a list of them.
    static var messageCondition: KeyForm {
        KeyForm(.oneOf([.text, .list(.text, atLeast: 1)])) { reading, node, context in
            reading.condition(node, context.scope)
        }
    }
}

extension KeyForm where Value == ExpectedMessage.Others {
    static var otherMessages: KeyForm {
        KeyForm(.oneOf([.text, .list(.text, atLeast: 1)])) { reading, node, context in
            reading.others(node, context.scope)
        }
    }
}

extension KeyForm where Value == UInt16 {
    /// A code with which a client may close a WebSocket (RFC 6455 §7.4).
    static var sentCloseCode: KeyForm {
        let expected = "expected a close code that a client may send: 1000, 1001 or 3000 to 4999"
        return KeyForm(.oneOf([.integer(1000...1001), .integer(3000...4999)])) { reading, node, _ in
            reading.value(node, expected) { text throws(GrammarError) in
                guard let code = Quantity.integer(text), 1000...1001 ~= code || 3000...4999 ~= code else {
                    throw GrammarError(offset: 0, message: expected)
                }
                return UInt16(code)
            }
        }
    }
}

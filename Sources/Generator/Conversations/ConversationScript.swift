import Measures
import Scenarios

/// A conversation whose entries are written down, compiled for the engine: one flat list, in which a repetition leads back.
/// Whoever makes one must `release` it.
struct ConversationScript {
    /// What happens at a location of the list, as plain numbers.
    enum Act: BitwiseCopyable {
        /// The message of the number is sent.
        case send(Int)
        /// The expectation of the number is awaited.
        case expect(Int)
        /// The next of the answers stands from here on.
        case answer
        /// Nothing is done, for so many nanoseconds.
        case pause(shortest: Int64, longest: Int64)
        case close(UInt16)
        /// The server's closing of the number is awaited.
        case closed(Int)
        /// The list goes on at the place, until it was gone through from there so many times.
        case again(from: Int, times: Int)
    }

    /// A message that is sent.
    struct Message {
        let kind: WebSocketMessageKind
        let template: TextTemplate
    }

    /// What becomes of messages that are not the awaited one.
    enum Others {
        case skipped
        case refused
        case skippedWhere(MessageRule)
    }

    /// A message that is awaited.
    struct Expectation {
        let rule: MessageRule
        let others: Others
        /// From the instant at which the conversation came to it.
        let limit: Span
        /// Judges the message that was known as the awaited one, and takes captures from it.
        let judge: AnswerJudge
    }

    /// Messages that are answered.
    struct Answer {
        let rule: MessageRule
        let message: Message
        /// Takes captures.
        let judge: AnswerJudge
        let most: Int
    }

    /// The server's closing.
    struct Close {
        let codes: [UInt16]
        let limit: Span
    }

    private(set) var acts: [Act] = []
    /// For each act the name of its entry in messages.
    private(set) var labels: [String] = []
    /// For each act what is to be added to the step's number to get that of the part that it counts in; 0: the step's own.
    private(set) var parts: [Int] = []
    private(set) var messages: [Message] = []
    private(set) var expectations: [Expectation] = []
    private(set) var answers: [Answer] = []
    private(set) var closes: [Close] = []
    /// Behind this place nothing is expected any more.
    private(set) var lastExpectation = -1

    private var partCount = 0

    init(_ entries: [ConversationEntry], timeout: Span, names: VariableNames) {
        for entry in entries { add(entry, timeout, names) }
    }

    private mutating func add(_ entry: ConversationEntry, _ timeout: Span, _ names: VariableNames) {
        if entry.name != nil { partCount += 1 }
        let part = entry.name == nil ? 0 : partCount
        switch entry.content {
        case .send(let message):
            append(.send(messages.count), entry.label, part)
            messages.append(Message(message, names: names))
        case .expect(let expected):
            lastExpectation = acts.count
            append(.expect(expectations.count), entry.label, part)
            expectations.append(
                Expectation(
                    rule: MessageRule(expected.condition, names: names), others: Others(expected.others, names: names),
                    limit: expected.limit.map { Span($0) } ?? timeout,
                    judge: AnswerJudge(ofMessage: expected.checks, captures: expected.captures, names: names)))
        case .answer(let answered):
            append(.answer, entry.label, part)
            answers.append(
                Answer(
                    rule: MessageRule(answered.condition, names: names),
                    message: Message(answered.message, names: names),
                    judge: AnswerJudge(ofMessage: [], captures: answered.captures, names: names), most: answered.most))
        case .pause(let range):
            append(
                .pause(shortest: Span(range.lowerBound).nanoseconds, longest: Span(range.upperBound).nanoseconds),
                entry.label, part)
        case .close(let code): append(.close(code), entry.label, part)
        case .closed(let close):
            append(.closed(closes.count), entry.label, part)
            closes.append(Close(codes: close.codes, limit: close.limit.map { Span($0) } ?? timeout))
        case .repetition(let times, let repeated):
            let first = acts.count
            for entry in repeated { add(entry, timeout, names) }
            append(.again(from: first, times: times), entry.label, part)
            // What came in a pause of one round may be expected in the next one.
            if lastExpectation >= first { lastExpectation = acts.count - 1 }
        }
    }

    private mutating func append(_ act: Act, _ label: String, _ part: Int) {
        acts.append(act)
        labels.append(label)
        parts.append(part)
    }

    func release() {
        for message in messages { message.template.release() }
        for expectation in expectations {
            expectation.rule.release()
            if case .skippedWhere(let rule) = expectation.others { rule.release() }
            expectation.judge.release()
        }
        for answer in answers {
            answer.rule.release()
            answer.message.template.release()
            answer.judge.release()
        }
    }
}

extension ConversationScript.Message {
    init(_ message: Conversation.Message, names: VariableNames) {
        var builder = TextTemplate.Builder(names: names)
        switch message {
        case .json(let template):
            builder.append(template)
            kind = .text
        case .text(let text):
            builder.append(text, escape: .none)
            kind = .text
        case .binary(let bytes):
            // Printable, and the same in each run.
            var random = SeededRandom(seed: UInt64(bytes))
            builder.append(bytes: (0..<bytes).map { _ in UInt8(33 + random.below(94)) })
            kind = .binary
        case .bytes(let parts):
            for part in parts {
                switch part {
                case .bytes(let bytes): builder.append(bytes: bytes)
                case .text(let text): builder.append(text, escape: .none)
                case .value(let variable, let coding): builder.append(bytesOf: variable, coding)
                }
            }
            kind = .binary
        }
        template = builder.finish()
    }
}

extension ConversationScript.Others {
    fileprivate init(_ others: ExpectedMessage.Others, names: VariableNames) {
        self =
            switch others {
            case .skipped: .skipped
            case .refused: .refused
            case .skippedWhere(let condition): .skippedWhere(MessageRule(condition, names: names))
            }
    }
}

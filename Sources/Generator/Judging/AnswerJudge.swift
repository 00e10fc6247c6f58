import Foundation
import Measures
import Scenarios

/// Judges the answers of one step: status, checks, calculated answers; and takes captures from them. Does no I/O.
/// Whoever makes one must `release` it.
struct AnswerJudge {
    /// What an answer was found to be.
    struct Judgement {
        var outcome: Outcome
        /// Why the outcome isn't `ok`.
        var message: String?
        /// What the server says it spent calculating.
        var calculationTime: Span?
        /// True where the answer had a calculation's result, right or wrong: status and checks held.
        var isCalculated = false
        /// What of the calculated answer was wrong.
        var difference: Difference?
    }

    /// A value that was not what it had to be. Its texts are whole, and may hold secrets.
    struct Difference: Equatable {
        var kind: WrongAnswer.Kind
        /// Where the value stands; nil: the whole body.
        var path: String?
        var expected: String?
        var observed: String?
    }

    /// An answer, read to its end.
    struct Answer {
        var status: Int
        var head: UnsafeBufferPointer<UInt8>
        var body: UnsafeBufferPointer<UInt8>
        var bodySize: Int
        var bodyTooLarge: Bool
        /// Finished − intended and − actual start; nil where that isn't known.
        private(set) var responseTime: Span?
        private(set) var serviceTime: Span?
        /// The stream of events that it was to be; nil where it is none. The body is the data of its last event then.
        private(set) var events: EventFeed?
        /// First event − intended start.
        private(set) var firstEvent: Span?

        /// Notes how long its exchange took.
        mutating func take(_ exchange: Exchange, finished: Instant) {
            responseTime = finished - exchange.intended
            serviceTime = finished - exchange.started
            if let events, events.count > 0 { firstEvent = events.first - exchange.intended }
        }

        init(status: Int, kept: KeptAnswer, bodySize: Int) {
            self.status = status
            head = kept.head.bytes
            events = kept.events.isWanted ? kept.events : nil
            body = events?.lastData.bytes ?? kept.body.bytes
            self.bodySize = bodySize
            bodyTooLarge = kept.bodyTooLarge
        }

        /// An answer whose parts are at hand.
        init(
            status: Int, head: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>, bodySize: Int
        ) {
            self.status = status
            self.head = head
            self.body = body
            self.bodySize = bodySize
            bodyTooLarge = false
        }

        /// A message on a WebSocket, whose opening was answered with 101.
        init(message: UnsafeBufferPointer<UInt8>) {
            status = 101
            head = UnsafeBufferPointer(start: nil, count: 0)
            body = message
            bodySize = message.count
            bodyTooLarge = false
        }
    }

    struct CompiledCheck {
        var check: Check
        /// What it compares with, where that is a text.
        var expected: FilledText?
    }

    let step: Step
    let checks: [CompiledCheck]
    /// What a conversation's replies are known by.
    let reply: CompiledCheck?
    /// What an event that ends a stream is known by.
    let end: CompiledCheck?
    /// What is expected at each of the calculation's paths.
    let expected: [FilledText]
    /// The captures' numbers.
    private let captureNumbers: [Int]
    /// True where checks look at JSON.
    private let looksAtJSON: Bool
    private let capturesJSON: Bool
    let expressions: [String: NSRegularExpression]

    /// True where head or body must be kept to judge an answer.
    let looksAtAnswer: Bool
    /// True where the body must be kept to judge an answer.
    let looksAtBody: Bool

    /// - Parameter keepsHead: Whether the answer's head is wanted by somebody else.
    init(_ step: Step, names: VariableNames, keepsHead: Bool = false) {
        self.step = step
        func compiled(_ check: Check) -> CompiledCheck {
            CompiledCheck(check: check, expected: check.text.map { FilledText($0, names: names) })
        }
        checks = step.checks.map(compiled)
        reply = step.conversation?.reply.map(compiled)
        end = step.events?.endingCheck.map(compiled)
        expected = step.calculation?.answers.map { FilledText($0.expected, names: names) } ?? []
        captureNumbers = step.captures.map { names.capture($0.name) }
        looksAtAnswer =
            keepsHead || step.events != nil || !step.checks.isEmpty || !step.captures.isEmpty || step.calculation != nil
        // Of a stream its events are kept.
        looksAtBody =
            step.events == nil
            && (step.calculation != nil || step.checks.contains { $0.looksAtBody }
                || step.captures.contains { $0.looksAtBody })
        looksAtJSON = step.checks.contains { $0.looksAtJSON && !$0.isOfEvery }
        capturesJSON = step.captures.contains { $0.isOfJSON }
        var expressions: [String: NSRegularExpression] = [:]
        let others = [step.conversation?.reply, step.events?.endingCheck].compactMap { $0 }
        let allChecks = step.checks + others
        for pattern in allChecks.compactMap(\.pattern) + step.captures.compactMap(\.pattern) {
            expressions[pattern] = try? NSRegularExpression(pattern: pattern)
        }
        self.expressions = expressions
    }

    /// What the step's answer must hold as a calculation's result.
    var calculation: Calculation? { step.calculation }

    func release() {
        for check in checks { check.expected?.release() }
        reply?.expected?.release()
        end?.expected?.release()
        for text in expected { text.release() }
    }

    /// The outcome that a status alone leads to.
    func outcome(ofStatus status: Int) -> Outcome {
        if step.expect.contains(where: { $0.contains(status) }) { return .ok }
        switch status {
        case 429: return .rateLimited
        case 400...499: return .http4xx
        case 500...599: return .http5xx
        default: return .checkFailed
        }
    }

    /// True where a message is the reply to the one whose id the context has.
    func isReply(_ message: Answer, render: (TextTemplate) -> String?) -> Bool {
        guard let reply, !reply.check.looksAtJSON || Self.jsonFault(of: message.body) == nil else { return false }
        return failure(of: reply, message, AnswerHead(message.head), false, { Secrets() }, render) == nil
    }

    /// Why a body is no JSON; nil where it is.
    static func jsonFault(of body: UnsafeBufferPointer<UInt8>, _ noun: String = "the body") -> String? {
        switch JSONScanner.wholeness(of: body) {
        case .whole: nil
        case .truncated where body.isEmpty: "\(noun) is not JSON: it is empty"
        case .truncated: "\(noun) is not JSON: it ends within a value"
        case .malformed: "\(noun) is not JSON"
        }
    }

    /// The same of an answer: of a stream its last event.
    private static func jsonFault(of answer: Answer) -> String? {
        guard let events = answer.events else { return jsonFault(of: answer.body) }
        return events.count == 0 ? "no event came" : jsonFault(of: answer.body, "the last event")
    }

    /// Judges a kept answer. Captures are written to the context's memory; `isTold`: whether anybody reads what messages
    /// say of it; `secrets`: what must not show in them, asked for only where there is one. `pick` draws one of so many; `render` fills in
    /// texts with places.
    func judge(
        _ answer: Answer, captures: UnsafeMutablePointer<CapturedValue?>?, isTold: Bool, secrets: () -> Secrets,
        pick: (Int) -> Int = { _ in 0 }, render: (TextTemplate) -> String?
    ) -> Judgement {
        var judgement = Judgement(outcome: outcome(ofStatus: answer.status))
        if judgement.outcome != .ok {
            judgement.message = "status \(answer.status)"
            return judgement
        }
        if answer.bodyTooLarge {
            return Judgement(
                outcome: .bodyTooLarge, message: "the body is larger than \(KeptAnswer.bodyBound / 1_048_576) MiB")
        }
        let head = AnswerHead(answer.head)
        if let fault = streamFault(of: answer, head, isTold, secrets) { return fault }
        // A value may stand whole in what was cut off behind it.
        let bodyFault = looksAtJSON ? Self.jsonFault(of: answer) : nil
        for check in checks {
            if check.check.isOfEvery {
                guard let message = failure(of: check, ofEvery: answer, isTold, secrets, render) else { continue }
                return Judgement(outcome: .checkFailed, message: message)
            }
            if let bodyFault, check.check.looksAtJSON {
                return Judgement(outcome: .checkFailed, message: "\(check.check.source): \(bodyFault)")
            }
            if let message = failure(of: check, answer, head, isTold, secrets, render) {
                return Judgement(outcome: .checkFailed, message: message)
            }
        }
        if let calculation = step.calculation {
            judgement.calculationTime = calculation.serverTime.flatMap { serverTime($0, answer, head) }
            judgement.isCalculated = true
            if let (message, difference) = failure(of: calculation, answer, isTold, secrets, render) {
                judgement.outcome = .checkFailed
                judgement.message = message
                judgement.difference = difference
                return judgement
            }
        }
        let fault = capturesJSON ? Self.jsonFault(of: answer) : nil
        for (capture, number) in zip(step.captures, captureNumbers) {
            var value: CapturedValue?
            if capture.leadsToSeveral, fault == nil {
                guard let values = values(of: capture.source, answer, head) else {
                    judgement.outcome = .checkFailed
                    judgement.message = "nothing to capture as \(capture.name): \(Self.tooLong)"
                    return judgement
                }
                if !values.isEmpty { value = values[capture.isRandom ? pick(values.count) : 0] }
            } else if fault == nil || !capture.isOfJSON {
                value = self.value(of: capture.source, answer, head)
            }
            guard value != nil || capture.isOptional else {
                judgement.outcome = .checkFailed
                let reason = capture.isOfJSON ? fault.map { ": \($0)" } : nil
                judgement.message = "nothing to capture as \(capture.name)\(reason ?? "")"
                return judgement
            }
            captures?[number] = value
        }
        return judgement
    }
}

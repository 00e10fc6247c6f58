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
    private let checks: [CompiledCheck]
    /// What a conversation's replies are known by.
    private let reply: CompiledCheck?
    /// What an event that ends a stream is known by.
    let end: CompiledCheck?
    /// What is expected at each of the calculation's paths.
    private let expected: [FilledText]
    /// The captures' numbers.
    private let captureNumbers: [Int]
    /// True where checks look at JSON.
    private let looksAtJSON: Bool
    private let capturesJSON: Bool
    private let expressions: [String: NSRegularExpression]

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

    // MARK: Checks

    func failure(
        of compiled: CompiledCheck, _ answer: Answer, _ head: AnswerHead, _ isTold: Bool, _ secrets: () -> Secrets,
        _ render: (TextTemplate) -> String?
    ) -> String? {
        let check = compiled.check
        var expected: String?
        if let text = compiled.expected {
            expected = text.value(render)
            if expected == nil { return "\(check.source): a captured value is missing" }
        }
        func message(_ observed: Observation?) -> String {
            "\(check.source): \(observed.map { "got \(Self.excerpt($0.text, isTold, secrets))" } ?? "there is none")"
        }
        guard check.leadsToSeveral else {
            let observed = observation(of: check.subject, answer, head)
            return holds(check, expected, of: observed) ? nil : message(observed)
        }
        // What could not be looked for is neither there nor absent.
        guard let observed = observations(of: check.subject, answer) else { return "\(check.source): \(Self.tooLong)" }
        // Of several values each must be as the check says; one is enough to be there.
        if observed.isEmpty || check.predicate == .exists {
            return holds(check, expected, of: observed.first) ? nil : message(nil)
        }
        return observed.first { !holds(check, expected, of: $0) }.map(message)
    }

    /// Whether a check holds of what was observed; nil: nothing was.
    private func holds(_ check: Check, _ expected: String?, of observed: Observation?) -> Bool {
        switch check.predicate {
        case .exists: return observed != nil
        case .absent: return observed == nil
        case .number(let comparison, let expected):
            return observed?.number.map { comparison.holds($0, expected) } ?? false
        case .within(let range): return observed?.number.map(range.contains) ?? false
        case .oneOf(let choices):
            return choices.contains { choice in
                switch choice {
                case .number(let number): observed?.number == number
                case .text(let text): observed?.text == text
                }
            }
        case .text(let comparison, _):
            // What isn't there equals nothing, and so differs from everything.
            return Self.isSame(observed, expected ?? "", of: check) == (comparison == .equal)
        case .contains:
            if case .header = check.subject {
                return observed?.text.range(of: expected ?? "", options: .caseInsensitive) != nil
            }
            return observed?.text.contains(expected ?? "") ?? false
        case .matches(let pattern): return observed.map { firstMatch(pattern, in: $0.text) != nil } ?? false
        }
    }

    private struct Observation {
        var text: String
        var number: DecimalNumber?
    }

    /// Whether what was observed is a text. Where an iteration gives the text, a number in JSON is compared with it as a
    /// number: 10.5 is what a table writes as 10.50.
    private static func isSame(_ observed: Observation?, _ expected: String, of check: Check) -> Bool {
        guard let observed else { return false }
        if observed.text == expected { return true }
        guard case .json = check.subject, let number = observed.number, check.text?.variables.isEmpty == false,
            JSONNumber.isNumber(expected)
        else { return false }
        return number == DecimalNumber(expected)
    }

    private static let tooLong = "the path takes too many steps in this answer"

    /// What a path to several values leads to, or how many there are; nil where it takes too many steps.
    private func observations(of subject: Check.Subject, _ answer: Answer) -> [Observation]? {
        switch subject {
        case .json(let path): return (try? JSONScanner.findAll(path, in: answer.body))?.map(Self.observation)
        case .jsonCount(let path):
            guard let count = try? JSONScanner.findAll(path, in: answer.body).count else { return nil }
            return [Observation(text: String(count), number: DecimalNumber(count))]
        case .status, .header, .body, .hex, .bodySize, .responseTime, .serviceTime, .events, .firstEvent, .eventGap:
            return []
        }
    }

    private static func observation(_ slice: JSONScanner.Slice) -> Observation {
        let raw = String(decoding: slice.bytes, as: UTF8.self)
        return Observation(
            text: JSONScanner.text(of: slice) ?? raw, number: slice.kind == .number ? DecimalNumber(raw) : nil)
    }

    private func observation(of subject: Check.Subject, _ answer: Answer, _ head: AnswerHead) -> Observation? {
        switch subject {
        case .status: return Observation(text: String(answer.status), number: DecimalNumber(answer.status))
        case .header(let name): return head.value(of: name).map { Observation(text: $0, number: DecimalNumber($0)) }
        case .body:
            return answer.hasBody ? Observation(text: String(decoding: answer.body, as: UTF8.self)) : nil
        case .hex: return answer.hasBody ? Observation(text: Self.hex(answer.body)) : nil
        case .bodySize: return Observation(text: "\(answer.bodySize) bytes", number: DecimalNumber(answer.bodySize))
        case .json(let path): return (try? JSONScanner.find(path, in: answer.body)).map(Self.observation)
        case .jsonCount(let path):
            guard let slice = try? JSONScanner.find(path, in: answer.body),
                let count = try? JSONScanner.count(of: slice)
            else { return nil }
            return Observation(text: String(count), number: DecimalNumber(count))
        case .responseTime: return answer.responseTime.map(Self.observation)
        case .serviceTime: return answer.serviceTime.map(Self.observation)
        case .events:
            return answer.events.map { Observation(text: "\($0.count)", number: DecimalNumber($0.count)) }
        case .firstEvent: return answer.firstEvent.map(Self.observation)
        // One event alone has kept nobody waiting for a second one.
        case .eventGap: return answer.hasBody ? answer.events.map { Self.observation($0.longestGap) } : nil
        }
    }

    /// Bytes as hexadecimal digits.
    static func hex(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            for (index, byte) in bytes.enumerated() {
                text[index * 2] = digits[Int(byte >> 4)]
                text[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }

    private static func observation(_ time: Span) -> Observation {
        let microseconds = time.nanoseconds / 1_000
        let rest = String(microseconds % 1_000)
        return Observation(
            text: "\(microseconds / 1_000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest) ms",
            number: DecimalNumber(Int(time.nanoseconds)))
    }

    /// The first group of the first match, or the whole match where there is no group.
    private func firstMatch(_ pattern: String, in text: String) -> String? {
        guard let expression = expressions[pattern],
            let match = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)),
            let range = Range(match.range(at: match.numberOfRanges > 1 ? 1 : 0), in: text)
        else { return nil }
        return String(text[range])
    }

    // MARK: Calculated answers

    private func failure(
        of calculation: Calculation, _ answer: Answer, _ isTold: Bool, _ secrets: () -> Secrets,
        _ render: (TextTemplate) -> String?
    ) -> (message: String, difference: Difference?)? {
        // A value may stand whole in what was cut off behind it.
        let fault = calculation.answers.isEmpty ? nil : Self.jsonFault(of: answer.body)
        for (item, text) in zip(calculation.answers, expected) {
            let path = item.path.source
            guard let expected = text.value(render) else { return ("\(path): a captured value is missing", nil) }
            guard fault == nil, let slice = try? JSONScanner.find(item.path, in: answer.body) else {
                return (
                    "\(path): expected \(Self.excerpt(expected, isTold, secrets)), \(fault ?? "there is none")",
                    Difference(kind: .value, path: path, expected: expected)
                )
            }
            let raw = String(decoding: slice.bytes, as: UTF8.self)
            let observed = JSONScanner.text(of: slice) ?? raw
            if observed == expected { continue }
            if let number = DecimalNumber(observed), let wanted = DecimalNumber(expected),
                calculation.tolerance.allows(number, wanted)
            {
                continue
            }
            return (
                "\(path): expected \(Self.excerpt(expected, isTold, secrets)), got \(Self.excerpt(observed, isTold, secrets))",
                Difference(kind: .value, path: path, expected: expected, observed: observed)
            )
        }
        return nil
    }

    private func serverTime(_ source: Calculation.ServerTime, _ answer: Answer, _ head: AnswerHead) -> Span? {
        let milliseconds: Double? =
            switch source {
            case .serverTiming(let metric): head.serverTiming(metric)
            case .header(let name): head.value(of: name).flatMap(Double.init)
            case .json(let path): observation(of: .json(path), answer, head)?.number?.double
            }
        // What a server says may be anything; below an hour it can be a time.
        guard let milliseconds, 0...3_600_000 ~= milliseconds else { return nil }
        return Span(seconds: milliseconds / 1000)
    }

    // MARK: Captures

    /// What of an answer's body the step would capture as secrets, and what to show in their place.
    func secretValues(in body: UnsafeBufferPointer<UInt8>) -> [(value: String, shown: String)] {
        let parts = step.events == nil ? [body] : Self.parts(ofStream: body)
        return step.captures.filter { $0.looksAtBody && $0.holdsSecret }.flatMap { capture in
            parts.flatMap { values(of: capture.source, Answer(message: $0), AnswerHead(.empty)) ?? [] }.map {
                (String(decoding: $0.text, as: UTF8.self), "${\(capture.name)}")
            }
        }
    }

    /// All that could be captured; nil where the path takes too many steps.
    private func values(of source: Capture.Source, _ answer: Answer, _ head: AnswerHead) -> [CapturedValue]? {
        guard case .json(let path) = source, path.leadsToSeveral else {
            return value(of: source, answer, head).map { [$0] } ?? []
        }
        return (try? JSONScanner.findAll(path, in: answer.body))?.map(Self.value)
    }

    private static func value(_ slice: JSONScanner.Slice) -> CapturedValue {
        if let text = JSONScanner.text(of: slice) { return CapturedValue(text: Array(text.utf8)) }
        return CapturedValue(text: Array(slice.bytes), isJSON: true)
    }

    private func value(of source: Capture.Source, _ answer: Answer, _ head: AnswerHead) -> CapturedValue? {
        switch source {
        case .json(let path): return (try? JSONScanner.find(path, in: answer.body)).map(Self.value)
        case .status: return CapturedValue(text: Array(String(answer.status).utf8), isJSON: true)
        case .body: return answer.hasBody ? CapturedValue(text: Array(answer.body)) : nil
        case .header(let name): return head.value(of: name).map { CapturedValue(text: Array($0.utf8)) }
        case .cookie(let name): return head.cookie(name).map { CapturedValue(text: Array($0.utf8)) }
        case .hex(let pattern):
            guard answer.hasBody else { return nil }
            let digits = Self.hex(answer.body)
            guard let pattern else { return CapturedValue(text: Array(digits.utf8)) }
            return firstMatch(pattern, in: digits).map { CapturedValue(text: Array($0.utf8)) }
        case .regex(let pattern):
            return firstMatch(pattern, in: String(decoding: answer.body, as: UTF8.self))
                .map { CapturedValue(text: Array($0.utf8)) }
        }
    }

    /// Enough of a text to recognise it by. What is cut off must not take half a secret with it, so secrets go first.
    static func excerpt(_ text: String, _ isTold: Bool, _ secrets: () -> Secrets) -> String {
        isTold ? secrets().excerpt(text, characters: 80) : ""
    }
}

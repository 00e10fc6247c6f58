import Foundation
import Measures
import Scenarios

/// The checks.
extension AnswerJudge {
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

    struct Observation {
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

    static let tooLong = "the path takes too many steps in this answer"

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

    static func observation(_ slice: JSONScanner.Slice) -> Observation {
        let raw = String(decoding: slice.bytes, as: UTF8.self)
        return Observation(
            text: JSONScanner.text(of: slice) ?? raw, number: slice.kind == .number ? DecimalNumber(raw) : nil)
    }

    func observation(of subject: Check.Subject, _ answer: Answer, _ head: AnswerHead) -> Observation? {
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

    static func observation(_ time: Span) -> Observation {
        let microseconds = time.nanoseconds / 1_000
        let rest = String(microseconds % 1_000)
        return Observation(
            text: "\(microseconds / 1_000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest) ms",
            number: DecimalNumber(Int(time.nanoseconds)))
    }

    /// The first group of the first match, or the whole match where there is no group.
    func firstMatch(_ pattern: String, in text: String) -> String? {
        guard let expression = expressions[pattern],
            let match = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)),
            let range = Range(match.range(at: match.numberOfRanges > 1 ? 1 : 0), in: text)
        else { return nil }
        return String(text[range])
    }
}

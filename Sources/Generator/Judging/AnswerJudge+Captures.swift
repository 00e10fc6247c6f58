import Foundation
import Measures
import Scenarios

/// What captures take.
extension AnswerJudge {
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
    func values(of source: Capture.Source, _ answer: Answer, _ head: AnswerHead) -> [CapturedValue]? {
        guard case .json(let path) = source, path.leadsToSeveral else {
            return value(of: source, answer, head).map { [$0] } ?? []
        }
        return (try? JSONScanner.findAll(path, in: answer.body))?.map(Self.value)
    }

    private static func value(_ slice: JSONScanner.Slice) -> CapturedValue {
        if let text = JSONScanner.text(of: slice) { return CapturedValue(text: Array(text.utf8)) }
        return CapturedValue(text: Array(slice.bytes), isJSON: true)
    }

    func value(of source: Capture.Source, _ answer: Answer, _ head: AnswerHead) -> CapturedValue? {
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

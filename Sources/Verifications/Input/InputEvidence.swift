import Measures
import Scenarios
import VerificationKit

/// Makes exhibits of exchanges: without secrets, short, with bodies that a person can read.
struct InputEvidence: Sendable {
    private let secrets: Secrets
    /// A body that holds a secret is not shown: cut short it could show a part that nobody recognises as one.
    private let showsBodies: Bool
    /// When the first request was sent.
    var beginning: Instant?

    init(_ rule: InputRule, _ secrets: Secrets) {
        self.secrets = secrets
        showsBodies = !rule.body.holdsSecret
    }

    /// The exchange as evidence. `change`: how it differs from the valid request; nil: it is the valid one.
    func exhibit(_ answer: ObservedExchange, change: String?, around range: Range<Int>? = nil) -> Exhibit {
        let planned = answer.planned
        var request = "\(planned.method) \(secrets.redact(planned.target)), "
        request += change.map { "hostile: \($0), " } ?? "valid, "
        request += planned.fields.values("Content-Type").first.map { "Content-Type: \($0), " } ?? "no Content-Type, "
        request += "\(Figure.grouped(UInt64(planned.body.count))) bytes"
        if showsBodies, !planned.body.isEmpty { request += ": \(ShownBytes.shown(planned.body))" }
        let beginning = beginning ?? answer.sent
        return Exhibit(
            request: request, answer: shownAnswer(answer, around: range), sent: answer.sent - beginning,
            received: answer.received - beginning)
    }

    private func shownAnswer(_ answer: ObservedExchange, around range: Range<Int>?) -> String {
        guard answer.status > 0 else { return "no answer (\(answer.outcome.label))" }
        var text = "\(answer.status), "
        text += answer.value("Content-Type").map { "Content-Type: \(secrets.redact($0)), " } ?? "no Content-Type, "
        text += "\(Figure.grouped(UInt64(max(0, answer.bodyLength)))) bytes"
        var part = 0..<answer.body.count
        if let range, range.upperBound <= part.count {
            part = max(0, range.lowerBound - 60)..<min(part.count, range.upperBound + 90)
        }
        if !part.isEmpty { text += ": " + ShownBytes.shown(secrets.redact(answer.body, within: part)) }
        return answer.outcome == .ok ? text : "\(text) (\(answer.outcome.label))"
    }
}

extension JSONTemplate {
    /// Whether any text in it came from the environment or a file.
    fileprivate var holdsSecret: Bool {
        switch self {
        case .raw, .variable: false
        case .text(let text): text.pieces.contains { if case .secret = $0 { true } else { false } }
        case .array(let elements): elements.contains(where: \.holdsSecret)
        case .object(let members): members.contains(where: \.value.holdsSecret)
        }
    }
}

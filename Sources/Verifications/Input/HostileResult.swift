import Measures
import Scenarios
import VerificationKit

/// What came of one hostile request.
struct HostileResult: Sendable {
    /// What the answer, or that there was none, comes to; a bounded label.
    enum Outcome: CaseIterable, Sendable {
        /// A status that refuses.
        case refused
        /// A status that the valid request gets.
        case accepted
        /// 5xx.
        case serverError
        /// A status that neither refuses nor accepts, e.g. a redirect.
        case otherStatus
        /// No answer within the timeout, or not all of it.
        case timedOut
        /// The connection ended without a status.
        case cutOff
        /// 429: the limiter answered, and the body was not looked at.
        case limited
    }

    /// The number of its case.
    var number: Int
    var outcome: Outcome
    /// 0: none came.
    var status: Int
    var duration: Span
    /// Whether the body is so large that a server may well close the connection before it has taken all of it.
    var isLarge: Bool
    /// Whose insides the answer shows.
    var leaks: [String] = []
    /// Markup that came back as markup.
    var markup: String?
    /// What a payload made the server do.
    var effect: String?
    /// Whether the answer's body is compressed, so that nobody looked into it.
    var isUnreadable = false
    /// The exchange as evidence.
    var exhibit: Exhibit
    /// The same with the body around the first leak in it.
    var leakExhibit: Exhibit?

    /// The outcome of an exchange under a rule.
    static func outcome(of answer: ObservedExchange, _ rule: InputRule) -> Outcome {
        if answer.outcome == .responseTimeout || answer.outcome == .connectTimeout { return .timedOut }
        // A server may answer and close while a large body is still on its way: what counts is that it answered.
        guard answer.status > 0 else { return .cutOff }
        if rule.expect.contains(where: { $0.contains(answer.status) }) { return .refused }
        if rule.expectValid.contains(where: { $0.contains(answer.status) }) { return .accepted }
        switch answer.status {
        case 429: return .limited
        case 200...299: return .accepted
        case 500...599: return .serverError
        default: return .otherStatus
        }
    }
}

import HTTPFields
import Measures

/// What the valid request is answered with before anything hostile was sent.
struct ValidAnswer: Sendable {
    /// The status; nil: it varies.
    private var status: Int?
    /// The media type; nil: it varies.
    private var type: String?
    /// The form of the JSON; nil: it varies, or the body is no JSON.
    private var shape: AnswerShape?

    /// What several answers have in common.
    init(_ answers: [ObservedExchange]) {
        guard let first = answers.first else { return }
        status = answers.allSatisfy { $0.status == first.status } ? first.status : nil
        let mediaType = Self.mediaType(first)
        type = answers.allSatisfy { Self.mediaType($0) == mediaType } ? mediaType : nil
        if let own = Self.shape(first) {
            let agree = answers.allSatisfy { answer in Self.shape(answer).map(own.agrees) ?? false }
            shape = agree ? own : nil
        }
    }

    /// How a later answer differs; nil: it says the same kind of thing.
    func difference(of answer: ObservedExchange) -> String? {
        if let status, answer.status != status { return "answered \(answer.status) in place of \(status)" }
        let mediaType = Self.mediaType(answer)
        if let type, mediaType != type {
            return "answered \(mediaType.isEmpty ? "no content type" : mediaType) in place of \(type)"
        }
        guard let shape else { return nil }
        guard let own = Self.shape(answer) else { return "answered a body that is no longer a whole JSON text" }
        return shape.agrees(with: own) ? nil : "answered JSON of other members or types than before"
    }

    private static func shape(_ answer: ObservedExchange) -> AnswerShape? {
        answer.bodyLength == answer.body.count ? AnswerShape(answer.body) : nil
    }

    /// The media type in small letters, without parameters; empty: there is none, or none that is valid.
    static func mediaType(_ answer: ObservedExchange) -> String {
        MediaType(lines: answer.values("Content-Type"))?.essence ?? ""
    }
}

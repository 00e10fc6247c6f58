internal import Fetch
internal import Foundation
internal import Measures
internal import Scenarios
internal import VerificationKit

extension Reception {
    /// What the status of an answer means, as the specification of OTLP/HTTP has it, which other receivers keep to as well: 429,
    /// 502, 503 and 504 are for a while, all other errors for good, and redirects are not followed.
    ///
    /// - Parameter said: What the answer says of it.
    init(_ answer: FetchAnswer, said: String?) {
        let said = said.map { ": \($0)" } ?? ""
        switch answer.status {
        case 200...299: self = .taken
        case 300...399: self = .refused(reason: "status \(answer.status): a redirect is not followed")
        case 429, 502, 503, 504:
            self = .later(after: Self.pause(of: answer), reason: "status \(answer.status)\(said)")
        default: self = .refused(reason: "status \(answer.status)\(said)")
        }
    }

    /// How long to wait (RFC 9110 §10.2.3); nil where the answer doesn't say it.
    private static func pause(of answer: FetchAnswer) -> Span? {
        guard let value = answer.fields.values("Retry-After").first else { return nil }
        let now = Date().timeIntervalSince1970
        let seconds = UInt32(value).map(Double.init) ?? HTTPDate.seconds(value).map { Double($0) - now }
        return seconds.map { Span(seconds: max(0, $0)) }
    }

    /// What a member of an answer's JSON says, in a line of bounded length.
    static func words(_ name: String, of answer: FetchAnswer) -> String? {
        guard let text = JSONObject(answer.body)?.text(name) else { return nil }
        return brief(text)
    }

    /// A text of a receiver in a line of bounded length.
    static func brief(_ text: String) -> String? {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.isEmpty ? nil : line.count > 200 ? String(line.prefix(200)) + "…" : line
    }
}

import HTTPFields
import Measures
import Scenarios
import VerificationKit

/// An answer as a browser would read it.
struct BrowserAnswer: Sendable {
    /// What browsers do with a body.
    enum Content: Sendable {
        /// Opened as a page, with its scripts.
        case document
        /// Data for scripts.
        case json
        /// A style sheet, script, font, picture or the like.
        case asset
        /// Shown or saved as it is.
        case other
        /// There is no body, or it has no type.
        case none
    }

    /// What the request was sent for.
    enum Purpose: Sendable, Equatable {
        /// The answer itself.
        case look
        /// Plain HTTP that must lead to HTTPS.
        case upgrade
        /// The same again, for a cache; the number of the first answer.
        case again(Int)
    }

    let exchange: ObservedExchange
    let purpose: Purpose
    /// What its request was besides, in words: ` from https://evil.example`.
    var asker = ""
    /// The field by which a cache says that it gave the answer.
    let cacheHit: String?
    /// Every header field, in bytes that can't hide anything.
    let fields: [HeaderLine]
    let mediaType: MediaType?
    /// Policies that are enforced.
    let policies: [ContentPolicy]
    /// Cookies that are set; those that are being deleted, and those that browsers ignore, say nothing.
    let cookies: [SetCookie]

    init(_ exchange: ObservedExchange, for purpose: Purpose = .look) {
        self.exchange = exchange
        self.purpose = purpose
        cacheHit = CacheEvidence.hit(exchange)
        fields = exchange.fields.map { HeaderLine($0.name, Self.plain($0.value)) }
        mediaType = MediaType(lines: fields.values("Content-Type"))
        policies = ContentPolicy.policies(fields.values("Content-Security-Policy"))
        let date = fields.values("Date").first
        cookies = fields.values("Set-Cookie").compactMap { SetCookie($0) }.filter { !$0.isDeletion(at: date) }
    }

    var status: Int { exchange.status }

    /// The values of all lines of the name.
    func values(_ name: String) -> [String] { fields.values(name) }

    /// The kinds that the answer is of.
    var kinds: [AnswerKind] {
        (AnswerKind(status: status).map { [$0] } ?? []) + (cacheHit == nil ? [] : [.cached])
    }

    var content: Content {
        if exchange.bodyLength == 0, mediaType == nil { return .none }
        return mediaType?.content ?? .document
    }

    /// The answer in words: `GET /missing: 404`.
    var label: String {
        let request = FieldText.shown("\(exchange.planned.method) \(FieldText.withoutQuery(exchange.planned.target))")
        let elsewhere = purpose == .upgrade ? " over plain HTTP" : ""
        if case .again = purpose { return "\(request) again: \(status)" }
        return "\(request)\(asker)\(elsewhere): \(status)"
    }

    /// The exchange as evidence, with those of its fields that matter.
    func exhibit(showing names: [String], since start: Instant) -> Exhibit {
        let planned = exchange.planned
        let scheme = planned.isSecure ? "https" : "http"
        let host = planned.host.contains(":") ? "[\(planned.host)]" : planned.host
        var request = "\(planned.method) \(scheme)://\(host):\(planned.port)\(planned.target)"
        for field in planned.fields where Self.shownRequestFields.contains(field.name.lowercased()) {
            request += ", \(FieldText.shown(field))"
        }
        let lower = Set(names.map { $0.lowercased() })
        let shown = fields.filter { lower.contains($0.name.lowercased()) }.prefix(8).map { FieldText.shown($0) }
        let absent = names.count == 1 && shown.isEmpty ? ["no \(names[0])"] : []
        return Exhibit(
            request: FieldText.shown(request, upTo: 400),
            answer: ([String(status)] + shown + absent).joined(separator: ", "), sent: exchange.sent - start,
            received: exchange.received - start)
    }

    private static let shownRequestFields: Set<String> = [
        "origin", "access-control-request-method", "access-control-request-headers",
    ]

    /// The value with a mark in place of what is no ASCII, so that no combining character hides a delimiter.
    private static func plain(_ value: String) -> String {
        guard !value.utf8.allSatisfy({ $0 >= 32 && $0 < 127 || $0 == 9 }) else { return value }
        return String(
            String.UnicodeScalarView(
                value.unicodeScalars.map { scalar in
                    scalar.value > 126
                        ? "\u{FFFD}" : scalar.value < 32 && scalar != "\t" && scalar != "\u{0C}" ? " " : scalar
                }))
    }
}

extension ObservedExchange {
    /// Whether a whole answer came; of one that broke off, fields may be missing that were sent.
    var isAnswered: Bool { status != 0 && (outcome == .ok || outcome == .bodyTooLarge) }
}

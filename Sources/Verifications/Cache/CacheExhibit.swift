import HTTPFields
internal import Measures
import VerificationKit

extension Exhibit {
    /// The fields that tell of caches, as exhibits show them.
    private static let telling = [
        "Cache-Status", "CF-Cache-Status", "X-Vercel-Cache", "CDN-Cache", "X-Cache", "X-Proxy-Cache", "X-Cache-Status",
        "X-QC-Cache", "X-LiteSpeed-Cache", "X-Varnish", "X-Drupal-Cache", "Age", "Date", "ETag",
        "Cache-Control", "Vary", "Content-Encoding", "Content-Language", "Access-Control-Allow-Origin",
    ]
    /// Fields whose values are never shown.
    private static let confidential = ["authorization", "proxy-authorization", "cookie", "x-api-key"]

    /// An exchange with a cache. `naming`: request fields that matter; `showing`: further fields of the answer;
    /// `isOrder`: a request that changes the cache, which is named with its host and its body.
    init(
        _ observed: ObservedExchange, since start: Instant, naming: [String] = [], showing: [String] = [],
        isOrder: Bool = false
    ) {
        let planned = observed.planned
        let host = planned.host.contains(":") ? "[\(planned.host)]" : planned.host
        let base = isOrder ? "\(planned.isSecure ? "https" : "http")://\(host):\(planned.port)" : ""
        var request = "\(planned.method) \(base)\(planned.target)"
        if isOrder, !planned.body.isEmpty { request += " \(String(decoding: planned.body.prefix(200), as: UTF8.self))" }
        for name in naming {
            for value in planned.fields.values(name) {
                request += ", \(name): \(Self.confidential.contains(name.lowercased()) ? "…" : value)"
            }
        }
        self.init(
            request: Self.line(request), answer: Self.line(Self.answer(observed, showing: showing)),
            sent: observed.sent - start, received: observed.received - start)
    }

    private static func answer(_ observed: ObservedExchange, showing: [String]) -> String {
        guard observed.status > 0 else { return "no answer: \(observed.outcome.label)" }
        var answer = "\(observed.status)" + (observed.outcome == .ok ? "" : " broken off (\(observed.outcome.label))")
        for name in telling + showing.filter({ name in !telling.contains { $0.lowercased() == name.lowercased() } }) {
            for value in observed.values(name) { answer += ", \(name): \(value)" }
        }
        // Cookies may be credentials: their names are enough.
        for value in observed.values("Set-Cookie") {
            answer += ", Set-Cookie: \(SetCookie(value)?.label ?? "")=…"
        }
        return answer + ", \(observed.bodyLength) bytes"
    }

    /// The text on one line and not too long, whatever a server sent.
    private static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(500) {
            line.append(scalar.value < 32 || (127...159).contains(scalar.value) ? "?" : scalar)
        }
        if text.unicodeScalars.count > 500 { line.append("…") }
        return String(line)
    }
}

import HTTPFields
import Measures
import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let removeList = "OWASP/www-project-secure-headers ci/headers_remove.json"

    /// What gives the server away, and what is of no use any more.
    static let leaks: [HeaderCheck] = [
        HeaderCheck(
            .serverVersion, "no Server field with a version", owasp: .hard, observatory: nil, source: removeList,
            fields: ["Server"], advice: "Take the version out (nginx: server_tokens off), or the field."
        ) { answer, _ in
            guard let value = answer.values("Server").first else { return .holds("no Server") }
            // A word that begins with a digit is a version: nginx/1.22.1, Apache/2; AmazonS3 is a name.
            let words = value.split { !$0.isLetter && !$0.isNumber && $0 != "." }
            let hasVersion = words.contains { $0.first?.isNumber == true }
            return hasVersion ? .breaks(FieldText.shown(value)) : .holds(FieldText.shown(value))
        },
        HeaderCheck(
            .poweredBy, "no field that names framework, language or their versions", owasp: .hard, observatory: nil,
            source: removeList, fields: poweredBy,
            advice: "Switch the field off (Express: app.disable('x-powered-by'))."
        ) { answer, _ in
            absent(poweredBy, in: answer)
        },
        HeaderCheck(
            .internalNames, "no field that names inner hosts or traces", owasp: .advisory, observatory: nil,
            source: removeList, fields: internalNames, advice: "Let the outermost proxy take it out."
        ) { answer, _ in
            absent(internalNames, in: answer)
        },
        HeaderCheck(
            .sourceMap, "no SourceMap field", owasp: .advisory, observatory: nil, source: removeList,
            fields: ["SourceMap", "X-SourceMap"], advice: "Keep maps of sources off production."
        ) { answer, _ in
            absent(["SourceMap", "X-SourceMap"], in: answer)
        },
        HeaderCheck(
            .errorDetails, "errors show no stack trace and no server version", owasp: .hard, observatory: nil,
            source: "OWASP REST Security Cheat Sheet, Error handling", fields: ["Content-Type"],
            advice: "Send error pages of your own: these tell attackers what to look for."
        ) { answer, _ in
            guard answer.status >= 400, answer.isPage else { return .silent }
            return ErrorDetail.found(in: answer.exchange.body).map { .breaks($0) } ?? .holds("none")
        },
        HeaderCheck(
            .trace, "TRACE is refused", owasp: .hard, observatory: nil,
            source: "RFC 9110 §9.3.8; OWASP Web Security Testing Guide, Test HTTP Methods", fields: ["Content-Type"],
            advice: "Switch TRACE off: it sends cookies and credentials back."
        ) { answer, _ in
            guard answer.exchange.planned.method == "TRACE" else { return .silent }
            let isEcho = (200...299).contains(answer.status) && answer.mediaType?.essence == "message/http"
            return isEcho ? .breaks("the request comes back") : .holds(String(answer.status))
        },
        HeaderCheck(
            .xssProtection, "no X-XSS-Protection, or 0", owasp: .hard, observatory: .advisory,
            source: "OWASP HTTP Headers Cheat Sheet, X-XSS-Protection", fields: ["X-XSS-Protection"],
            advice: "Take it out: the filter is gone from browsers, and opened holes in old ones."
        ) { answer, _ in
            guard let value = answer.values("X-XSS-Protection").first else { return .holds("no X-XSS-Protection") }
            let mode = FieldText.trimmed(value.prefix { $0 != ";" })
            return mode == "0" ? .holds("0") : .breaks(FieldText.shown(value))
        },
        HeaderCheck(
            .obsoleteFields, "no Public-Key-Pins, Expect-CT, Feature-Policy or P3P", owasp: .advisory, observatory: nil,
            source: "OWASP HTTP Headers Cheat Sheet", fields: obsolete,
            advice: "Take it out: browsers don't read it any more."
        ) { answer, _ in
            absent(obsolete, in: answer)
        },
    ]

    private static let poweredBy = [
        "X-Powered-By", "Powered-By", "X-Powered-By-Plesk", "X-Powered-CMS", "X-CF-Powered-By", "X-Server-Powered-By",
        "X-AspNet-Version", "X-AspNetMvc-Version", "X-Php-Version", "X-Generator", "X-Generated-By", "X-Framework",
        "X-CMS", "X-Joomla-Version", "X-Umbraco-Version", "X-Cocoon-Version", "X-OWA-Version", "Liferay-Portal",
        "X-Mod-Pagespeed", "X-Page-Speed", "X-Turbo-Charged-By", "X-Jitsi-Release", "OracleCommerceCloud-Version",
        "X-Runtime-Version",
    ]
    private static let internalNames = [
        "X-Varnish-Backend", "X-Varnish-Server", "X-BEServer", "X-FEServer", "X-CalculatedBETarget", "X-DiagInfo",
        "X-Envoy-Attempt-Count", "X-Envoy-External-Address", "X-Envoy-Internal", "X-Envoy-Original-Dst-Host",
        "X-Envoy-Upstream-Service-Time", "X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-B3-Sampled",
        "X-Kubernetes-PF-FlowSchema-UI", "X-Kubernetes-PF-PriorityLevel-UID", "K-Proxy-Request", "Pega-Host",
        "X-Nextjs-Matched-Path", "X-Redirect-By", "X-SourceFiles", "X-Backend-Server",
    ]
    private static let obsolete = [
        "Public-Key-Pins", "Public-Key-Pins-Report-Only", "Expect-CT", "Feature-Policy", "P3P",
    ]

    private static func absent(_ names: [String], in answer: BrowserAnswer) -> AnswerJudgement {
        for name in names {
            if let value = answer.values(name).first { return .breaks(FieldText.shown("\(name): \(value)")) }
        }
        return .holds("none")
    }
}

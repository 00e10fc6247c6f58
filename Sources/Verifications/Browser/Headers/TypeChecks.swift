import HTTPFields
import Measures
import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let restSource = "OWASP REST Security Cheat Sheet, Security Headers"

    /// What browsers take a body for, and who may frame it.
    static let types: [HeaderCheck] = [
        HeaderCheck(
            .contentTypeOptions, "X-Content-Type-Options: nosniff on every answer", owasp: .hard, observatory: .hard,
            source:
                "Fetch, \"determine nosniff\"; mdn/mdn-http-observatory src/analyzer/tests/x-content-type-options.js",
            fields: ["X-Content-Type-Options"], advice: "Add it to every answer, errors too."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            // Of several lines browsers read the first; one value that holds a list is none by the grammar.
            guard let value = answer.values("X-Content-Type-Options").first else {
                return .breaks("no X-Content-Type-Options")
            }
            return FieldText.trimmed(value).lowercased() == "nosniff"
                ? .holds("nosniff") : .breaks("\"\(FieldText.shown(value))\"")
        },
        HeaderCheck(
            .contentType, "a Content-Type on every answer with a body", owasp: .hard, observatory: .advisory,
            source: "RFC 9110 §8.3; \(restSource)", fields: ["Content-Type"],
            advice: "Say what the body is: without it browsers guess."
        ) { answer, _ in
            guard answer.isPage, answer.exchange.bodyLength > 0 else { return .silent }
            if let type = answer.mediaType { return .holds(type.essence) }
            let value = answer.values("Content-Type").first
            return .breaks(value.map { "\"\(FieldText.shown($0))\" is not a type" } ?? "no Content-Type")
        },
        HeaderCheck(
            .contentTypeCharset, "a charset with text/html and text/plain", owasp: .advisory, observatory: .advisory,
            source: "OWASP HTTP Headers Cheat Sheet, Content-Type; HTML \"determining the character encoding\"",
            fields: ["Content-Type"], advice: "Write text/html; charset=utf-8."
        ) { answer, _ in
            // The text of a redirect is not shown.
            guard answer.isPage, answer.exchange.bodyLength > 0, !(300...399).contains(answer.status),
                let type = answer.mediaType, ["text/html", "text/plain"].contains(type.essence)
            else { return .silent }
            return type.charset.map { .holds(FieldText.shown($0)) } ?? .breaks("\(type.essence) without a charset")
        },
        HeaderCheck(
            .contentTypeMatches, "JSON is not sent as HTML, nor HTML as JSON", owasp: .hard, observatory: nil,
            source: "OWASP REST Security Cheat Sheet, Send safe response content types", fields: ["Content-Type"],
            advice: "JSON that is opened as HTML runs the markup in its texts: send application/json."
        ) { answer, _ in
            guard answer.isPage, let type = answer.mediaType,
                let first = answer.exchange.body.first(where: { $0 > 32 })
            else { return .silent }
            let isHTML = ["text/html", "application/xhtml+xml"].contains(type.essence)
            if isHTML, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                return .breaks("what begins like JSON is \(type.essence)")
            }
            if type.content == .json, first == UInt8(ascii: "<") {
                return .breaks("what begins with < is \(type.essence)")
            }
            return .holds(type.essence)
        },
        HeaderCheck(
            .frameProtection,
            "frame-ancestors in the policy, or X-Frame-Options: DENY or SAMEORIGIN, on every answer but assets",
            owasp: .hard, observatory: .hard,
            source: "mdn/mdn-http-observatory src/analyzer/tests/x-frame-options.js; RFC 7034 §2.1",
            fields: ["X-Frame-Options", "Content-Security-Policy"],
            advice: "Add frame-ancestors 'none' to the policy, and X-Frame-Options: DENY for old browsers."
        ) { answer, profile in
            guard answer.isOpened else { return .silent }
            if answer.policies.contains(where: { $0.sources("frame-ancestors").map(\.broad.isEmpty) == true }) {
                return .holds("frame-ancestors")
            }
            guard let value = answer.values("X-Frame-Options").first else { return .breaks("neither of them") }
            if answer.policies.contains(where: { $0.directives["frame-ancestors"] != nil }) {
                // CSP3 §6.4.2.2: then X-Frame-Options is ignored.
                return .breaks("frame-ancestors is broad")
            }
            // For the observatory a host that may frame the page is protection enough, though few browsers heed it.
            let isOneHost = profile == .observatory && value.lowercased().hasPrefix("allow-from")
            return isOneHost || ["deny", "sameorigin"].contains(value.lowercased())
                ? .holds("X-Frame-Options: \(FieldText.shown(value))")
                : .breaks("X-Frame-Options: \(FieldText.shown(value))")
        },
        HeaderCheck(
            .frameOptionsValue, "X-Frame-Options, where it is sent, is DENY or SAMEORIGIN", owasp: .hard,
            observatory: .advisory, source: "RFC 7034 §2.1; HTML §7.3.1: ALLOW-FROM is ignored",
            fields: ["X-Frame-Options"], advice: "Write DENY or SAMEORIGIN; name other hosts in frame-ancestors."
        ) { answer, _ in
            guard answer.isPage, let value = answer.values("X-Frame-Options").first else { return .silent }
            let members = FieldText.members(answer.values("X-Frame-Options")).map { $0.lowercased() }
            let wrong = members.first { !["deny", "sameorigin"].contains($0) }
            if members.isEmpty { return .breaks("an empty value") }
            return wrong.map { .breaks(FieldText.shown($0)) } ?? .holds(FieldText.shown(value))
        },
        HeaderCheck(
            .frameOptionsConflict, "not two different X-Frame-Options", owasp: .hard, observatory: .hard,
            source: "HTML §7.3.1; RFC 7034 §2.1", fields: ["X-Frame-Options"],
            advice: "Let one place set it: browsers differ in what they make of two."
        ) { answer, _ in
            let members = Set(FieldText.members(answer.values("X-Frame-Options")).map { $0.lowercased() })
            guard answer.isPage, !members.isEmpty else { return .silent }
            return members.count == 1
                ? .holds("one value") : .breaks(FieldText.shown(members.sorted().joined(separator: " and ")))
        },
    ]
}

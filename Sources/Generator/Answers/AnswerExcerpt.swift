internal import Credentials
import Foundation
import Scenarios

/// The beginning of an answer's body, as people may see it: in one line, without secrets, and without what would act on
/// what shows it.
enum AnswerExcerpt {
    /// Bytes of a body that are kept for it at most.
    static let bytes = 4 * 1024
    /// Bytes that are kept of it: those behind the end tell whether a secret reaches across it.
    static let keptBytes = 6 * 1024
    /// Characters that are shown at most.
    private static let shown = 300

    /// Nil where there is nothing to show.
    static func text(of body: UnsafeBufferPointer<UInt8>, secrets: Secrets) -> String? {
        guard !body.isEmpty else { return nil }
        let part = body.prefix(bytes)
        guard isText(body) else { return "(not a text)" }
        // What is behind the part is looked at, too: a secret may reach across its end.
        let redacted = withoutIssuedSecrets(
            String(decoding: secrets.redact(Array(body.prefix(2 * bytes)), within: 0..<part.count), as: UTF8.self))
        // Blanks of all kinds in a row say as much as one.
        let line = redacted.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let visible = escaped(String(line.prefix(shown)))
        if visible.isEmpty { return nil }
        return line.count > shown || body.count > bytes ? visible + "…" : visible
    }

    /// True where the beginning of a body has but few characters that no text has.
    static func isText(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
        let part = body.prefix(bytes)
        // A character that the cut parted is one of them.
        let broken = String(decoding: part, as: UTF8.self).unicodeScalars.count { $0 == "\u{fffd}" || $0 == "\0" }
        return broken <= max(4, part.count / 20)
    }

    /// What a server issued or gives back may be as secret as what the scenario names: values of members whose name says
    /// so, and tokens that are known by their form.
    static func withoutIssuedSecrets(_ text: String) -> String {
        withoutTokens(withoutSecretMembers(text))
    }

    /// Without tokens that are known by their form.
    static func withoutTokens(_ text: String) -> String {
        expressions.reduce(text) { text, expression in
            expression.pattern.stringByReplacingMatches(
                in: text, range: NSRange(text.startIndex..., in: text), withTemplate: expression.template)
        }
    }

    /// `"access_token": "…"`, also where the text ends inside the value.
    private static let member = try? NSRegularExpression(
        pattern: #""([^"\\]{1,60})"\s*:\s*"((?:[^"\\]|\\.)*)"#)

    /// Members of JSON whose names say that they are secret, with the values as they stand there.
    static func secretMembers(in text: String) -> [(name: String, value: String)] {
        (member?.matches(in: text, range: NSRange(text.startIndex..., in: text)) ?? []).compactMap { match in
            guard let name = Range(match.range(at: 1), in: text), let value = Range(match.range(at: 2), in: text),
                SensitiveName.isNumber(String(text[name]))
            else { return nil }
            return (String(text[name]), String(text[value]))
        }
    }

    private static func withoutSecretMembers(_ text: String) -> String {
        let matches = member?.matches(in: text, range: NSRange(text.startIndex..., in: text)) ?? []
        return matches.reversed().reduce(into: text) { result, match in
            guard let name = Range(match.range(at: 1), in: text), let value = Range(match.range(at: 2), in: text),
                SensitiveName.isNumber(String(text[name]))
            else { return }
            result.replaceSubrange(value, with: "***")
        }
    }

    private static let expressions: [(pattern: NSRegularExpression, template: String)] = [
        // JSON Web Tokens (RFC 7519): a header and a payload that begin with `{"`.
        (#"eyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_.-]+"#, "***"),
        (#"(?i:(bearer|basic) )[A-Za-z0-9+/=._~-]{8,}"#, "$1 ***"),
    ].compactMap { pattern, template in
        (try? NSRegularExpression(pattern: pattern)).map { ($0, template) }
    }

    /// Controls, and marks that turn the direction of what follows, by their numbers.
    static func escaped(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff:
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

internal import Credentials
import Scenarios

/// What was sent and received as people may see it: without secrets, and without what acts on what shows it.
///
/// Three things are hidden: the run's own secrets, in every coding (`Secrets`); values of fields, parameters and members
/// whose names say that they are secret, since a server issues such, too; and tokens that are known by their form.
struct ExchangeTexts {
    let secrets: Secrets

    /// What stands where something was hidden that the run doesn't know by a name.
    static let hidden = "***"

    /// A head, line by line.
    ///
    /// - Parameter bytes: The head, and some of what follows where it was cut.
    func head(_ bytes: [UInt8]) -> (text: String, isCut: Bool) {
        let length = min(bytes.count, KeptExchange.headBound)
        let text = String(decoding: secrets.redact(bytes, within: 0..<length), as: UTF8.self)
        var isFirst = true
        let lines = Self.lines(text).map { line in
            defer { isFirst = false }
            return isFirst ? Self.withoutQuerySecrets(line) : field(line)
        }
        return (Self.visible(lines.joined(separator: "\n")), length < bytes.count)
    }

    /// A body, or why it can't be shown.
    ///
    /// - Parameters:
    ///   - whole: How many bytes the body has.
    ///   - type: The value of its Content-Type; nil: there is none.
    ///   - coding: The value of its Content-Encoding.
    func body(
        _ bytes: [UInt8], shown: Int, whole: Int, type: String?, coding: String? = nil
    ) -> (text: String?, note: String?) {
        guard whole > 0, !bytes.isEmpty else { return (nil, whole > 0 ? "its body was not kept" : nil) }
        if let coding, coding.lowercased() != "identity", bytes.first != UInt8(ascii: "{") {
            return (nil, "\(Self.count(whole)) in the coding \(Self.visible(coding)), which are not shown")
        }
        let length = min(bytes.count, shown)
        guard Self.isText(bytes[..<length]) else { return (nil, "\(Self.count(whole)) that are not a text") }
        var text = String(decoding: secrets.redact(bytes, within: 0..<length), as: UTF8.self)
        // The cut may have parted a character.
        if length < whole, text.last == "\u{fffd}" { text.removeLast() }
        if type?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true {
            text = Self.withoutParameterSecrets(text[...])
        }
        text = Self.visible(AnswerExcerpt.withoutIssuedSecrets(text))
        return (text, length < whole ? "the first \(Self.count(length)) of \(whole)" : nil)
    }

    /// The value of a field in a head.
    static func value(of name: String, in head: [UInt8]) -> String? {
        for line in lines(String(decoding: head, as: UTF8.self)).dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
            return trimmed(line[line.index(after: colon)...])
        }
        return nil
    }

    static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// The lines of a head, without the empty one at its end.
    static func lines(_ head: String) -> [String] {
        var lines = head.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func count(_ bytes: Int) -> String { bytes == 1 ? "1 byte" : "\(bytes) bytes" }

    /// Fewer than one character in twenty that no text has.
    static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        let broken = String(decoding: bytes, as: UTF8.self).unicodeScalars.count { $0 == "\u{fffd}" || $0 == "\0" }
        return broken <= max(4, bytes.count / 20)
    }

    // MARK: What names say

    /// A field without a value that its name says is secret. What stands for one of the run's own secrets stays.
    private func field(_ line: String) -> String {
        guard let colon = line.firstIndex(of: ":") else { return AnswerExcerpt.withoutIssuedSecrets(line) }
        let name = String(line[..<colon])
        let value = Self.trimmed(line[line.index(after: colon)...])
        return "\(name): \(shown(value, of: name))"
    }

    /// The value of a field as it may be seen.
    func shown(_ value: String, of name: String) -> String {
        let lowered = name.lowercased()
        if lowered == "set-cookie" {
            let end = value.firstIndex(of: ";") ?? value.endIndex
            guard let equals = value[..<end].firstIndex(of: "=") else { return Self.hidden }
            return value[...equals] + Self.hidden + value[end...]
        }
        if lowered == "cookie" {
            return value.split(separator: ";").map { pair -> String in
                guard let equals = pair.firstIndex(of: "="), !standsForSecret(String(pair)) else { return String(pair) }
                return String(pair[...equals]) + Self.hidden
            }.joined(separator: ";")
        }
        if lowered == "location" || lowered == "referer" { return Self.withoutQuerySecrets(value) }
        guard SensitiveName.isHeader(name), lowered != "www-authenticate", !lowered.hasPrefix("access-control-") else {
            return AnswerExcerpt.withoutIssuedSecrets(value)
        }
        return standsForSecret(value) ? value : Self.hidden
    }

    /// True where a text holds what is shown in the place of one of the run's own secrets.
    func standsForSecret(_ text: String) -> Bool { secrets.labels.contains { text.contains($0) } }

    /// A request line or URL without the values of parameters that their names say are secret.
    static func withoutQuerySecrets(_ line: String) -> String {
        guard let mark = line.firstIndex(of: "?") else { return line }
        let start = line.index(after: mark)
        let end = line[start...].firstIndex(of: " ") ?? line.endIndex
        return line[..<start] + withoutParameterSecrets(line[start..<end]) + line[end...]
    }

    private static func withoutParameterSecrets(_ query: Substring) -> String {
        let pairs = query.split(separator: "&", omittingEmptySubsequences: false)
        let names = pairs.map { String($0.prefix { $0 != "=" }) }
        return zip(pairs, names).map { pair, name in
            let isSecret = SensitiveName.isQueryField(name, among: names)
            return isSecret && pair.contains("=") && !pair.contains("${") ? "\(name)=\(hidden)" : String(pair)
        }.joined(separator: "&")
    }

    // MARK: What acts

    /// Controls but for line breaks and tabs, and marks that turn the direction of what follows, by their numbers.
    static func visible(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        return lines.map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { AnswerExcerpt.escaped(String($0)) }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }
}

import HTTPFields
package import Measures

/// Text of a server, made fit for findings: bounded, of one line, without what is secret.
package enum FieldText {
    /// The text without control characters, cut where it is long.
    package static func shown(_ text: String, upTo limit: Int = 160) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalars.count == limit {
                scalars.append("…")
                break
            }
            let isControl =
                scalar.value < 32 || (127...159).contains(scalar.value)
                // Marks that turn the direction of what follows.
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            scalars.append(isControl ? " " : scalar)
        }
        return String(scalars)
    }

    /// A field as evidence. A cookie's value and a location's query may be secrets.
    package static func shown(_ field: HeaderLine) -> String {
        let value =
            switch field.name.lowercased() {
            case "set-cookie": SetCookie(field.value)?.shown ?? "…"
            case "location": withoutQuery(field.value)
            case "authorization", "cookie", "proxy-authorization", "www-authenticate": "…"
            default: field.value
            }
        return "\(shown(field.name, upTo: 60)): \(shown(value))"
    }

    /// A URL without its query.
    package static func withoutQuery(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        return url[..<mark] + "?…"
    }

    /// The text without blanks at its ends.
    package static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// The members of a comma-separated list, of all lines of a field together (RFC 9110 §5.6.1); empty ones left out.
    package static func members(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { trimmed($0) }.filter { !$0.isEmpty }
    }
}

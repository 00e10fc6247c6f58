/// A media type, as the value of `Content-Type` names it (RFC 9110 §8.3.1).
package struct MediaType: Sendable, Equatable {
    /// Type and subtype in lower case, without parameters: `text/html`.
    package let essence: String
    /// The parameter charset in lower case.
    package let charset: String?

    /// nil: the text names none, and browsers guess.
    package init?(_ value: String) {
        let parts = value.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        let name = Self.trimmed(parts.first ?? Substring().utf8)
        guard Self.isEssence(name) else { return nil }
        essence = name.lowercased()
        var charset: String?
        for part in parts.dropFirst() {
            let pieces = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard pieces.count == 2, Self.trimmed(pieces[0]).lowercased() == "charset" else { continue }
            let value = Self.trimmed(pieces[1]).lowercased().filter { $0 != "\"" }
            if !value.isEmpty, charset == nil { charset = value }
        }
        self.charset = charset
    }

    /// What counts of all lines of `Content-Type`: the last one that names a type (Fetch, "extract a MIME type").
    package init?(lines: [String]) {
        guard let type = lines.reversed().lazy.compactMap({ MediaType($0) }).first else { return nil }
        self = type
    }

    /// True for `type/subtype` without parameters, each a token.
    package static func isEssence(_ text: String) -> Bool {
        let halves = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty && $0.allSatisfy(FieldToken.isTokenByte) }
    }

    /// `application/json`, `text/json`, or a type that ends in `+json` (WHATWG MIME Sniffing §4.6).
    package var isJSON: Bool { ["application/json", "text/json"].contains(essence) || essence.hasSuffix("+json") }

    /// HTML and XML, such as SVG: browsers run the scripts of a document of the type (WHATWG MIME Sniffing §4.6).
    package var isMarkup: Bool {
        ["text/html", "text/xml", "application/xml"].contains(essence) || essence.hasSuffix("+xml")
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String { String(Substring(text.trimmingBlanks())) }
}

internal import HTTPFields

/// The texts that a secret is searched as, besides itself: its parts where it is made of such, and codings that don't keep bytes
/// apart. Escapes are not among them: they are undone before the search (`TextLayer`).
enum SecretForms {
    /// A text to search for.
    struct Form {
        var bytes: [UInt8]
        /// How many bytes in a row are a piece of it; more than it has: only the whole counts.
        var least: Int
        /// Whether halves of a short one count.
        var hasHalves = false
    }

    /// From this length a secret with blanks may be a document, whose pieces of 8 bytes stand in other texts, too.
    private static let document = 256
    private static let leastOfDocument = 16
    /// Of a longer secret, codings are known of its beginning and its end only, so that memory is bounded.
    private static let longest = 64 * 1024

    /// All forms of a value.
    static func of(_ value: String) -> [Form] {
        let bytes = trimmed(Array(value.utf8)[...])
        if bytes.count < Redactor.shortest { return [] }
        if let parts = URLSecrets.parts(of: value) {
            // Scheme, host and port are no secret, and stand in many texts: only the whole URL counts, and what in it is.
            return [Form(bytes: blanksAsOne(bytes), least: bytes.count)] + parts.flatMap { pieces(Array($0.utf8)) }
        }
        if let values = JSONSecrets.values(in: value) {
            return codings(of: bytes, least: leastOfDocument + 8) + values.flatMap { pieces(Array($0.utf8)) }
        }
        return pieces(bytes) + lines(of: bytes).flatMap(pieces)
    }

    /// User and password in one: only their base64 is a secret.
    static func ofPair(_ value: String) -> [Form] {
        base64(of: Array(value.utf8), shift: 0).map { Form(bytes: $0, least: $0.count) }
    }

    private static func pieces(_ bytes: [UInt8]) -> [Form] {
        let isDocument = bytes.count > document && bytes.contains(where: ByteFold.isBlank)
        return codings(of: bytes, least: isDocument ? leastOfDocument : PieceTable.length)
    }

    /// The lines of a text that has several: each may be shown by itself.
    private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        guard bytes.contains(10) else { return [] }
        return bytes.split(separator: 10).map(trimmed).filter { $0.count >= PieceTable.length }
    }

    /// Without the blanks at both ends, such as the line break at the end of a file.
    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let rest = bytes.drop(while: ByteFold.isBlank)
        let end = rest.lastIndex { !ByteFold.isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        return Array(rest[..<end])
    }

    /// The text itself, its hexadecimal digits and its base64, also of it as we write it in JSON, URLs and forms.
    private static func codings(of bytes: [UInt8], least: Int) -> [Form] {
        var forms = [Form(bytes: blanksAsOne(bytes), least: least, hasHalves: least == PieceTable.length)]
        var written = [bytes]
        if bytes.count <= longest {
            let text = String(decoding: bytes, as: UTF8.self)
            let quoted = Array(JSONString.quoted(text).utf8.dropFirst().dropLast())
            if quoted != bytes { written.append(quoted) }
            let encoded = PercentEncoding.encoded(text)
            if encoded != text { written += [Array(encoded.utf8), Array(encoded.replacing("%20", with: "+").utf8)] }
        } else {
            written = [Array(bytes.prefix(longest / 2)), Array(bytes.suffix(longest / 2))]
        }
        for text in written {
            forms.append(Form(bytes: hexadecimal(of: text), least: 2 * least))
            for shift in 0..<3 {
                // A shorter one would be found where it is not.
                for coded in base64(of: text, shift: shift) where coded.count > Redactor.shortest {
                    forms.append(Form(bytes: coded, least: least + least / 4))
                }
            }
        }
        return forms
    }

    /// As texts are searched: blanks in a row as one.
    private static func blanksAsOne(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            let isBlank = ByteFold.isBlank(byte)
            if isBlank, result.last == 32 { continue }
            result.append(isBlank ? 32 : byte)
        }
        return result
    }

    private static func hexadecimal(of bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// The characters that bytes certainly have in base64 (RFC 4648) when `shift` other ones, 0 to 2, stand before them in
    /// their group of three: in both alphabets, where they differ.
    static func base64(of bytes: [UInt8], shift: Int) -> [[UInt8]] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let all = [UInt8](repeating: 0, count: shift) + bytes
        // A character of 6 bits is certain if all of them are of these bytes.
        let first = (8 * shift + 5) / 6
        let end = 8 * all.count / 6
        guard first < end else { return [] }
        let standard = (first..<end).map { index -> UInt8 in
            let bit = 6 * index
            let high = UInt32(all[bit / 8]) << 8
            let low = bit / 8 + 1 < all.count ? UInt32(all[bit / 8 + 1]) : 0
            return alphabet[Int((high | low) >> UInt32(10 - bit % 8) & 63)]
        }
        let url = standard.map { byte in
            byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
        }
        return url == standard ? [standard] : [standard, url]
    }
}

/// What in a URL is a secret by itself.
enum URLSecrets {
    /// The password, and those parts of path and query that are long and more than letters; nil where the text is no URL.
    static func parts(of value: String) -> [String]? {
        guard let scheme = value.firstRange(of: "://"), !value.contains(where: \.isWhitespace),
            value[..<scheme.lowerBound].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        let rest = value[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        var parts: [String] = []
        if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
            parts.append(String(authority[authority.index(after: colon)..<at]))
        }
        let tail = rest[authority.endIndex...]
        parts += tail.split(whereSeparator: { "/?#&=".contains($0) }).map(String.init).filter { part in
            part.utf8.count >= PieceTable.length && !part.utf8.allSatisfy(ByteFold.isLetter)
        }
        return parts.flatMap { [$0, decoded($0)] }.filter { $0.utf8.count >= Redactor.shortest }
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(number)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What in a JSON object is a secret by itself.
enum JSONSecrets {
    /// The texts that are long and more than letters and blanks; nil where there is no object.
    static func values(in text: String) -> [String]? {
        guard text.utf8.first(where: { !ByteFold.isBlank($0) }) == UInt8(ascii: "{") else { return nil }
        var parser = JSONLineParser(Array(text.utf8))
        guard let members = try? parser.object() else { return nil }
        return members.flatMap { member -> [String] in
            if let inner = values(in: member.value) { return inner }
            let isLong = member.value.utf8.count >= PieceTable.length
            return isLong && !member.value.utf8.allSatisfy { ByteFold.isLetter($0) || ByteFold.isBlank($0) }
                ? [member.value] : []
        }
    }
}

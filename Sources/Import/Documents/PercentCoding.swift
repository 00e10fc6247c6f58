import HTTPFields

/// What of imported URLs and forms is percent-encoded (RFC 3986 §2, and HTML's `application/x-www-form-urlencoded`), and where the
/// marks of shell variables stand.
enum PercentCoding {
    /// Everything but unreserved characters is encoded.
    static func encoded(_ text: String) -> String { encode(text, isFit: PercentEncoding.isUnreserved) }

    /// The same for a value of a query whose reserved characters stay as they are (OpenAPI's `allowReserved`), but for those
    /// that mean something there: `&`, `+`, `#` and brackets. What is encoded already stays so, too.
    static func encodedButReserved(_ text: String) -> String { encodedBut(":/?@!$'()*,;=", text) }

    /// The same for a value of a path, in which slashes part segments; `?` and `#` end it.
    static func encodedPathButReserved(_ text: String) -> String { encodedBut(":/@!$&'()*+,;=", text) }

    private static func encodedBut(_ reserved: String, _ text: String) -> String {
        func isFit(_ byte: UInt8) -> Bool { PercentEncoding.isUnreserved(byte) || reserved.utf8.contains(byte) }
        var rest = text[...]
        var result = ""
        // A percent sign that begins no encoding is one itself.
        while let percent = rest.firstIndex(of: "%") {
            result += encode(String(rest[..<percent]), isFit: isFit)
            let coded = rest[percent...].prefix(3)
            let isCoded = coded.count == 3 && coded.dropFirst().allSatisfy { $0.isASCII && $0.isHexDigit }
            result += isCoded ? String(coded) : "%25"
            rest = rest[rest.index(percent, offsetBy: isCoded ? 3 : 1)...]
        }
        return result + encode(String(rest), isFit: isFit)
    }

    /// What no URL holds is encoded: spaces, control characters, quotes and what isn't ASCII. The rest stays as it is.
    static func cleaned(_ url: String) -> String {
        encode(url) { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }
    }

    /// The marks of a shell's variable stand for something that comes later, and stay.
    private static func encode(_ text: String, isFit: (UInt8) -> Bool) -> String {
        var result = ""
        var run = ""
        for scalar in text.unicodeScalars {
            guard scalar == ShellMark.start || scalar == ShellMark.end else {
                run.unicodeScalars.append(scalar)
                continue
            }
            result += PercentEncoding.encoded(run, keeping: isFit)
            result.unicodeScalars.append(scalar)
            run = ""
        }
        return result + PercentEncoding.encoded(run, keeping: isFit)
    }

    /// The text of an encoded one; what isn't an encoding stays as it is. With `plusIsSpace`, as in forms.
    static func decoded(_ text: String, plusIsSpace: Bool = false) -> String {
        PercentEncoding.decoded(text, plusIsSpace: plusIsSpace)
    }

    /// The fields of a query or form, decoded; a field without `=` has an empty value.
    static func fields(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                decoded(String(parts[0]), plusIsSpace: true),
                parts.count > 1 ? decoded(String(parts[1]), plusIsSpace: true) : ""
            )
        }
    }
}

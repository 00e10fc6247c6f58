/// Percent-encoding of URLs and forms (RFC 3986 §2, and HTML's `application/x-www-form-urlencoded`).
enum PercentCoding {
    /// Everything but unreserved characters is encoded.
    static func encoded(_ text: String) -> String { encode(text, isFit: isUnreserved) }

    /// The same for a value of a query whose reserved characters stay as they are (OpenAPI's `allowReserved`), but for those
    /// that mean something there: `&`, `+`, `#` and brackets. What is encoded already stays so, too.
    static func encodedButReserved(_ text: String) -> String { encodedBut(":/?@!$'()*,;=", text) }

    /// The same for a value of a path, in which slashes part segments; `?` and `#` end it.
    static func encodedPathButReserved(_ text: String) -> String { encodedBut(":/@!$&'()*+,;=", text) }

    private static func encodedBut(_ reserved: String, _ text: String) -> String {
        func isFit(_ byte: UInt8) -> Bool { isUnreserved(byte) || reserved.utf8.contains(byte) }
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

    private static func encode(_ text: String, isFit: (UInt8) -> Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            // The marks of a shell's variable stand for something that comes later.
            if scalar == ShellWords.variableStart || scalar == ShellWords.variableEnd {
                result.unicodeScalars.append(scalar)
                continue
            }
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                if isFit(byte) {
                    result.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    result += hexadecimal(byte)
                }
            }
        }
        return result
    }

    /// The text of an encoded one; what isn't an encoding stays as it is. With `plusIsSpace`, as in forms.
    static func decoded(_ text: String, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
                let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
            {
                result.append(UInt8(high * 16 + low))
                index += 3
            } else {
                result.append(
                    plusIsSpace && bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
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

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}

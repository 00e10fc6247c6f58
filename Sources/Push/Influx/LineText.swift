/// Texts as the line protocol has them.
enum LineText {
    /// The value of a tag: commas, blanks and equals signs behind a backslash.
    ///
    /// A line break would end the line, other controls are refused by some receivers, and what a backslash of the value's own does
    /// depends on the receiver and on what follows. None of them can be escaped, so characters that look like them stand in their
    /// place (U+2400 and so on, U+FF3C): a name must neither break a line nor become another one's.
    static func tag(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case 0x7F: result.append("\u{2421}")
            case 0x5C: result.append("\u{FF3C}")
            case 0x2C, 0x20, 0x3D:
                result.append("\\")
                result.append(scalar)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

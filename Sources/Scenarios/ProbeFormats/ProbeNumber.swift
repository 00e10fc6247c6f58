/// Numbers as programs print them.
enum ProbeNumber {
    /// The finite number that a text is, blanks around it apart: digits, a sign, a point, an exponent.
    static func parse(_ text: some StringProtocol) -> Double? {
        let word = text.unicodeScalars.drop(while: isBlank)
        let number = String(String.UnicodeScalarView(word.reversed().drop(while: isBlank).reversed()))
        let isPlain = number.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "+-.eE".utf8.contains($0)
        }
        guard number.utf8.count <= 64, isPlain, let value = Double(number), value.isFinite else { return nil }
        return value
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || 9...13 ~= scalar.value }
}

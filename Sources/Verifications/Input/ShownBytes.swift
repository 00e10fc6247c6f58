/// Bytes of a body as a person can read them: short, on one line, all that is not printable ASCII as `\xFF`.
enum ShownBytes {
    /// The beginning and the end of the bytes, about `length` characters in all.
    static func shown(_ bytes: some RandomAccessCollection<UInt8>, length: Int = 160) -> String {
        guard bytes.count > length else { return escaped(bytes) }
        return escaped(bytes.prefix(length * 3 / 4)) + " … " + escaped(bytes.suffix(length / 8))
    }

    private static func escaped(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            }
        }
        return text
    }
}

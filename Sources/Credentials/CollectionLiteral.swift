/// The values of a list or table that stands in a program or in settings: `PASSWORDS = {"ann": "…", "bob": "…"}`.
struct CollectionLiteral {
    /// Bytes that are looked at.
    private static let maximumBytes = 4096

    /// From the opening bracket to behind the closing one.
    private(set) var range: Range<Int>
    /// The texts in quotes that no `:` and no `=>` follows.
    private(set) var values: [SettingValue] = []

    /// The collection that is assigned to the name that ends at the offset; nil where none is.
    init?(_ bytes: [UInt8], behind name: Int) {
        var offset = name
        if offset < bytes.count, ByteClass.quote.contains(bytes[offset]) { offset += 1 }
        offset = TextScan.skip(.blank, bytes, from: offset)
        let sign = TextScan.skip(ByteClass(":=>"), bytes, from: offset, within: 3)
        let open = TextScan.skip(.blank, bytes, from: sign)
        guard sign > offset, open < bytes.count, ByteClass("{[").contains(bytes[open]) else { return nil }
        range = open..<open
        let last = min(bytes.count, open + Self.maximumBytes)
        var depth = 0
        offset = open
        while offset < last {
            let byte = bytes[offset]
            if ByteClass.quote.contains(byte), let text = SettingValue.quoted(bytes, at: offset) {
                offset = text.range.upperBound + 1
                let next = TextScan.skip(.space, bytes, from: offset)
                let isName =
                    next < bytes.count
                    && (bytes[next] == UInt8(ascii: ":")
                        || bytes[next] == UInt8(ascii: "=") && TextScan.has("=>", bytes, at: next))
                // What stands deeper has names of its own.
                if !isName, depth == 1 { values.append(text) }
                continue
            }
            if ByteClass("{[(").contains(byte) { depth += 1 }
            if ByteClass("}])").contains(byte) { depth -= 1 }
            offset += 1
            if depth == 0 { break }
        }
        range = open..<offset
    }
}

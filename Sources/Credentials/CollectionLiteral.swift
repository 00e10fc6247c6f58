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
        var place = name
        if place < bytes.count, ByteClass.quote.contains(bytes[place]) { place += 1 }
        place = TextPlace.skip(.blank, bytes, from: place)
        let sign = TextPlace.skip(ByteClass(":=>"), bytes, from: place, within: 3)
        let open = TextPlace.skip(.blank, bytes, from: sign)
        guard sign > place, open < bytes.count, ByteClass("{[").contains(bytes[open]) else { return nil }
        range = open..<open
        let last = min(bytes.count, open + Self.maximumBytes)
        var depth = 0
        place = open
        while place < last {
            let byte = bytes[place]
            if ByteClass.quote.contains(byte), let text = SettingValue.quoted(bytes, at: place) {
                place = text.range.upperBound + 1
                let next = TextPlace.skip(.space, bytes, from: place)
                let isName =
                    next < bytes.count
                    && (bytes[next] == UInt8(ascii: ":")
                        || bytes[next] == UInt8(ascii: "=") && TextPlace.has("=>", bytes, at: next))
                // What stands deeper has names of its own.
                if !isName, depth == 1 { values.append(text) }
                continue
            }
            if ByteClass("{[(").contains(byte) { depth += 1 }
            if ByteClass("}])").contains(byte) { depth -= 1 }
            place += 1
            if depth == 0 { break }
        }
        range = open..<place
    }
}

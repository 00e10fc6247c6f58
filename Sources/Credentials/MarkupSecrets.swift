/// Sensitive contents of elements and attributes in XML and HTML: `<Password>…</Password>`, `<wsse:Password Type="…">…`,
/// `<user password="…"/>`.
enum MarkupSecrets {
    private static let name = ByteClass("a-zA-Z0-9_.-")

    /// Where they stand, in rising order.
    static func found(in bytes: [UInt8]) -> [SensitiveText.Found] {
        var result: [SensitiveText.Found] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count,
                ByteClass.letters.contains(bytes[index + 1])
            else {
                index += 1
                continue
            }
            index = tag(bytes, at: index + 1, &result)
        }
        return result
    }

    /// Looks at the tag whose name begins at the offset, and gives the offset behind it and behind what was found.
    private static func tag(_ bytes: [UInt8], at start: Int, _ result: inout [SensitiveText.Found]) -> Int {
        var nameStart = start
        var offset = TextScan.skip(name, bytes, from: start)
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ":") {
            nameStart = offset + 1
            offset = TextScan.skip(name, bytes, from: nameStart)
        }
        let nameEnd = offset
        let isSensitive = isSensitive(bytes[nameStart..<nameEnd])
        let last = min(bytes.count, start + 4096)
        while offset < last, !ByteClass("<>").contains(bytes[offset]) {
            let attribute = offset
            offset = TextScan.skip(ByteClass("a-zA-Z0-9_.:-"), bytes, from: offset)
            guard offset > attribute else {
                offset += 1
                continue
            }
            let attributeName = bytes[attribute..<offset]
            offset = TextScan.skip(.space, bytes, from: offset)
            guard offset < last, bytes[offset] == UInt8(ascii: "=") else { continue }
            offset = TextScan.skip(.space, bytes, from: offset + 1)
            guard offset < last, ByteClass("\"'").contains(bytes[offset]) else { continue }
            let mark = bytes[offset]
            let value = offset + 1
            offset = value
            while offset < last, bytes[offset] != mark { offset += 1 }
            if self.isSensitive(attributeName), offset > value {
                result.append(.init(range: value..<offset, name: String(decoding: attributeName, as: UTF8.self)))
            }
            offset += 1
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ">") else { return offset }
        offset += 1
        guard isSensitive, offset >= 2, bytes[offset - 2] != UInt8(ascii: "/") else { return offset }
        return content(bytes, from: offset, named: bytes[nameStart..<nameEnd], &result)
    }

    /// The text of an element without elements inside, or of its `CDATA` section (XML 1.0 §2.7).
    private static func content(
        _ bytes: [UInt8], from start: Int, named name: ArraySlice<UInt8>, _ result: inout [SensitiveText.Found]
    ) -> Int {
        var first = start
        var end = start
        if TextScan.has("<![cdata[", bytes, at: start) {
            first = start + 9
            end = TextScan.find("]]>", bytes, in: first..<bytes.count) ?? bytes.count
        } else {
            while end < bytes.count, bytes[end] != UInt8(ascii: "<") { end += 1 }
            guard TextScan.has("</", bytes, at: end) else { return end }
        }
        while first < end, ByteClass.space.contains(bytes[first]) { first += 1 }
        while end > first, ByteClass.space.contains(bytes[end - 1]) { end -= 1 }
        if end > first { result.append(.init(range: first..<end, name: String(decoding: name, as: UTF8.self))) }
        return end
    }

    private static func isSensitive(_ name: ArraySlice<UInt8>) -> Bool {
        name.count <= 80 && SensitiveName.isOne(String(decoding: name, as: UTF8.self))
    }
}

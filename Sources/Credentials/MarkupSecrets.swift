/// Sensitive contents of elements and attributes in XML and HTML: `<Password>…</Password>`, `<wsse:Password Type="…">…`,
/// `<user password="…"/>`.
enum MarkupSecrets {
    private static let name = ByteClass("a-zA-Z0-9_.-")

    /// Where they stand, in rising order.
    static func found(in bytes: [UInt8]) -> [SensitiveText.Found] {
        var result: [SensitiveText.Found] = []
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<"), place + 1 < bytes.count,
                ByteClass.letters.contains(bytes[place + 1])
            else {
                place += 1
                continue
            }
            place = tag(bytes, at: place + 1, &result)
        }
        return result
    }

    /// Looks at the tag whose name begins at the offset, and gives the offset behind it and behind what was found.
    private static func tag(_ bytes: [UInt8], at start: Int, _ result: inout [SensitiveText.Found]) -> Int {
        var nameStart = start
        var place = TextPlace.skip(name, bytes, from: start)
        if place < bytes.count, bytes[place] == UInt8(ascii: ":") {
            nameStart = place + 1
            place = TextPlace.skip(name, bytes, from: nameStart)
        }
        let nameEnd = place
        let isSensitive = isSensitive(bytes[nameStart..<nameEnd])
        let last = min(bytes.count, start + 4096)
        while place < last, !ByteClass("<>").contains(bytes[place]) {
            let attribute = place
            place = TextPlace.skip(ByteClass("a-zA-Z0-9_.:-"), bytes, from: place)
            guard place > attribute else {
                place += 1
                continue
            }
            let attributeName = bytes[attribute..<place]
            place = TextPlace.skip(.space, bytes, from: place)
            guard place < last, bytes[place] == UInt8(ascii: "=") else { continue }
            place = TextPlace.skip(.space, bytes, from: place + 1)
            guard place < last, ByteClass("\"'").contains(bytes[place]) else { continue }
            let mark = bytes[place]
            let value = place + 1
            place = value
            while place < last, bytes[place] != mark { place += 1 }
            if self.isSensitive(attributeName), place > value {
                result.append(.init(range: value..<place, name: String(decoding: attributeName, as: UTF8.self)))
            }
            place += 1
        }
        guard place < bytes.count, bytes[place] == UInt8(ascii: ">") else { return place }
        place += 1
        guard isSensitive, place >= 2, bytes[place - 2] != UInt8(ascii: "/") else { return place }
        return content(bytes, from: place, named: bytes[nameStart..<nameEnd], &result)
    }

    /// The text of an element without elements inside, or of its `CDATA` section (XML 1.0 §2.7).
    private static func content(
        _ bytes: [UInt8], from start: Int, named name: ArraySlice<UInt8>, _ result: inout [SensitiveText.Found]
    ) -> Int {
        var first = start
        var end = start
        if TextPlace.has("<![cdata[", bytes, at: start) {
            first = start + 9
            end = TextPlace.find("]]>", bytes, in: first..<bytes.count) ?? bytes.count
        } else {
            while end < bytes.count, bytes[end] != UInt8(ascii: "<") { end += 1 }
            guard TextPlace.has("</", bytes, at: end) else { return end }
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

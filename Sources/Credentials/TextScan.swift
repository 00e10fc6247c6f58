/// Where something stands in a text.
enum TextScan {
    /// Whether a word may begin here: not in the middle of another, except behind an escape such as `\n` or `%3D`.
    static func startsWord(_ bytes: [UInt8], at position: Int) -> Bool {
        guard position > 0, ByteClass.alphanumeric.contains(bytes[position - 1]) else { return true }
        guard position > 1 else { return false }
        if bytes[position - 2] == UInt8(ascii: "\\") { return ByteClass("nrt").contains(bytes[position - 1]) }
        return position > 2 && bytes[position - 3] == UInt8(ascii: "%") && ByteClass.hex.contains(bytes[position - 2])
            && ByteClass.hex.contains(bytes[position - 1])
    }

    /// The line that holds the offset, without its end, at most `bound` bytes to either side.
    static func line(_ bytes: [UInt8], around position: Int, within bound: Int) -> Range<Int> {
        var start = min(position, bytes.count)
        let first = max(0, start - bound)
        while start > first, !ByteClass.lineEnd.contains(bytes[start - 1]) { start -= 1 }
        return start..<lineEnd(bytes, from: position, within: bound)
    }

    /// The offset of the line's end, at most `bound` bytes away.
    static func lineEnd(_ bytes: [UInt8], from position: Int, within bound: Int) -> Int {
        var end = min(position, bytes.count)
        let last = min(bytes.count, end + bound)
        while end < last, !ByteClass.lineEnd.contains(bytes[end]) { end += 1 }
        return end
    }

    /// The first offset from here on whose byte is no member, at most `bound` bytes away.
    static func skip(_ members: ByteClass, _ bytes: [UInt8], from position: Int, within bound: Int = 64) -> Int {
        var end = position
        let last = min(bytes.count, position + bound)
        while end < last, members.contains(bytes[end]) { end += 1 }
        return end
    }

    /// Whether the text stands at the offset, upper and lower case alike. `text` is in lower case.
    static func has(_ text: StaticString, _ bytes: some RandomAccessCollection<UInt8>, at position: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position >= 0, position + count <= bytes.count else { return false }
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: count)
        var index = bytes.index(bytes.startIndex, offsetBy: position)
        for byte in expected {
            guard lowered(bytes[index]) == byte else { return false }
            index = bytes.index(after: index)
        }
        return true
    }

    /// Where a text of ASCII, written just so, first stands in a part of the bytes. The standard library's search knows
    /// neither that elements are bytes nor that they lie in one piece, and takes a hundred times as long.
    static func find(_ text: StaticString, _ bytes: [UInt8], in range: Range<Int>) -> Int? {
        let count = text.utf8CodeUnitCount
        guard let first = UnsafeBufferPointer(start: text.utf8Start, count: count).first else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var offset = range.lowerBound
            while offset + count <= range.upperBound {
                if bytes[offset] == first {
                    var length = 1
                    while length < count, bytes[offset + length] == text.utf8Start[length] { length += 1 }
                    if length == count { return offset }
                }
                offset += 1
            }
            return nil
        }
    }

    /// Whether the text occurs, upper and lower case alike. `text` is in lower case.
    static func contains(_ text: StaticString, _ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        let last = bytes.count - text.utf8CodeUnitCount
        guard last >= 0 else { return false }
        return (0...last).contains { has(text, bytes, at: $0) }
    }

    /// The ASCII letter in lower case; any other byte as it is.
    static func lowered(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}

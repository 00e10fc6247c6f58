/// Searches texts by their bytes in UTF-8.
///
/// Swift compares characters, and takes `{` with an accent over it for one other character; the reader of scenarios sees
/// two. So what must be found is looked for in the bytes.
enum TextSearch {
    /// True where the text holds the other one, which is not empty.
    static func contains(_ text: String, _ part: String) -> Bool {
        first(Array(part.utf8), in: Array(text.utf8), from: 0) != nil
    }

    /// The text with each occurrence replaced.
    static func replacing(_ part: String, in text: String, with replacement: String) -> String {
        let parts = split(text, by: part)
        return parts.count == 1 ? text : parts.joined(separator: replacement)
    }

    /// What stands before, between and behind the occurrences.
    static func split(_ text: String, by part: String) -> [String] {
        let bytes = Array(text.utf8)
        let wanted = Array(part.utf8)
        var parts: [String] = []
        var start = 0
        while let index = first(wanted, in: bytes, from: start) {
            parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
            start = index + wanted.count
        }
        if parts.isEmpty { return [text] }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// Where the bytes stand in others, from an index on.
    static func first(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let head = wanted.first, bytes.count - start >= wanted.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index <= bytes.count - wanted.count {
                if bytes[index] == head, bytes[index..<(index + wanted.count)].elementsEqual(wanted) { return index }
                index += 1
            }
            return nil
        }
    }
}

/// A file's bytes as a text that can be searched.
public enum SourceText: Sendable, Equatable {
    /// A text; UTF-16 is brought to UTF-8.
    case text([UInt8])
    /// No text: it has bytes of zero near its beginning.
    case binary

    /// How much of a file is looked at to tell a text from something else.
    public static let probedBytes = 8192

    /// Tells a text by its byte order mark (The Unicode Standard §23.8), or by having no zero among its first bytes.
    public init(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFF, 0xFE, 0, 0]) {
            self = .text(Self.utf8(bytes.dropFirst(2), isBigEndian: false))
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            self = .text(Self.utf8(bytes.dropFirst(2), isBigEndian: true))
        } else if bytes.prefix(Self.probedBytes).contains(0) {
            self = .binary
        } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            self = .text(Array(bytes.dropFirst(3)))
        } else {
            self = .text(bytes)
        }
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var offset = bytes.startIndex
        while offset + 1 < bytes.endIndex {
            let (first, second) = (UInt16(bytes[offset]), UInt16(bytes[offset + 1]))
            units.append(isBigEndian ? first << 8 | second : second << 8 | first)
            offset += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}

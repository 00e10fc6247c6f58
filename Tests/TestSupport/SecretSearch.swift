import Foundation

/// Looks for secrets in files by decoding what they hold, and then looking: nothing here knows how secrets are replaced.
public struct SecretSearch {
    /// Pieces of this length count.
    public static let piece = 8

    private let names: [UInt64: String]

    /// - Parameter secrets: The secrets, by what a report of the search is to call them.
    public init(_ secrets: [String: String]) {
        var names: [UInt64: String] = [:]
        for (name, secret) in secrets {
            Self.forEachPiece(of: Array(secret.utf8)) { names[$0] = name }
        }
        self.names = names
    }

    /// What was found in bytes, in words; empty where nothing shows.
    public func findings(in bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        // Most lines and most of what looks like base64 are the same in every reading: each is looked at once.
        var lines: Set<ArraySlice<UInt8>> = []
        var tokens: Set<ArraySlice<UInt8>> = []
        for line in bytes.split(separator: 10) where lines.insert(line).inserted {
            for (how, text) in Self.readings(of: Array(line)) {
                look(at: text, how, &found)
                for (what, decoded) in Self.decodedTokens(of: text, known: &tokens) {
                    for (inner, text) in Self.readings(of: decoded) {
                        look(at: text, "\(how), \(what), \(inner)", &found)
                    }
                }
            }
        }
        // A secret of several lines.
        look(at: bytes, "over lines", &found)
        return found
    }

    private func look(at text: [UInt8], _ how: String, _ found: inout Set<String>) {
        Self.forEachPiece(of: text) { piece in
            if let name = names[piece] { found.insert("\(name) (\(how))") }
        }
    }

    /// Eight bytes at each place, in lower case, blanks in a row as one.
    private static func forEachPiece(of bytes: [UInt8], _ body: (UInt64) -> Void) {
        var piece: UInt64 = 0
        var count = 0
        var wasBlank = false
        for byte in bytes {
            var byte = byte
            if byte == 10 || byte == 13 || byte == 9 { byte = 32 }
            if byte == 32, wasBlank { continue }
            wasBlank = byte == 32
            if 65...90 ~= byte { byte += 32 }
            piece = piece << 8 | UInt64(byte)
            count += 1
            if count >= Self.piece { body(piece) }
        }
    }

    // MARK: Escapes

    /// The bytes as they are, and with escapes undone in several ways.
    private static func readings(of bytes: [UInt8]) -> [(String, [UInt8])] {
        var result = [("as it is", bytes)]
        for (name, marks) in [("\\", "\\"), ("%", "%"), ("%+", "%+"), ("&", "&"), ("all", "\\%&"), ("all+", "\\%&+")] {
            var text = bytes
            for layer in 1...3 {
                let next = unescaped(text, Array(marks.utf8))
                if next == text { break }
                text = next
                if !result.contains(where: { $0.1 == text }) { result.append(("\(name) \(layer)", text)) }
            }
        }
        return result
    }

    private static func unescaped(_ bytes: [UInt8], _ marks: [UInt8]) -> [UInt8] {
        guard marks.contains(where: bytes.contains) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            var escape: (bytes: [UInt8], length: Int)?
            if marks.contains(byte) {
                switch byte {
                case UInt8(ascii: "%"): escape = number(bytes, index + 1, 2).map { ([UInt8($0)], 3) }
                case UInt8(ascii: "+"): escape = ([32], 1)
                case UInt8(ascii: "&"): escape = entity(bytes, index)
                default: escape = backslash(bytes, index)
                }
            }
            result += escape?.bytes ?? [byte]
            index += escape?.length ?? 1
        }
        return result
    }

    private static func number(_ bytes: [UInt8], _ index: Int, _ length: Int) -> UInt32? {
        guard index + length <= bytes.count else { return nil }
        let digits = bytes[index..<(index + length)]
        guard digits.allSatisfy({ 48...57 ~= $0 || 65...70 ~= $0 || 97...102 ~= $0 }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func utf8(_ scalar: UInt32) -> [UInt8] { Array(String(Unicode.Scalar(scalar) ?? "?").utf8) }

    private static func backslash(_ bytes: [UInt8], _ index: Int) -> (bytes: [UInt8], length: Int)? {
        guard index + 1 < bytes.count else { return nil }
        switch bytes[index + 1] {
        case UInt8(ascii: "u"):
            guard let high = number(bytes, index + 2, 4) else { return nil }
            if 0xD800...0xDBFF ~= high, let low = number(bytes, index + 8, 4), 0xDC00...0xDFFF ~= low {
                return (utf8(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)), 12)
            }
            return (utf8(high), 6)
        case UInt8(ascii: "x"): return number(bytes, index + 2, 2).map { ([UInt8($0)], 4) }
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): return ([32], 2)
        case let mark where "\"'/\\<>&".utf8.contains(mark): return ([mark], 2)
        default: return nil
        }
    }

    private static let named: [String: UInt8] = ["amp": 38, "lt": 60, "gt": 62, "quot": 34, "apos": 39]

    private static func entity(_ bytes: [UInt8], _ index: Int) -> (bytes: [UInt8], length: Int)? {
        guard let end = bytes[index...].prefix(10).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        let length = end - index + 1
        if let mark = named[name] { return ([mark], length) }
        if name.hasPrefix("#x") { return UInt32(name.dropFirst(2), radix: 16).map { (utf8($0), length) } }
        if name.hasPrefix("#") { return UInt32(name.dropFirst()).map { (utf8($0), length) } }
        return nil
    }

    // MARK: Base64 and hexadecimal digits

    /// What runs of characters of base64 and of hexadecimal digits stand for, from each place in their groups on.
    private static func decodedTokens(
        of bytes: [UInt8], known: inout Set<ArraySlice<UInt8>>
    ) -> [(String, [UInt8])] {
        var result: [(String, [UInt8])] = []
        for token in bytes.split(whereSeparator: { value(ofBase64: $0) == nil })
        where token.count >= 10 && known.insert(token).inserted {
            for shift in 0..<4 { result.append(("base64", base64(token.dropFirst(shift)))) }
        }
        for token in bytes.split(whereSeparator: { !(48...57 ~= $0 || 65...70 ~= $0 || 97...102 ~= $0) })
        where token.count >= 2 * piece {
            for shift in 0..<2 {
                let digits = Array(token.dropFirst(shift))
                result.append(
                    (
                        "hexadecimal",
                        stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                            number(digits, $0, 2).map { UInt8($0) }
                        }
                    ))
            }
        }
        return result
    }

    private static func value(ofBase64 byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte) - 65
        case 97...122: UInt32(byte) - 71
        case 48...57: UInt32(byte) + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func base64(_ token: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in token {
            bits = bits << 6 | (value(ofBase64: byte) ?? 0)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(bits >> UInt32(count) & 255))
            }
        }
        return result
    }
}

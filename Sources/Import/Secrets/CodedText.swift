import Foundation

/// A text decoded, with where each decoded byte stands in the text as it is written: a secret that was coded is found, and
/// replaced, in its code.
struct CodedText {
    /// How characters are written in another text.
    enum Coding {
        /// `%20`, and `+` as in forms.
        case percent
        /// `\"`, `\u00e9`
        case json
        /// `&amp;`, `&#39;`
        case markup
    }

    /// The codes, one in the other, in which values stand in URLs, bodies and header fields.
    static let chains: [[Coding]] = [
        [.percent], [.json], [.markup], [.percent, .percent], [.json, .json], [.percent, .json], [.json, .percent],
        [.markup, .percent],
    ]

    private(set) var bytes: [UInt8]
    /// Where each byte's code begins and ends in the text as it is written.
    private(set) var places: [Range<Int>]

    /// A text as it is written.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        places = bytes.indices.map { $0..<$0 + 1 }
    }

    /// Decodes it once more; false where nothing in it is coded so.
    mutating func decode(_ coding: Coding) -> Bool {
        let mark: UInt8 =
            switch coding {
            case .percent: UInt8(ascii: "%")
            case .json: UInt8(ascii: "\\")
            case .markup: UInt8(ascii: "&")
            }
        guard bytes.contains(mark) || coding == .percent && bytes.contains(UInt8(ascii: "+")) else { return false }
        var result: [UInt8] = []
        var resultPlaces: [Range<Int>] = []
        var index = 0
        while index < bytes.count {
            var length = 1
            var decoded = [bytes[index]]
            if bytes[index] == mark {
                let found =
                    switch coding {
                    case .percent: percent(at: index)
                    case .json: escape(at: index)
                    case .markup: entity(at: index)
                    }
                if let found { (decoded, length) = found }
            } else if coding == .percent, bytes[index] == UInt8(ascii: "+") {
                decoded = [UInt8(ascii: " ")]
            }
            let position = places[index].lowerBound..<places[index + length - 1].upperBound
            for byte in decoded {
                result.append(byte)
                resultPlaces.append(position)
            }
            index += length
        }
        (bytes, places) = (result, resultPlaces)
        return true
    }

    private func hex(_ range: Range<Int>) -> UInt32? {
        guard range.upperBound <= bytes.count else { return nil }
        return UInt32(String(decoding: bytes[range], as: UTF8.self), radix: 16)
    }

    private func percent(at index: Int) -> ([UInt8], Int)? {
        hex(index + 1..<index + 3).map { ([UInt8(truncatingIfNeeded: $0)], 3) }
    }

    /// RFC 8259 §7; two escapes make a character beyond the basic plane.
    private func escape(at index: Int) -> ([UInt8], Int)? {
        guard index + 1 < bytes.count else { return nil }
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "b"): 8,
            UInt8(ascii: "f"): 12, UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
            UInt8(ascii: "/"): UInt8(ascii: "/"),
        ]
        if let byte = simple[bytes[index + 1]] { return ([byte], 2) }
        guard bytes[index + 1] == UInt8(ascii: "u"), let unit = hex(index + 2..<index + 6) else { return nil }
        if 0xD800...0xDBFF ~= unit, index + 7 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
            let low = hex(index + 8..<index + 12), 0xDC00...0xDFFF ~= low,
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        {
            return (Array(String(Character(scalar)).utf8), 12)
        }
        return Unicode.Scalar(unit).map { (Array(String(Character($0)).utf8), 6) }
    }

    /// XML 1.0 §4.6, and numbers.
    private func entity(at index: Int) -> ([UInt8], Int)? {
        let body = bytes[(index + 1)...].prefix(10).prefix { $0 != UInt8(ascii: ";") }
        guard index + 1 + body.count < bytes.count, bytes[index + 1 + body.count] == UInt8(ascii: ";") else {
            return nil
        }
        let name = String(decoding: body, as: UTF8.self)
        let named: [String: UInt8] = [
            "amp": UInt8(ascii: "&"), "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"), "quot": UInt8(ascii: "\""),
            "apos": UInt8(ascii: "'"),
        ]
        if let byte = named[name] { return ([byte], body.count + 2) }
        guard name.hasPrefix("#") else { return nil }
        let isHex = name.dropFirst().lowercased().hasPrefix("x")
        let number = isHex ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        return number.flatMap(Unicode.Scalar.init).map { (Array(String(Character($0)).utf8), body.count + 2) }
    }

    // MARK: - Base64

    /// Runs of base64, with the bytes that they encode: 8 characters and more.
    static func base64Runs(in bytes: [UInt8]) -> [(range: Range<Int>, bytes: [UInt8])] {
        func isMember(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        var result: [(Range<Int>, [UInt8])] = []
        var start = 0
        while start < bytes.count {
            guard isMember(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, isMember(bytes[end]) { end += 1 }
            var text = String(decoding: bytes[start..<end], as: UTF8.self)
            let run = start
            var padding = 0
            while end < bytes.count, padding < 2, bytes[end] == UInt8(ascii: "=") {
                end += 1
                padding += 1
            }
            start = end
            guard text.utf8.count >= 8 else { continue }
            text = text.replacing("-", with: "+").replacing("_", with: "/")
            while !text.utf8.count.isMultiple(of: 4) { text += "=" }
            if let data = Data(base64Encoded: text) { result.append((run..<end, Array(data))) }
        }
        return result
    }
}

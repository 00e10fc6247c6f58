import FoundationEssentials

/// What Foundation's decoder lets pass though it is no good JSON (RFC 8259): a comma behind the last member, a name twice
/// in an object (§4), other encodings than UTF-8, a byte order mark (§8.1).
///
/// It finds nothing else: what it lets pass is still to be decoded.
struct JSONStrictness {
    private static let maximumDepth = 512
    private static let maximumNames = 10_000

    private let bytes: [UInt8]
    private var index = 0
    /// The names so far of each object around the place; nil of an array.
    private var frames: [Set<String>?] = []
    private var nameCount = 0
    /// The names of the outermost object.
    private var members: Set<String> = []

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The names of the outermost object's members, none where it is no object; nil where the bytes must be refused.
    static func members(of bytes: [UInt8]) -> Set<String>? {
        // UTF-16 and UTF-32 have zero bytes beside ASCII, which no JSON has.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0), bytes.first != 0xEF else {
            return nil
        }
        var check = JSONStrictness(bytes)
        return check.isStrict() ? check.members : nil
    }

    private mutating func isStrict() -> Bool {
        var before = UInt8(ascii: " ")
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                index += 1
                continue
            case UInt8(ascii: "\""):
                let isName = before == UInt8(ascii: "{") || before == UInt8(ascii: ",")
                guard let end = textEnd, !isName || add(nameUpTo: end) else { return false }
                index = end - 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard frames.count < Self.maximumDepth else { return false }
                frames.append(byte == UInt8(ascii: "{") ? [] : nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard before != UInt8(ascii: ","), let ended = frames.popLast() else { return false }
                if frames.isEmpty { members = ended ?? [] }
            default: break
            }
            index += 1
            before = byte
        }
        return true
    }

    /// Where the text that begins here ends, behind its closing quote; nil where it doesn't.
    private var textEnd: Int? {
        var end = index + 1
        while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "\""): return end + 1
            case UInt8(ascii: "\\"): end += 2
            default: end += 1
            }
        }
        return nil
    }

    /// Adds a name to the object around it, if it is one; false where the object has it.
    private mutating func add(nameUpTo end: Int) -> Bool {
        guard let innermost = frames.indices.last, frames[innermost] != nil else { return true }
        nameCount += 1
        let text = bytes[index..<end]
        // "\u0061" is "a". The decoder knows all escapes.
        let name =
            text.contains(UInt8(ascii: "\\"))
            ? try? JSONDecoder().decode(String.self, from: Data(text))
            : String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
        guard let name, nameCount <= Self.maximumNames else { return false }
        return frames[innermost]?.insert(name).inserted ?? false
    }
}

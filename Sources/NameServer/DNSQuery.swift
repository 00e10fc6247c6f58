/// A question to a name server, as it came (RFC 1035 §4.1).
struct DNSQuery: Equatable {
    static let headSize = 12
    static let addressType: UInt16 = 1
    static let longAddressType: UInt16 = 28
    static let anyType: UInt16 = 255
    static let internet: UInt16 = 1

    enum Code: UInt8 {
        case done = 0
        case malformed = 1
        case noSuchName = 3
        case notImplemented = 4
        case refused = 5
    }

    /// The head's first four bytes: the number that the answer repeats, and the flags.
    private(set) var head: [UInt8]
    /// The name in lower case, its labels with dots between.
    private(set) var name = ""
    private(set) var type: UInt16 = 0
    /// The question's bytes, which the answer repeats; empty where it can't be read.
    private(set) var question: [UInt8] = []
    /// What there is to say before the name is looked up; nil: nothing.
    private(set) var problem: Code?

    /// Reads a message; nil where it deserves no answer: too short, or an answer itself, which would be answered for ever.
    init?(_ bytes: some RandomAccessCollection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= Self.headSize, bytes[2] & 0x80 == 0 else { return nil }
        head = Array(bytes[..<4])
        guard bytes[2] & 0x78 == 0 else {
            problem = .notImplemented
            return
        }
        problem = .malformed
        guard bytes[4] == 0, bytes[5] == 1, let end = readName(bytes), bytes.count >= end + 4 else { return }
        question = Array(bytes[Self.headSize..<(end + 4)])
        type = UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1])
        let kind = UInt16(bytes[end + 2]) << 8 | UInt16(bytes[end + 3])
        problem = kind == Self.internet || kind == Self.anyType ? nil : .refused
    }

    /// Takes the name; gives where it ends, nil where it is malformed. A question has nothing before it that it could point to.
    private mutating func readName(_ bytes: [UInt8]) -> Int? {
        var index = Self.headSize
        var text: [UInt8] = []
        while index < bytes.count, bytes[index] > 0 {
            let size = Int(bytes[index])
            guard size <= 63, index + size < bytes.count, index - Self.headSize + size < 255 else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            // A dot within a label is no dot between two.
            text += bytes[(index + 1)...(index + size)].map { $0 == UInt8(ascii: ".") ? 0 : $0 }
            index += size + 1
        }
        guard index < bytes.count else { return nil }
        name = String(decoding: text, as: UTF8.self).lowercased()
        return index + 1
    }

    /// The answer: with the addresses of the name that were asked for. `limit`: bytes at most; what doesn't fit is left out, and
    /// said so, so that the client asks again over TCP.
    func answer(_ code: Code, addresses: [[UInt8]] = [], lifetime: UInt32 = 0, limit: Int) -> [UInt8] {
        let asked = addresses.filter { address in
            type == Self.anyType || type == (address.count == 4 ? Self.addressType : Self.longAddressType)
        }
        var records: [UInt8] = []
        var count = 0
        for address in asked {
            // A pointer to the name in the question, type, class, lifetime, size.
            let own = address.count == 4 ? Self.addressType : Self.longAddressType
            let record: [UInt8] =
                [0xC0, UInt8(Self.headSize), 0, UInt8(own), 0, UInt8(Self.internet)]
                + (0..<4).map { UInt8(truncatingIfNeeded: lifetime >> (24 - 8 * $0)) } + [0, UInt8(address.count)]
                + address
            guard Self.headSize + question.count + records.count + record.count <= limit else { break }
            records += record
            count += 1
        }
        // Answer, authoritative, perhaps cut, and whether recursion was desired, as it was asked.
        let flags = 0x84 | (count < asked.count ? 0x02 : 0) | head[2] & 0x01
        return [
            head[0], head[1], flags, code.rawValue, 0, question.isEmpty ? 0 : 1, UInt8(count >> 8),
            UInt8(truncatingIfNeeded: count), 0, 0, 0, 0,
        ] + question + records
    }
}

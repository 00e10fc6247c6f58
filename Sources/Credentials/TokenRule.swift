internal import Scenarios

/// A credential that is known by its shape: a prefix that nothing else has, then runs of characters.
struct TokenRule: Sendable {
    /// A part of a token.
    enum Piece: Sendable {
        case text(StaticString)
        /// So many bytes of a class, as many as there are.
        case run(ByteClass, ClosedRange<Int>)
    }

    var kind: CredentialKind
    /// What it begins with, in the case in which it is written.
    var prefix: StaticString
    /// What follows; a run is followed by a text that begins with a byte outside its class, unless its length is fixed.
    var pieces: [Piece]
    /// Bytes that may not follow: with one of them it would be something else that is longer.
    var boundary: ByteClass
    /// What has to be written within 400 bytes around it, in lower case, where the shape alone is not enough.
    var companion: StaticString?

    init(_ kind: CredentialKind, _ prefix: StaticString, _ pieces: Piece..., boundary: ByteClass = .alphanumeric) {
        self.kind = kind
        self.prefix = prefix
        self.pieces = pieces
        self.boundary = boundary
    }

    /// The rule for tokens beside which this is written.
    func beside(_ companion: StaticString) -> TokenRule {
        var rule = self
        rule.companion = companion
        return rule
    }

    /// The prefix in lower case, to be searched for.
    var keyword: String { prefix.description.lowercased() }

    /// The token that begins at the offset; nil where there is none, or one that is made up for a manual.
    func match(_ bytes: [UInt8], at start: Int) -> CredentialCandidate? {
        guard TextScan.startsWord(bytes, at: start), let body = Self.skip(prefix, bytes, start) else { return nil }
        var end = body
        for piece in pieces {
            switch piece {
            case .text(let text):
                guard let next = Self.skip(text, bytes, end) else { return nil }
                end = next
            case .run(let members, let length):
                let first = end
                while end < bytes.count, end - first < length.upperBound, members.contains(bytes[end]) { end += 1 }
                guard end - first >= length.lowerBound else { return nil }
            }
        }
        if end < bytes.count, boundary.contains(bytes[end]) { return nil }
        guard !Placeholder.isMadeUp(bytes[body..<end]) else { return nil }
        if let companion {
            let around = bytes[max(0, start - 400)..<min(bytes.count, end + 400)]
            guard TextScan.contains(companion, around) else { return nil }
        }
        return CredentialCandidate(kind: kind, range: start..<end, secret: Array(bytes[start..<end]))
    }

    /// The offset behind the text, where it stands at the offset.
    private static func skip(_ text: StaticString, _ bytes: [UInt8], _ start: Int) -> Int? {
        let count = text.utf8CodeUnitCount
        guard start >= 0, start + count <= bytes.count else { return nil }
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: count)
        for index in 0..<count where bytes[start + index] != expected[index] { return nil }
        return start + count
    }
}

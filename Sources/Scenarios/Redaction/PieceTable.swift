/// The pieces of 8 bytes that secrets consist of, by their bytes as one number: what any longer piece is found by. Letters are in
/// lower case.
struct PieceTable: Sendable {
    /// The length of a piece in bytes: as many as a number of 64 bits holds.
    static let length = 8
    /// Of a longer form only every eighth piece is kept: side by side they still cover it, but for 7 bytes at its ends.
    private static let sparseFrom = 16 * 1024

    /// What is known of a piece.
    struct Value {
        /// The number of the shortest secret that it is of; longer ones have higher numbers.
        var label: Int32
        /// How many bytes in a row must be of the table.
        var least: Int32
    }

    /// Collects pieces.
    struct Builder {
        fileprivate var values: [UInt64: Value] = [:]
        /// The most bytes in a row that a form demands.
        private(set) var longestLeast = 0

        /// Adds all pieces of a form.
        mutating func add(_ form: SecretForms.Form, label: Int) {
            let bytes = form.bytes
            guard bytes.count >= PieceTable.length else { return }
            let stride = bytes.count > PieceTable.sparseFrom ? PieceTable.length : 1
            // Kept sparsely, two pieces side by side are in any row of 23 bytes.
            let least = Int32(stride == 1 ? min(form.least, bytes.count) : 2 * PieceTable.length)
            longestLeast = max(longestLeast, Int(least))
            var piece: UInt64 = 0
            for index in bytes.indices {
                piece = piece << 8 | UInt64(ByteFold.lowered(bytes[index]))
                let start = index - PieceTable.length + 1
                guard start >= 0, start % stride == 0 else { continue }
                let known = values[piece]
                values[piece] = Value(
                    label: known?.label ?? Int32(label), least: min(known?.least ?? least, least))
            }
        }
    }

    // Open addressing; 0 is no piece: no text has eight NULs in a row.
    private let keys: [UInt64]
    private let values: [Value]
    private let shift: UInt64

    init(_ builder: Builder) {
        var bits = 4
        while 1 << bits < builder.values.count * 2 { bits += 1 }
        shift = UInt64(64 - bits)
        var keys = [UInt64](repeating: 0, count: 1 << bits)
        var values = [Value](repeating: Value(label: 0, least: 0), count: 1 << bits)
        for (key, value) in builder.values where key != 0 {
            var index = Int((key &* Self.mixer) >> shift)
            while keys[index] != 0 { index = (index + 1) & (keys.count - 1) }
            keys[index] = key
            values[index] = value
        }
        self.keys = keys
        self.values = values
    }

    /// 2^64 by the golden ratio: spreads the keys (Knuth, The Art of Computer Programming 3, §6.4).
    private static let mixer: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// What is known of a piece; nil where it is of no secret.
    func value(of piece: UInt64) -> Value? {
        if piece == 0 { return nil }
        var index = Int(truncatingIfNeeded: (piece &* Self.mixer) >> shift)
        let mask = keys.count - 1
        return keys.withUnsafeBufferPointer { keys in
            while keys[index] != 0 {
                if keys[index] == piece { return values[index] }
                index = (index + 1) & mask
            }
            return nil
        }
    }
}

/// Letters of ASCII in upper and lower case, and blanks.
enum ByteFold {
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || byte &- 48 < 10 }
}

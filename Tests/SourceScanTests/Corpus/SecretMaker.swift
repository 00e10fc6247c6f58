import Measures

/// Makes secrets at run time, the same ones for the same seed, so that none stands in this repository.
struct SecretMaker {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// So many characters of an alphabet.
    mutating func text(_ count: Int, of alphabet: String) -> String {
        let letters = Array(alphabet)
        return String((0..<count).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }

    static let lower = "abcdefghijklmnopqrstuvwxyz"
    static let digits = "0123456789"
    static let alphanumeric = lower + lower.uppercased() + digits

    /// Hexadecimal digits.
    mutating func hex(_ count: Int) -> String { text(count, of: "0123456789abcdef") }
    /// Letters and digits.
    mutating func word(_ count: Int) -> String { text(count, of: Self.alphanumeric) }
    /// Capitals and digits.
    mutating func capitals(_ count: Int) -> String { text(count, of: Self.lower.uppercased() + "234567") }
    /// Base64 without padding.
    mutating func base64(_ count: Int) -> String { text(count, of: Self.alphanumeric + "+/") }
    /// base64url without padding.
    mutating func base64URL(_ count: Int) -> String { text(count, of: Self.alphanumeric + "-_") }
    mutating func number(_ count: Int) -> String { text(1, of: "123456789") + text(count - 1, of: Self.digits) }
    /// What a person might think up: letters, then digits, then a mark.
    mutating func password(_ count: Int) -> String {
        text(1, of: Self.lower.uppercased()) + text(count - 4, of: Self.lower) + text(2, of: "2345689")
            + text(1, of: "!%+?")
    }
    mutating func uuid() -> String { "\(hex(8))-\(hex(4))-4\(hex(3))-a\(hex(3))-\(hex(12))" }
}

import Measures
import Testing

@testable import Generator

@Suite("UTF-8 in pieces")
struct UTF8ValidatorTests {
    private static func consume(_ bytes: [UInt8]) -> (possible: Bool, complete: Bool) {
        var validator = UTF8Validator()
        let possible = bytes.withUnsafeBufferPointer { validator.consume($0) }
        return (possible, validator.isComplete)
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// What completes any two bytes that a text may begin with: after the second byte of a character all continuation
    /// bytes are alike, after the first of a new one they are not.
    private static let endings: [[UInt8]] = [
        [], [0x80], [0x80, 0x80], [0xA0, 0x80], [0x90, 0x80, 0x80], [0x80, 0x80, 0x80],
    ]

    @Test("Every pair of bytes is taken exactly where a text can begin with it")
    func pairs() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                let result = Self.consume(bytes)
                #expect(result.possible == Self.endings.contains { Self.isValid(bytes + $0) }, "\(bytes)")
                #expect((result.possible && result.complete) == Self.isValid(bytes), "\(bytes)")
            }
        }
    }

    @Test("The verdict on any text is the standard library's, however it is cut")
    func anyText() {
        var random = SeededRandom(seed: 3629)
        let parts: [[UInt8]] = [
            Array("plain ASCII of some length".utf8), Array("é".utf8), Array("€".utf8), Array("😀".utf8), [0x80], [0xC3],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90],
        ]
        var valid = 0
        for round in 0..<5000 {
            // Half of the texts are made of well-formed parts alone.
            let choices = round % 2 == 0 ? 4 : parts.count
            let bytes = (0..<random.below(8)).flatMap { _ in parts[Int(random.below(UInt64(choices)))] }
            let split = Int(random.below(UInt64(bytes.count + 1)))
            var validator = UTF8Validator()
            let possible =
                bytes[..<split].withUnsafeBufferPointer { validator.consume($0) }
                && bytes[split...].withUnsafeBufferPointer { validator.consume($0) }
            #expect((possible && validator.isComplete) == Self.isValid(bytes), "\(bytes) split at \(split)")
            valid += Self.isValid(bytes) ? 1 : 0
        }
        #expect(valid > 2000 && valid < 4500)
    }
}

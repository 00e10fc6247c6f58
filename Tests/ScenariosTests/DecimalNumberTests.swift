import Testing

@testable import Scenarios

@Suite struct DecimalNumberTests {
    @Test(
        "Numbers are equal by value, however they are written",
        arguments: [
            ("1.50", "1.5"), ("1e2", "100"), ("-0", "0"), ("0.001", "1E-3"), ("+7", "7"), ("00.10", ".1"), ("5.", "5"),
        ])
    func equal(one: String, other: String) throws {
        let (one, other) = (try #require(DecimalNumber(one)), try #require(DecimalNumber(other)))
        #expect(one == other)
        #expect(!(one < other) && !(other < one))
        #expect(one.distance(to: other)?.isZero == true)
    }

    @Test(
        "Numbers that a Double can't tell apart are ordered by their digits",
        arguments: [
            // 2^53 and its neighbour.
            ("9007199254740992", "9007199254740993"), ("-9007199254740993", "-9007199254740992"),
            ("0.1", "0.10000000000000001"), ("0.3", "0.30000000000000004"), ("1e-400", "2e-400"), ("1e400", "2e400"),
            ("-1", "0"), ("0", "1e-999999999"), ("-2", "1"), ("99", "100"), ("1e2", "1e3"),
        ])
    func ordered(less: String, more: String) throws {
        let (less, more) = (try #require(DecimalNumber(less)), try #require(DecimalNumber(more)))
        #expect(less < more)
        #expect(!(more < less))
        #expect(less != more)
    }

    @Test(
        "What is no decimal number is none",
        arguments: ["", "-", ".", "1e", "e1", "0x1p3", "nan", "inf", "1 ", "1,5", "1e9999999999"])
    func none(text: String) { #expect(DecimalNumber(text) == nil) }

    @Test("Distances and products are exact")
    func arithmetic() throws {
        func number(_ text: String) throws -> DecimalNumber { try #require(DecimalNumber(text)) }
        #expect(try number("1.02").distance(to: number("1.01")) == number("0.01"))
        #expect(try number("-1").distance(to: number("99999")) == number("100000"))
        #expect(try number("9007199254740993").distance(to: number("9007199254740992")) == 1)
        #expect(try number("0").distance(to: number("-5")) == 5)
        // 1e9 and 1e-9 are 19 digits apart: 10^9 − 10^−9.
        #expect(try number("1e9").distance(to: number("1e-9")) == number("999999999.999999999"))
        #expect(try number("1e9000").distance(to: number("1")) == nil)
        #expect(try number("0.001").multiplied(by: number("-12.5")) == number("-0.0125"))
        #expect(try number("99999").multiplied(by: number("99999")) == number("9999800001"))
        #expect(try number("0").multiplied(by: number("7")) == 0)
    }

    @Test("A number and its Double lead to each other")
    func doubles() {
        for value in [0.1, 1e300, -2.5e-7, 0] { #expect(DecimalNumber("\(value)")?.double == value) }
        #expect(DecimalNumber(Double.infinity) == nil)
        #expect((-12.5 as DecimalNumber).description == "-125e-1")
    }
}

import Testing

@testable import VerificationKit

@Suite struct VerdictTests {
    @Test("the worst verdict wins in the order fail, invalid, no data, inconclusive, pass")
    func worst() {
        let order: [Verdict] = [.fail, .invalid, .noData, .inconclusive, .pass]
        for (index, verdict) in order.enumerated() {
            #expect(Verdict.worst(of: order[index...]) == verdict)
            #expect(Verdict.worst(of: order[index...].reversed()) == verdict)
        }
        #expect(Verdict.worst(of: []) == nil)
    }

    @Test("verdicts have the names of the result file")
    func names() {
        #expect(Verdict.allCases.map(\.rawValue) == ["pass", "fail", "inconclusive", "no_data", "invalid"])
    }

    @Test("numbers are grouped, rounded and stripped of zeros")
    func figures() {
        #expect(Figure.grouped(0) == "0")
        #expect(Figure.grouped(999) == "999")
        #expect(Figure.grouped(1_234_567) == "1,234,567")
        #expect(Figure.fixed(1_234.5, decimals: 3) == "1,234.500")
        #expect(Figure.fixed(-0.0004, decimals: 3) == "0.000")
        #expect(Figure.fixed(-2.5, decimals: 0) == "-3")
        #expect(Figure.fixed(0.05, decimals: 2) == "0.05")
        #expect(Figure.short(200, decimals: 3) == "200")
        #expect(Figure.short(0.720, decimals: 3) == "0.72")
        #expect(Figure.measured(0.9995, .ratio) == "99.95 %")
        #expect(Figure.measured(1_000.25, .milliseconds) == "1,000.25 ms")
        #expect(Figure.measured(400, .perSecond) == "400 /s")
        #expect(Figure.measured(12, .count) == "12")
    }
}

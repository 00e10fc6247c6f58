import Capacity
import Foundation
import Testing

@Suite("What rates show together") struct FitTests {
    @Test("the share's crossing is found where the line that made the points crosses it") func crossing() throws {
        // logit(share) = ln(0.05 / 0.95) + 20 · ln(rate / 400): 5 % at 400/s.
        let points = [340.0, 370, 390, 410, 430].map { rate in
            let odds = 0.05 / 0.95 * pow(rate / 400, 20)
            return CapacityFit.Point(rate: rate, bad: 2_000 * odds / (1 + odds), total: 2_000)
        }
        let fit = try #require(CapacityFit(points, allowed: 0.05))
        #expect(abs(fit.rate - 400) < 0.1)
        #expect(fit.low < 400 && 400 < fit.high)
        #expect(fit.high / fit.low < 1.05)
        // Fewer events, a wider interval.
        let few = points.map { CapacityFit.Point(rate: $0.rate, bad: $0.bad / 50, total: $0.total / 50) }
        let wide = try #require(CapacityFit(few, allowed: 0.05))
        #expect(wide.high / wide.low > fit.high / fit.low)
    }

    @Test("points that don't tell give nothing: two rates, shares that fall, all good") func nothing() {
        typealias Point = CapacityFit.Point
        #expect(
            CapacityFit([Point(rate: 1, bad: 1, total: 100), Point(rate: 2, bad: 9, total: 100)], allowed: 0.05) == nil)
        #expect(
            CapacityFit(
                [(1.0, 30.0), (2, 20), (3, 10)].map { Point(rate: $0.0, bad: $0.1, total: 100) }, allowed: 0.05) == nil)
        #expect(
            CapacityFit([1.0, 2, 3].map { Point(rate: $0, bad: 0, total: 100) }, allowed: 0.05) == nil)
    }

    @Test("the Universal Scalability Law's own points give its coefficients") func law() throws {
        // λ = 100/s, σ = 0.02, κ = 0.0005: the peak is at √((1 − 0.02) / 0.0005) = 44.3.
        let points = [1.0, 2, 4, 8, 16, 32, 64].map { n in
            ScalabilityFit.Point(concurrency: n, throughput: 100 * n / (1 + 0.02 * (n - 1) + 0.0005 * n * (n - 1)))
        }
        let fit = try #require(ScalabilityFit(points.shuffled()))
        #expect(abs(fit.single - 100) < 1e-6)
        #expect(abs(fit.contention - 0.02) < 1e-9)
        #expect(abs(fit.coherency - 0.0005) < 1e-9)
        #expect(abs(try #require(fit.peak) - 44.27) < 0.01)
        #expect(fit.worstResidual < 1e-9)
        #expect(fit.fits)
    }

    @Test("a throughput that scales with the load has neither contention nor a peak") func linear() throws {
        let fit = try #require(
            ScalabilityFit([1.0, 2, 3, 5, 9].map { .init(concurrency: $0, throughput: 50 * $0) }))
        #expect(fit.contention < 1e-9)
        #expect(fit.peak == nil)
    }

    @Test("a target that the law does not describe is said not to be") func misfit() throws {
        let throughputs = [10.0, 300, 20, 280, 30, 400]
        let fit = try #require(
            ScalabilityFit(zip([1.0, 2, 4, 8, 16, 32], throughputs).map { .init(concurrency: $0, throughput: $1) }))
        #expect(!fit.fits)
        #expect(ScalabilityFit([.init(concurrency: 1, throughput: 1), .init(concurrency: 9, throughput: 2)]) == nil)
    }

    @Test("the knee of M/M/1 lies at half of what it can answer (Kleinrock)") func knee() throws {
        // µ = 100/s: the mean response time is 1 / (100 − λ), and λ · (100 − λ) is largest at 50.
        let points = [10.0, 25, 40, 50, 60, 75, 90].map { Knee.Point(rate: $0, throughput: $0, mean: 1 / (100 - $0)) }
        #expect(try #require(Knee(points)).rate == 50)
        // At an end there may be more beyond.
        #expect(Knee(Array(points.prefix(4))) == nil)
        #expect(Knee([]) == nil)
    }
}

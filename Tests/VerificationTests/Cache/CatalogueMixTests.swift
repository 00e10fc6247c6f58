import Foundation
import Scenarios
import Testing

@testable import CacheVerification

@Suite("A mix of objects by popularity")
struct CatalogueMixTests {
    @Test(
        "leads a cache without bounds to the hit ratio that is known for it",
        arguments: [(1_000, 5_000, 0.823), (10_000, 20_000, 0.694)])
    func known(catalogue: Int, requests: Int, ratio: Double) {
        let mix = CatalogueMix(catalogue: catalogue, popularity: .zipf(0.8), seed: 1)
        #expect(abs(mix.expectedRatio(requests: requests) - ratio) < 0.0005)
        // The sequence drawn lies around it: the number of objects seen has a deviation of less than √objects.
        for seed: UInt64 in 1...5 {
            let drawn = CatalogueMix(catalogue: catalogue, popularity: .zipf(0.8), seed: seed)
                .distinctObjects(requests: requests)
            let expected = Double(requests) * (1 - mix.expectedRatio(requests: requests))
            #expect(abs(Double(drawn) - expected) < 4 * expected.squareRoot())
        }
    }

    @Test("has shares that fall as 1 / k to the exponent, and sum to 1")
    func shares() {
        let mix = CatalogueMix(catalogue: 50, popularity: .zipf(0.8), seed: 1)
        #expect(abs((0..<50).map(mix.share).reduce(0, +) - 1) < 1e-12)
        for rank in 1...50 {
            #expect(abs(mix.share(of: rank - 1) / mix.share(of: 0) - pow(Double(rank), -0.8)) < 1e-12)
        }
        let uniform = CatalogueMix(catalogue: 4, popularity: .uniform, seed: 1)
        #expect((0..<4).map(uniform.share) == [0.25, 0.25, 0.25, 0.25])
    }

    @Test(
        "draws objects in proportion to their shares",
        arguments: [CacheRule.Popularity.zipf(0.8), .zipf(1.5), .uniform])
    func distribution(popularity: CacheRule.Popularity) {
        let count = 20
        let draws = 100_000
        let mix = CatalogueMix(catalogue: count, popularity: popularity, seed: 42)
        var seen = [Int](repeating: 0, count: count)
        for request in 0..<draws { seen[mix.object(of: request)] += 1 }
        // χ² with 19 degrees of freedom exceeds 43.8 once in a thousand times; the seed is fixed.
        let chi = (0..<count).reduce(0.0) { sum, object in
            let expected = mix.share(of: object) * Double(draws)
            return sum + (Double(seen[object]) - expected) * (Double(seen[object]) - expected) / expected
        }
        #expect(chi < 43.8)
    }

    @Test("is the same for the same seed, and another for the next")
    func seeds() {
        func draw(_ seed: UInt64) -> [Int] {
            let mix = CatalogueMix(catalogue: 1_000, popularity: .zipf(0.8), seed: seed)
            return (0..<200).map(mix.object)
        }
        #expect(draw(7) == draw(7))
        #expect(draw(7) != draw(8))
        // Not the same sequence shifted by one either.
        #expect(Array(draw(7).dropFirst()) != Array(draw(8).dropLast()))
    }

    @Test("of one object has that one alone")
    func one() {
        let mix = CatalogueMix(catalogue: 1, popularity: .zipf(0.8), seed: 1)
        #expect((0..<100).allSatisfy { mix.object(of: $0) == 0 })
        #expect(mix.distinctObjects(requests: 100) == 1)
        #expect(abs(mix.expectedRatio(requests: 100) - 0.99) < 1e-12)
        #expect(mix.expectedRatio(requests: 0) == 0)
    }

    @Test("stays within its catalogue, however large that is")
    func large() {
        let mix = CatalogueMix(catalogue: 1_000_000, popularity: .zipf(0.2), seed: 3)
        #expect((0..<10_000).allSatisfy { (0..<1_000_000).contains(mix.object(of: $0)) })
    }
}

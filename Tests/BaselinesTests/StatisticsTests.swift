import Testing

@testable import Baselines

@Suite("Statistics")
struct StatisticsTests {
    @Test("ten runs and five can be dealt out in 3,003 ways, and the worst of them has the least chance")
    func worst() {
        let test = PermutationTest(reference: (1...10).map(Double.init), candidate: (11...15).map(Double.init))
        #expect(test.p == 1.0 / 3_003)
        #expect(test.arrangements == 3_003)
        #expect(test.isExact)
    }

    @Test("values that are all equal show nothing")
    func equal() {
        #expect(PermutationTest(reference: [2, 2, 2], candidate: [2, 2]).p == 1)
        #expect(PermutationTest(differences: [0, 0, 0, 0]).p == 1)
    }

    @Test("all that tie with the observed arrangement count")
    func ties() {
        // Two of 1, 2, 2, 3 can be chosen in 6 ways; 2 + 3, by either 2, reaches the observed 5.
        #expect(PermutationTest(reference: [1, 2], candidate: [2, 3]).p == 2.0 / 6)
        // Of the 8 ways to sign 1, 1 and 2 three reach the observed 2: 1 + 1 + 2, 1 − 1 + 2 and −1 + 1 + 2.
        #expect(PermutationTest(differences: [1, -1, 2]).p == 3.0 / 8)
    }

    @Test("with more arrangements than can be counted a seeded sample answers, the same each time and near the truth")
    func sampled() {
        var normal = NormalNumbers(seed: 5)
        let reference = (0..<60).map { _ in normal.next() }
        let candidate = (0..<60).map { _ in normal.next() + 0.3 }
        let test = PermutationTest(reference: reference, candidate: candidate)
        #expect(!test.isExact)
        #expect(test == PermutationTest(reference: reference, candidate: candidate))
        #expect(test.p > 0 && test.p < 0.5)
        // Turned about, the chances add up to one, but for what the two samples differ by.
        #expect(abs(PermutationTest(reference: candidate, candidate: reference).p + test.p - 1) < 0.01)
        let differences = zip(candidate, reference).map { $0 - $1 }
        let paired = PermutationTest(differences: differences)
        #expect(!paired.isExact && paired.p < 0.5 && paired.p > 0)
    }

    @Test("forty runs are still counted exactly")
    func large() {
        let test = PermutationTest(reference: (0..<35).map(Double.init), candidate: [35, 36, 37, 38, 39])
        // C(40, 5) = 658,008
        #expect(test.isExact)
        #expect(test.p == 1.0 / 658_008)
    }

    @Test("Holm's adjustment is the one of the paper's step-down rule")
    func holm() {
        // 0.01·4, 0.02·3, 0.03·2 → 0.06 (not below the one before), 0.04·1 → 0.06
        #expect(
            zip(Holm.adjusted([0.03, 0.01, 0.04, 0.02]), [0.06, 0.04, 0.06, 0.06]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(Holm.adjusted([0.9, 0.8]) == [1, 1])
        #expect(Holm.adjusted([]) == [])
    }

    @Test("the interval's ends each miss the true shift in at most 5 of 100 cases")
    func coverage() {
        var normal = NormalNumbers(seed: 21)
        let cut = RankDistribution.differencesCut(reference: 10, candidate: 5, tail: 0.05)
        let pairCut = RankDistribution.averagesCut(pairs: 8, tail: 0.05)
        var missed = (low: 0, high: 0, pairedLow: 0, pairedHigh: 0)
        let cases = 2_000
        for _ in 0..<cases {
            let estimate = ShiftEstimate(
                reference: (0..<10).map { _ in normal.next() }, candidate: (0..<5).map { _ in normal.next() + 0.5 },
                cut: cut)
            if estimate.low.map({ $0 > 0.5 }) ?? true { missed.low += 1 }
            if estimate.high.map({ $0 < 0.5 }) ?? true { missed.high += 1 }
            let paired = ShiftEstimate(differences: (0..<8).map { _ in normal.next() - 1 }, cut: pairCut)
            if paired.low.map({ $0 > -1 }) ?? true { missed.pairedLow += 1 }
            if paired.high.map({ $0 < -1 }) ?? true { missed.pairedHigh += 1 }
        }
        // 5 % of 2,000 are 100; 129 and more of a binomial distribution with that mean have a chance of 0.2 %. The exact
        // levels are 4.96 % and 3.91 %, so fewer than half of the promised misses would be wrong as well.
        for count in [missed.low, missed.high, missed.pairedLow, missed.pairedHigh] { #expect(40...129 ~= count) }
    }

    @Test("so few values that no interval can be had give none")
    func noInterval() {
        #expect(RankDistribution.differencesCut(reference: 3, candidate: 1, tail: 0.05) == 0)
        #expect(RankDistribution.averagesCut(pairs: 4, tail: 0.05) == 0)
        #expect(RankDistribution.averagesCut(pairs: 5, tail: 0.05) == 1)
        #expect(ShiftEstimate(reference: [1, 2, 3], candidate: [2], cut: 0).high == nil)
    }

    @Test("the bounds of rearrangements are where the permutation test's chance crosses the level")
    func criticalShift() throws {
        var normal = NormalNumbers(seed: 31)
        for _ in 0..<5 {
            let candidate = (0..<4).map { _ in normal.next() }
            let reference = (0..<6).map { _ in normal.next() }
            let rearrangements = Rearrangements(reference: 6, candidate: 4)
            #expect(rearrangements.total == 210 && rearrangements.count == 209)
            let allowed = try #require(rearrangements.allowed(level: 0.05))
            let critical = rearrangements.bounds(candidate + reference).sorted(by: >)[allowed]
            func chance(_ shift: Double) -> Double {
                PermutationTest(reference: reference, candidate: candidate.map { $0 + shift }).p
            }
            #expect(chance(critical + 1e-6) < 0.05)
            #expect(chance(critical - 1e-6) >= 0.05)

            let paired = Rearrangements(pairs: 6)
            #expect(paired.total == 64 && paired.count == 63)
            let differences = (0..<6).map { _ in normal.next() }
            let pairedAllowed = try #require(paired.allowed(level: 0.05))
            let pairedCritical = paired.bounds(differences).sorted(by: >)[pairedAllowed]
            #expect(PermutationTest(differences: differences.map { $0 + pairedCritical + 1e-6 }).p < 0.05)
            #expect(PermutationTest(differences: differences.map { $0 + pairedCritical - 1e-6 }).p >= 0.05)
        }
        #expect(Rearrangements(pairs: 4).allowed(level: 0.05) == nil)
    }
}

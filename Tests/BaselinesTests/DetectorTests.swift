import Testing

@testable import Baselines

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Proofs of the detector: simulated runs go through histograms, records and the comparison as real ones do. The seeds are
/// fixed, so each test gives the same counts each time: docs/regression-gate.md has them.
@Suite("The regression detector")
struct DetectorTests {
    private static let settings: ComparisonSettings = {
        var settings = ComparisonSettings()
        // The simulated services are fast, so that their histograms are small.
        settings.floor = 0
        return settings
    }()
    private static let steps = SimulatedRuns.steps.count
    private static let design = ComparisonDesign(
        reference: 10, candidate: 5, isPaired: false, steps: steps, settings: settings, simulations: 400)
    private static let pairedDesign = ComparisonDesign(
        reference: 8, candidate: 8, isPaired: true, steps: steps, settings: settings, simulations: 400)
    /// The step that changes.
    private static let changing = SimulatedRuns.steps[2].name

    private func compare(_ reference: [RunRecord], _ candidate: [RunRecord], isPaired: Bool = false) -> Comparison {
        RunComparison.judge(
            reference, candidate, isPaired: isPaired, reference: "simulated", settings: Self.settings
        ) { _ in isPaired ? Self.pairedDesign : Self.design }
    }

    /// Comparisons, each of 10 runs of a service with 5 of a changed one.
    private func comparisons(
        _ count: Int, of service: SimulatedRuns, seed: UInt64, _ change: (inout SimulatedRuns) -> Void = { _ in }
    ) -> [Comparison] {
        var normal = NormalNumbers(seed: seed)
        var changed = service
        change(&changed)
        return (0..<count).map { _ in compare(service.runs(10, &normal), changed.runs(5, &normal)) }
    }

    private func count(_ comparisons: [Comparison], _ verdict: Comparison.Verdict) -> Int {
        comparisons.count { $0.verdict == verdict }
    }

    private func measure(_ name: String, of comparison: Comparison) -> Comparison.Measure? {
        comparison.steps[Self.changing]?.first { $0.name == name }
    }

    /// The standard deviation of a run's ln p95 of the changing step, from many runs.
    private func spread(betweenRuns: Double) -> Double {
        var normal = NormalNumbers(seed: 77)
        let values = SimulatedRuns(betweenRuns: betweenRuns).runs(300, &normal).compactMap { run in
            run[Self.changing]?.p95.map { log($0) }
        }
        return (values.squaredDeviations / Double(values.count - 1)).squareRoot()
    }

    @Test("of 400 comparisons of a service with itself at most 31 are false alarms, however much its runs differ")
    func falseAlarms() {
        let quiet = comparisons(134, of: SimulatedRuns(betweenRuns: 0.02), seed: 101)
        let usual = comparisons(133, of: SimulatedRuns(betweenRuns: 0.05), seed: 102)
        let noisy = comparisons(133, of: SimulatedRuns(betweenRuns: 0.15), seed: 103)
        #expect(count(quiet + usual + noisy, .regression) <= 31)
        // Where runs hardly differ it must also be able to say so.
        #expect(count(quiet, .pass) > 80)
    }

    @Test("a slower step is found with the predicted power", arguments: [(1.10, 120), (1.25, 40), (2.0, 20)])
    func power(factor: Double, number: Int) throws {
        let all = comparisons(number, of: SimulatedRuns(betweenRuns: 0.05), seed: UInt64(factor * 1_000)) {
            $0.factor = factor
        }
        let found = all.count { measure("p95", of: $0)?.verdict == .regression }
        let predicted = try #require(Self.design.gating).chance(
            of: log(factor), spread: spread(betweenRuns: 0.05), threshold: log1p(Self.settings.tolerance))
        let error = (predicted * (1 - predicted) / Double(number)).squareRoot()
        #expect(abs(Double(found) / Double(number) - predicted) <= 3 * error + 0.02)
        // The same prediction, from the spread of 15 runs alone, stands in each comparison.
        let detectable = all.compactMap { measure("p95", of: $0)?.smallestDetectable }.sorted()
        #expect(detectable.count == number)
        let true80 = try #require(Self.design.gating).smallest(
            spread: spread(betweenRuns: 0.05), threshold: log1p(Self.settings.tolerance))
        #expect(abs(log(detectable.medianOfSorted) - true80) < 0.01)
    }

    @Test("a service that got faster, or slower by less than the tolerance, is not flagged")
    func harmless() {
        let faster = comparisons(30, of: .quiet, seed: 301) { $0.factor = 0.9 }
        let slightly = comparisons(30, of: .quiet, seed: 302) { $0.factor = 1.02 }
        #expect(count(faster, .pass) == 30)
        #expect(count(slightly, .regression) == 0)
    }

    @Test("one run of five that was three times as slow is not flagged, but named")
    func outlier() {
        var normal = NormalNumbers(seed: 303)
        let service = SimulatedRuns.quiet
        let all = (0..<30).map { _ in
            compare(service.runs(10, &normal), service.runs(4, &normal) + [service.run(&normal, speed: 3)])
        }
        #expect(count(all, .regression) == 0)
        #expect(all.allSatisfy { $0.notes?.contains { $0.contains("p95 of new run 5") } ?? false })
    }

    @Test("1.5 % of requests delayed show in p99 only")
    func delayedRequests() {
        let all = comparisons(30, of: .quiet, seed: 304) {
            $0.delayedShare = 0.015
            $0.delay = 0.5
        }
        let (median, primary, tail) = (
            all.count { measure("p50", of: $0)?.verdict == .regression },
            all.count { measure("p95", of: $0)?.verdict == .regression },
            all.count { measure("p99", of: $0)?.verdict == .regression }
        )
        #expect(tail == 30)
        #expect(median == 0 && primary == 0 && count(all, .regression) == 0)
    }

    @Test("pairs see through a machine that slows down meanwhile")
    func pairs() throws {
        var normal = NormalNumbers(seed: 305)
        let service = SimulatedRuns(betweenRuns: 0.03)
        var changed = service
        changed.factor = 1.1
        var (same, slower): ([Comparison], [Comparison]) = ([], [])
        for index in 0..<60 {
            // The machine gets slower by a third from the first pair to the last.
            let speeds = (0..<8).map { 1 + Double($0) / 21 }
            let reference = speeds.map { service.run(&normal, speed: $0) }
            let candidate = speeds.map { (index < 30 ? service : changed).run(&normal, speed: $0) }
            let comparison = compare(reference, candidate, isPaired: true)
            if index < 30 { same.append(comparison) } else { slower.append(comparison) }
        }
        #expect(count(same, .regression) <= 4)
        let spread = spread(betweenRuns: 0.03) * 2.0.squareRoot()
        let predicted = try #require(Self.pairedDesign.gating).chance(
            of: log(1.1), spread: spread, threshold: log1p(Self.settings.tolerance))
        let error = (predicted * (1 - predicted) / 30).squareRoot()
        #expect(abs(Double(count(slower, .regression)) / 30 - predicted) <= 3 * error + 0.02)
    }
}

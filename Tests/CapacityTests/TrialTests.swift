import Foundation
import Testing

@testable import Capacity

@Suite("What a trial shows") struct TrialTests {
    /// Seconds of 100 independent events each, fed until something is shown or 200 are over; looked at in each, later in every tenth.
    private func decision(share: Double, allowed: Double, seed: UInt64) -> (ShareTest.Decision, seconds: Int) {
        var random = SplitMix(state: seed)
        var test = ShareTest(allowed: allowed, error: 0.05)
        for second in 1...200 {
            let bad = (0..<100).count { _ in random.unit() <= share }
            test.feed(bad: UInt64(bad), of: 100)
            if second < 20 || second.isMultiple(of: 10), test.decision != .open { return (test.decision, second) }
        }
        return (.open, 200)
    }

    @Test("at the very share that is allowed, looked at again and again, it errs in fewer than 5 % of 200 sequences")
    func error() {
        let shown = (0..<200).count { decision(share: 0.05, allowed: 0.05, seed: UInt64($0) + 1).0 != .open }
        // 5 % of 200 are 10.
        #expect(shown <= 10)
    }

    @Test("shares far away are decided soon, on the right side, and near ones late or not at all") func speed() {
        for seed in UInt64(1)...20 {
            let rare = decision(share: 0.005, allowed: 0.05, seed: seed)
            #expect(rare.0 == .rarer)
            #expect(rare.seconds <= 15)
            let frequent = decision(share: 0.3, allowed: 0.05, seed: seed)
            #expect(frequent.0 == .moreFrequent)
            #expect(frequent.seconds <= 8)
            #expect(decision(share: 0.052, allowed: 0.05, seed: seed).0 != .rarer)
        }
    }

    @Test("seconds that are all good or all bad count as few events, however many they hold") func dispersion() {
        var test = ShareTest(allowed: 0.05, error: 0.05)
        // One second in ten is wholly bad: 10 % of 4,000 events, but of ten seconds one.
        for second in 0..<10 { test.feed(bad: second == 4 ? 400 : 0, of: 400) }
        #expect(test.dispersion > 300)
        #expect(test.decision == .open)
    }

    @Test("nothing shows anything") func empty() {
        var test = ShareTest(allowed: 0.05, error: 0.05)
        #expect(test.decision == .open)
        #expect(test.share == nil)
        test.feed(bad: 0, of: 0)
        #expect(test.decision == .open)
    }

    @Test("where nothing may be bad, one event is enough, and no number of good ones") func strict() {
        var test = ShareTest(allowed: 0, error: 0.05)
        test.feed(bad: 0, of: 1_000_000)
        #expect(test.decision == .open)
        test.feed(bad: 1, of: 1)
        #expect(test.decision == .moreFrequent)
    }

    @Test("a queue that grows by 5 % of what arrives is seen, one that comes and goes is not") func growth() {
        var test = GrowthTest()
        test.feed(arrived: 0, underWay: 4)
        for second in 1...6 { test.feed(arrived: 400, underWay: 4 + 20 * second + second % 3) }
        #expect(test.isShown)
        #expect(test.isPossible)
        var steady = GrowthTest()
        for second in 0..<30 { steady.feed(arrived: 400, underWay: [4, 40, 12, 7, 60][second % 5]) }
        #expect(!steady.isShown)
        #expect(!steady.isPossible)
    }

    @Test("a trial is held only when every objective is shown to hold and nothing grows") func watch() {
        let good = TrialSecond.Events(bad: 0, total: 1_000)
        var watch = TrialWatch([.share(allowed: 0.05), .count(atMost: 0)], error: 0.05)
        watch.begin(underWay: 3)
        // What is judged at the end keeps it from ending early.
        for _ in 0..<5 { #expect(watch.feed(TrialSecond(arrived: 1_000, underWay: 3, events: [good, good])) == nil) }
        #expect(watch.verdict(findings: [.open, .held]) == .held)
        #expect(watch.verdict(findings: [.open, .open]) == .undecided(.objective(1), leansBroken: nil))
        var one = TrialWatch([.share(allowed: 0.05)], error: 0.05)
        one.begin(underWay: 3)
        #expect(one.feed(TrialSecond(arrived: 1_000, underWay: 3, events: [good])) == nil)
        #expect(one.feed(TrialSecond(arrived: 1_000, underWay: 3, events: [good])) == nil)
        #expect(one.feed(TrialSecond(arrived: 1_000, underWay: 3, events: [good])) == .held)
    }

    @Test("one error ends a trial of a load that may have none") func errors() {
        var watch = TrialWatch([.share(allowed: 0.05), .count(atMost: 0)], error: 0.05)
        watch.begin(underWay: 0)
        let second = TrialSecond(
            arrived: 10, underWay: 0, events: [.init(bad: 0, total: 10), .init(bad: 1, total: 10)])
        #expect(watch.feed(second) == .broken(.objective(1)))
    }

    @Test("a trial that goes on to its end is not held for lack of time, nor broken by a few") func full() {
        var watch = TrialWatch([.share(allowed: 0.05)], error: 0.05, isEarly: false)
        watch.begin(underWay: 0)
        for _ in 0..<10 {
            #expect(
                watch.feed(TrialSecond(arrived: 1_000, underWay: 0, events: [.init(bad: 200, total: 1_000)])) == nil)
        }
        #expect(watch.verdict(findings: [.open]) == .broken(.objective(0)))
    }
}

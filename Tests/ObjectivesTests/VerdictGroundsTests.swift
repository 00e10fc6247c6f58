import Measures
import Scenarios
import Testing

@testable import Objectives
@testable import VerificationKit

@Suite("What a verdict is decided by") struct VerdictGroundsTests {
    /// One row of the table: the grounds in words, the grounds, and what they come to.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var grounds: VerdictGrounds
        var verdict: Verdict

        init(_ words: String, _ verdict: Verdict, _ grounds: VerdictGrounds) {
            testDescription = "\(words): \(verdict.rawValue)"
            self.grounds = grounds
            self.verdict = verdict
        }
    }

    private static let rows: [Row] = [
        Row("a load and nothing asked of it", .pass, .init(load: .someGood)),
        Row("nothing sent and nothing asked", .noData, .init()),
        Row("only advisory findings, nothing sent", .noData, .init(verifications: [.init(.pass, .advisory)])),
        Row("objectives that hold", .pass, .init(objectives: [.init(.pass), .init(.pass)], load: .someGood)),
        Row("a hard objective fails", .fail, .init(objectives: [.init(.pass), .init(.fail)], load: .someGood)),
        Row(
            "an advisory objective fails", .pass,
            .init(objectives: [.init(.pass), .init(.fail, .advisory)], load: .someGood)),
        Row("a hard objective is open", .inconclusive, .init(objectives: [.init(.inconclusive)], load: .someGood)),
        Row("a hard objective has no data", .noData, .init(objectives: [.init(.noData)], load: .someGood)),
        Row(
            "no data weighs more than inconclusive", .noData,
            .init(objectives: [.init(.inconclusive), .init(.noData)], load: .someGood)),
        Row("a hard verification fails", .fail, .init(verifications: [.init(.fail)])),
        Row("a hard verification holds, nothing sent", .pass, .init(verifications: [.init(.pass)])),
        Row(
            "an advisory verification fails beside a load", .pass,
            .init(verifications: [.init(.fail, .advisory)], load: .someGood)),
        Row(
            "a hard verification fails beside objectives that hold", .fail,
            .init(objectives: [.init(.pass)], verifications: [.init(.fail)], load: .someGood)),
        Row("invalid by the audit", .invalid, .init(objectives: [.init(.pass)], isInvalid: true, load: .someGood)),
        Row("invalid by the audit, nothing asked", .invalid, .init(isInvalid: true, load: .someGood)),
        Row(
            "the target broke a limit whatever the generator did", .fail,
            .init(objectives: [.init(.fail)], isInvalid: true, load: .someGood)),
        Row(
            "invalid weighs more than no data", .invalid,
            .init(objectives: [.init(.noData)], isInvalid: true, load: .someGood)),
        Row("nothing good", .fail, .init(load: .nothingGood)),
        Row("nothing good, though what was asked holds", .fail, .init(objectives: [.init(.pass)], load: .nothingGood)),
        Row("nothing good, and the generator to blame", .invalid, .init(isInvalid: true, load: .nothingGood)),
        Row("nothing measured", .noData, .init(load: .nothingMeasured)),
        Row(
            "nothing measured, though a verification holds", .noData,
            .init(verifications: [.init(.pass)], load: .nothingMeasured)),
        Row("interrupted, what was asked holds so far", .inconclusive, .partial([.init(.pass)])),
        Row("interrupted, nothing asked", .inconclusive, .partial([])),
        Row("interrupted after a limit was broken, or aborted by it", .fail, .partial([.init(.fail)])),
        Row("interrupted without data", .noData, .partial([.init(.noData)])),
        Row("interrupted and invalid", .invalid, .init(isInvalid: true, load: .someGood, isPartial: true)),
        Row("interrupted before anything was sent, nothing asked", .noData, .init(isPartial: true)),
        Row("interrupted, nothing good", .fail, .init(load: .nothingGood, isPartial: true)),
        Row("a gate whose runs pass and that is no slower", .pass, .init(runs: [.pass, .pass], comparison: .pass)),
        Row("a gate that got slower", .fail, .init(runs: [.pass, .pass], comparison: .fail)),
        Row("a gate that can't tell", .inconclusive, .init(runs: [.pass, .pass], comparison: .inconclusive)),
        Row("a gate with a failed run", .fail, .init(runs: [.pass, .fail], comparison: .pass)),
        Row("a gate with a run that shows too little", .inconclusive, .init(runs: [.inconclusive], comparison: .pass)),
    ]

    @Test("Each kind of grounds comes to its verdict", arguments: rows)
    func table(row: Row) {
        #expect(row.grounds.verdict == row.verdict)
    }

    @Test("No grounds are made better by one more finding that counts, a broken audit, or an early end")
    func worsening() {
        // 5 × 4 × 2 × 2 = 80 grounds, each made worse in 7 ways.
        for verdict in Verdict.allCases {
            for load in VerdictGrounds.Load.allCases where load != .notSent {
                for (isInvalid, isPartial) in [(false, false), (false, true), (true, false), (true, true)] {
                    let grounds = VerdictGrounds(
                        objectives: [.init(verdict)], isInvalid: isInvalid, load: load, isPartial: isPartial)
                    // A broken audit excuses a run without a good exchange: the one thing that it makes better.
                    var worse = verdict == .fail || load != .nothingGood ? [grounds.with { $0.isInvalid = true }] : []
                    worse.append(grounds.with { $0.isPartial = true })
                    worse += Verdict.allCases.map { more in grounds.with { $0.verifications.append(.init(more)) } }
                    for other in worse { #expect(other.verdict.gravity >= grounds.verdict.gravity) }
                    let shown = grounds.with { $0.objectives.append(.init(.fail, .advisory)) }
                    #expect(shown.verdict == grounds.verdict)
                }
            }
        }
    }

    @Test("What a load brought is read off its measured exchanges; what the end cut off is neither good nor bad")
    func load() {
        func load(_ outcomes: [Outcome], reactors: Int = 1) -> VerdictGrounds.Load {
            var measurement = RunMeasurement(steps: 2, flows: 1, reactors: reactors)
            var tally = StepTally()
            for outcome in outcomes { tally.outcomes.count(outcome) }
            measurement.total.steps[1] = tally
            return VerdictGrounds.Load(measurement)
        }
        #expect(load([], reactors: 0) == .notSent)
        #expect(load([]) == .nothingMeasured)
        #expect(load([.unfinished]) == .nothingMeasured)
        #expect(load([.http5xx, .unfinished]) == .nothingGood)
        #expect(load([.http5xx, .ok]) == .someGood)
    }
}

extension VerdictGrounds {
    fileprivate static func partial(_ objectives: [Finding]) -> VerdictGrounds {
        VerdictGrounds(objectives: objectives, load: .someGood, isPartial: true)
    }

    fileprivate func with(_ change: (inout VerdictGrounds) -> Void) -> VerdictGrounds {
        var grounds = self
        change(&grounds)
        return grounds
    }
}

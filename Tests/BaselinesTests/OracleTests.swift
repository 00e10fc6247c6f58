import Foundation
import Measures
import TestSupport
import Testing

@testable import Baselines

/// The same cases given to SciPy.
private struct Oracle: Decodable {
    struct Answer: Decodable {
        var p: Double
        var shift: Double
        var low: Double?
        var high: Double?
    }

    var groups: [Answer]
    var pairs: [Answer]
    var ranks: [[Double]]
}

private struct Cases: Encodable {
    var groups: [[[Double]]] = []
    var pairs: [[Double]] = []
    var sizes: [[Int]] = []
    var tail = 0.05

    func answers() throws -> Oracle {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("cases.json")
        try JSONEncoder().encode(self).write(to: file)
        let script = Binary.package.appendingPathComponent("Tests/BaselinesTests/oracle.py").path
        let result = try Binary.shell(
            "'\(try Python.path(importing: "scipy"))' '\(script)' '\(file.path)'")
        guard result.code == 0 else { throw TestFailure(result.errors) }
        return try JSONDecoder().decode(Oracle.self, from: Data(result.output.utf8))
    }
}

@Suite("Statistics beside SciPy")
struct OracleTests {
    /// Values to three decimals, as runs have them; every other case from a coarse grid, so that values tie.
    private func values(_ count: Int, tied: Bool, shift: Double, _ random: inout SeededRandom) -> [Double] {
        (0..<count).map { _ in
            let value = Double(random.below(5_000)) / 1_000 + shift
            return tied ? (value * 2).rounded() / 2 : (value * 1_000).rounded() / 1_000
        }
    }

    @Test("tests, estimates and intervals are those of SciPy")
    func agree() throws {
        var random = SeededRandom(seed: 11)
        var cases = Cases()
        while cases.groups.count < 140 {
            let (n, m) = (3 + Int(random.below(8)), 3 + Int(random.below(8)))
            // SciPy counts one by one: of the largest, with up to 184,756 arrangements, there are a few.
            if n + m > 14, cases.groups.count > 4 { continue }
            let tied = cases.groups.count.isMultiple(of: 2)
            let reference = values(n, tied: tied, shift: 0, &random)
            let candidate = values(m, tied: tied, shift: 1, &random)
            // Where the means are equal, SciPy's rounding decides what counts as reaching a difference of zero.
            if abs(reference.mean - candidate.mean) > 1e-6 { cases.groups.append([reference, candidate]) }
        }
        while cases.pairs.count < 60 {
            let tied = cases.pairs.count.isMultiple(of: 2)
            let differences = values(
                3 + Int(random.below(8)), tied: tied, shift: -1.7, &random)
            if abs(differences.mean) > 1e-6, !differences.contains(0) { cases.pairs.append(differences) }
        }
        cases.sizes = [[3, 3], [10, 5], [5, 10], [7, 6], [1, 4]]
        let oracle = try cases.answers()

        for (groups, answer) in zip(cases.groups, oracle.groups) {
            let (reference, candidate) = (groups[0], groups[1])
            let test = PermutationTest(reference: reference, candidate: candidate)
            #expect(test.isExact)
            #expect(abs(test.p - answer.p) < 1e-9, "\(groups)")
            let cut = RankDistribution.differencesCut(
                reference: reference.count, candidate: candidate.count, tail: cases.tail)
            let estimate = ShiftEstimate(reference: reference, candidate: candidate, cut: cut)
            #expect(abs(estimate.shift - answer.shift) < 1e-9)
            if Set(reference + candidate).count == reference.count + candidate.count {
                #expect(isEqual(estimate.low, answer.low), "\(groups)")
                #expect(isEqual(estimate.high, answer.high), "\(groups)")
            }
        }
        for (differences, answer) in zip(cases.pairs, oracle.pairs) {
            let test = PermutationTest(differences: differences)
            #expect(abs(test.p - answer.p) < 1e-9, "\(differences)")
            let cut = RankDistribution.averagesCut(pairs: differences.count, tail: cases.tail)
            let estimate = ShiftEstimate(differences: differences, cut: cut)
            #expect(abs(estimate.shift - answer.shift) < 1e-9)
            if Set(differences.map(abs)).count == differences.count {
                #expect(isEqual(estimate.low, answer.low), "\(differences)")
                #expect(isEqual(estimate.high, answer.high), "\(differences)")
            }
        }
        for (sizes, chances) in zip(cases.sizes, oracle.ranks) {
            var sum = 0.0
            let cumulated = RankDistribution.mannWhitney(sizes[0], sizes[1]).map { chance -> Double in
                sum += chance
                return sum
            }
            #expect(cumulated.count == chances.count)
            #expect(zip(cumulated, chances).allSatisfy { abs($0 - $1) < 1e-9 }, "\(sizes)")
        }
    }

    private func isEqual(_ one: Double?, _ other: Double?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return abs(one - other) < 1e-9
    }
}

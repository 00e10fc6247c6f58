import Baselines
import Foundation
import Testing

@Suite("Comparison")
struct ComparisonTests {
    @Test("is written with the names that reports and scripts read")
    func keys() throws {
        let measure = Comparison.Measure(
            name: "p95", of: "response_time", unit: .milliseconds, gates: true, verdict: .regression, reference: 2,
            candidate: 3,
            ratio: 1.5, low: 1.4, high: 1.6, p: 0.001, adjustedP: 0.002, smallestDetectable: 1.1)
        let comparison = Comparison(
            verdict: .regression, reference: "baselines/a.json", referenceRuns: 10, candidateRuns: 5, paired: false,
            alpha: 0.05, tolerance: 0.05, floor: 1, steps: ["show": [measure]])
        let object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(comparison)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "verdict", "reference", "reference_runs", "candidate_runs", "paired", "alpha", "tolerance", "floor_ms",
                "steps",
            ])
        #expect(try JSONDecoder().decode(Comparison.self, from: JSONEncoder().encode(comparison)) == comparison)
    }
}

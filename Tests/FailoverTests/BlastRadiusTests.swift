import Failover
import Measures
import Scenarios
import Testing

@Suite("The blast radius of a drill") struct BlastRadiusTests {
    /// Steps 0 and 1 are of flow 0, step 2 is of flow 1.
    private func radius(outage: Duration? = nil, errors: Double? = nil) -> BlastRadius {
        BlastRadius(DrillLimits(outage: outage, errors: errors), flows: [0, 0, 1])
    }

    private func attempt(
        _ intended: Double, step: UInt16 = 0, _ outcome: Outcome = .ok, took: Double = 0.01, isStalled: Bool = false
    ) -> Attempt {
        Attempt(
            step: step, intended: Self.at(intended), sent: Self.at(intended), finished: Self.at(intended + took),
            outcome: outcome, isStalled: isStalled)
    }

    private static func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test("An outage counts from the first failed attempt, in its own flow, and ends with a success sent after it")
    func outage() {
        var radius = radius(outage: .seconds(2))
        radius.take([attempt(0), attempt(1, .refused), attempt(1.5, step: 2)])
        #expect(radius.breach(at: Self.at(3)) == nil)
        // The other flow's success changes nothing, nor does one that was sent before the failure.
        radius.take([attempt(2.9, step: 2), attempt(0.5, took: 2.5)])
        #expect(radius.breach(at: Self.at(3.1)) == "limits.outage: no success for 2.1 s")
        radius.take([attempt(3.2, step: 1)])
        #expect(radius.breach(at: Self.at(9)) == nil)
    }

    @Test("A failure that ends after a later success is over") func late() {
        var radius = radius(outage: .seconds(2))
        radius.take([attempt(2), attempt(1, .responseTimeout, took: 5)])
        #expect(radius.breach(at: Self.at(60)) == nil)
    }

    @Test("What a stall of this process touched, and what was cut off, is no outage") func neutral() {
        var radius = radius(outage: .seconds(1))
        radius.take([
            attempt(1, .responseTimeout, isStalled: true), attempt(1, .unfinished), attempt(1, .notSent),
        ])
        #expect(radius.breach(at: Self.at(60)) == nil)
    }

    @Test("The share of errors must be shown to lie beyond its limit") func errors() {
        var radius = radius(errors: 0.2)
        // 1 of 1 shows a share of 5 % at least: 0.05^(1/1).
        radius.take([attempt(1, .http5xx)])
        #expect(radius.breach(at: Self.at(2)) == nil)
        // 20 of 100 are 20 %, and no more.
        radius.take((0..<80).map { _ in attempt(2) } + (0..<19).map { _ in attempt(2, .http5xx) })
        #expect(radius.breach(at: Self.at(3)) == nil)
        radius.take((0..<40).map { _ in attempt(3, .http5xx) })
        let text = radius.breach(at: Self.at(4))
        // 60 of 140.
        #expect(text == "limits.errors: 42.9 % of 140 exchanges failed since the first fault")
    }

    @Test("Without limits nothing is passed") func none() {
        var radius = radius()
        radius.take((0..<500).map { attempt(Double($0), .refused) })
        #expect(radius.breach(at: Self.at(1_000)) == nil)
    }
}

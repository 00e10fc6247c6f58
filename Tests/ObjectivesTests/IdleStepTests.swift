import Measures
import Scenarios
import Testing

@testable import Objectives

@Suite("Steps that never ran") struct IdleStepTests {
    /// A run in which `list` (0) had exchanges, and what became of the iterations of `browse` and `estimate`.
    private func measurement(_ change: (inout Interval) -> Void) -> RunMeasurement {
        var measurement = Fixtures.measurement(Fixtures.outcomes(bad: 0, of: 100))
        change(&measurement.total)
        return measurement
    }

    private func idle(_ change: (inout Interval) -> Void) -> [IdleStep] {
        IdleStep.all(in: Fixtures.scenario, measurement(change))
    }

    @Test("The reason is what became of the flow's iterations")
    func reasons() {
        let never = "no iteration of its flow was begun"
        // `list` ran; `show` comes behind it; `estimate` and `send` are of a flow that nobody began.
        let givenUp = idle {
            $0.iterationCounts[0].begun = 1_000
            $0.iterationCounts[0][.missingValue] = 1_000
        }
        #expect(
            givenUp == [
                IdleStep(step: 1, reason: "1,000 iterations of its flow were given up before it"),
                IdleStep(step: 2, reason: never), IdleStep(step: 3, reason: never),
            ])
        let cut = idle {
            $0.iterationCounts[0].begun = 10
            $0.iterationCounts[0][.failedLogin] = 4
        }
        #expect(cut[0].reason == "10 iterations of its flow did not come to it, 4 were given up")
        let skipped = idle {
            $0.iterationCounts[0].begun = 1
            var times = LatencyHistogram()
            times.record(Fixtures.ms(1))
            $0.iterationTimes[0] = times
        }
        #expect(skipped[0].reason == "its condition held in none of 1 iteration")
    }

    @Test("A step whose only exchange was cut off or could not be sent did run; without a load none is idle")
    func hasRun() {
        for outcome in [Outcome.unfinished, .notSent] {
            let steps = idle { interval in
                var tally = StepTally()
                tally.outcomes.count(outcome)
                interval.steps[1] = tally
            }
            #expect(steps.map(\.step) == [2, 3])
        }
        var nothing = RunMeasurement(steps: 4, flows: 2, reactors: 0)
        nothing.measured = .zero
        #expect(IdleStep.all(in: Fixtures.scenario, nothing) == [])
    }

    @Test("Objectives say which of their steps never ran; those that are about others, or no steps, say nothing")
    func notes() {
        func note(_ measure: Objective.Measure, of selector: Objective.Selector? = nil) -> String? {
            let measurement = measurement {
                $0.iterationCounts[0].begun = 2
                $0.iterationCounts[0][.missingValue] = 2
            }
            let objective = Fixtures.objective(.count, measure, of: selector, .less(1_000))
            let finding = ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
            return IdleStep.noted([finding], Fixtures.scenario, measurement)[0].note
        }
        let reason = "(2 iterations of its flow were given up before it)"
        #expect(note(.errors, of: .name("browse")) == "never ran: \"show\" \(reason)")
        #expect(note(.errors) == "never ran: \"show\", \"estimate\", \"send\" \(reason)")
        #expect(note(.errors, of: .name("show")) == "there was no exchange; never ran: \"show\" \(reason)")
        #expect(note(.errors, of: .name("list")) == nil)
        #expect(note(.dropped) == nil)
    }
}

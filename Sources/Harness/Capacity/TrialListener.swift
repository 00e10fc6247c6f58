import Capacity
import Generator
import Measures
import NIOConcurrencyHelpers
import Objectives
import Reports
import Scenarios

/// Follows a trial second by second, and says when its rate is decided; shows it like any run.
final class TrialListener: RunListener {
    private struct State {
        var watch: TrialWatch
        var begun = false
        var underWay = 0
        var verdict: TrialWatch.Verdict?
    }

    private let state: NIOLockedValueBox<State>
    private let events: [ObjectiveEvents]
    private let shown: any RunListener

    init(_ trial: CapacityTrial, plan: CapacityPlan, shown: any RunListener) {
        events = plan.events
        self.shown = shown
        state = NIOLockedValueBox(
            State(
                watch: TrialWatch(
                    plan.events.map(\.criterion), error: plan.settings.error, shortest: plan.settings.shortest,
                    isEarly: trial.isEarly)))
    }

    /// Takes the next second; true where the rate is decided, once.
    func takes(_ second: LoadRun.Second) -> Bool {
        state.withLockedValue { state in
            guard second.isMeasured else {
                state.underWay = second.interval.users
                return false
            }
            guard state.verdict == nil else { return false }
            if !state.begun {
                state.begun = true
                state.watch.begin(underWay: state.underWay)
            }
            state.verdict = state.watch.feed(
                TrialSecond(
                    arrived: second.interval.started + second.interval.dropped, underWay: second.interval.users,
                    events: events.map { $0.events(of: second.interval) }))
            return state.verdict != nil
        }
    }

    /// What the trial comes to.
    ///
    /// - Parameter findings: For each of the search's objectives what the whole trial comes to.
    func verdict(findings: [TrialWatch.Finding]) -> TrialWatch.Verdict {
        state.withLockedValue { $0.verdict ?? $0.watch.verdict(findings: findings) }
    }

    /// What each objective showed.
    var points: [CapacityFit.Point?] { state.withLockedValue { $0.watch.points } }

    // MARK: As any run is shown

    func willRun(_ scenario: Scenario, segments: Int) { shown.willRun(scenario, segments: segments) }
    func problem(_ message: String) { shown.problem(message) }
    func note(_ message: String) { shown.note(message) }
    func loadBegins() { shown.loadBegins() }
    func measured(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch) {
        shown.measured(second, line, watch: watch)
    }
    func read(_ sample: ProbeSample, of probe: String) { shown.read(sample, of: probe) }
    func loadStops() { shown.loadStops() }
    func loadEnded() { shown.loadEnded() }
}

import Generator
import Measures
import Reports
import Scenarios
import Synchronization
import Verification

/// Follows a run second by second: writes its progress, watches its objectives, shows its state.
final class RunObserver: Sendable {
    fileprivate struct State: ~Copyable {
        var log: ProgressLog?
        var watch: ObjectiveWatch
        var totals: ProgressLine.Totals?
        var endedServices: [String] = []
    }

    private let state: Mutex<State>
    private let view: LiveView?
    private let stages: [Stage]

    init(scenario: Scenario, log: consuming sending ProgressLog, view: LiveView?) {
        state = Mutex(State(log: log, watch: ObjectiveWatch(scenario)))
        self.view = view
        stages = scenario.load
    }

    /// Takes the next second; gives the objective that has to end the run.
    func observe(_ second: LoadRun.Second) -> Objective? {
        state.withLock { state in
            let line = ProgressLine(
                second: second.number, measured: second.isMeasured, stage: second.stage.map(shown),
                interval: second.interval, before: state.totals)
            state.totals = line.total
            state.write(line)
            let elapsed = Span(nanoseconds: Int64(second.number + 1) * 1_000_000_000)
            view?.show(LiveLine(elapsed: elapsed, total: second.planned, line: line))
            return second.isMeasured ? state.watch.feed(second.interval) : nil
        }
    }

    /// A service ended by itself.
    func serviceEnded(_ text: String) {
        state.withLock { $0.endedServices.append(text) }
        view?.clear()
        Console.note("loadgate: \(text)")
    }

    /// What services ended by themselves, in words.
    var endedServices: [String] { state.withLock { $0.endedServices } }

    /// Judges the whole run.
    func judge(_ scenario: Scenario, _ measurement: RunMeasurement) -> RunJudgement {
        state.withLock { RunJudgement(scenario: scenario, measurement: measurement, watch: $0.watch) }
    }

    private func shown(stage: Int) -> String {
        let course =
            switch stages[stage] {
            case .arrivals(let stage): Self.rate(stage)
            case .users(let stage): stage.from == stage.to ? "\(stage.to) users" : "\(stage.from) to \(stage.to) users"
            case .iterations(let stage): "\(stage.iterations) iterations"
            }
        return "\(stage + 1)/\(stages.count) \(course)\(stages[stage].isWarmup ? " warm-up" : "")"
    }

    private static func rate(_ stage: ArrivalStage) -> String {
        let to = Figure.short(stage.to, decimals: 1)
        return stage.from == stage.to ? "\(to)/s" : "\(Figure.short(stage.from, decimals: 1)) to \(to)/s"
    }
}

extension RunObserver.State {
    /// A full disk costs the rest of the progress, not the run.
    fileprivate mutating func write(_ line: ProgressLine) {
        guard log != nil else { return }
        do {
            try log?.append(line)
        } catch {
            log = nil
            Console.note("loadgate: \(error): the run goes on without progress.jsonl")
        }
    }
}

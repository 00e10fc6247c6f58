import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import Objectives
import Push
import Reports
import Scenarios
import VerificationKit

/// Follows a run second by second: writes its progress, watches its objectives, shows its state.
///
/// `@unchecked Sendable`: `observe` is called in order on one queue, `begin` before and `judge` after all of its calls;
/// only services end at any time, and those are behind a lock.
final class RunObserver: @unchecked Sendable {
    private var log: ProgressLog?
    private var watch: ObjectiveWatch
    private var totals: ProgressLine.Totals?
    private let services = NIOLockedValueBox<[String]>([])
    private let listener: any RunListener
    private let metrics: MetricsServer?
    private let push: PushSession?
    private let secrets: Secrets
    private let loads: [Load]

    init(
        scenario: Scenario, listener: any RunListener, metrics: MetricsServer? = nil, push: PushSession? = nil
    ) {
        watch = ObjectiveWatch(scenario)
        self.listener = listener
        self.metrics = metrics
        self.push = push
        secrets = scenario.secrets
        loads = scenario.loads
    }

    /// The load is about to begin, at an instant of the wall clock; its log gets this header.
    func begin(path: String, header: ProgressHeader, started: Date) throws {
        log = try ProgressLog(path: path, header: header)
        metrics?.begin(header)
        push?.begin(header, started: started)
        listener.loadBegins()
    }

    /// Takes the next second; gives the objective that has to end the run.
    ///
    /// - Parameter probes: The last number of each probe.
    func observe(_ second: LoadRun.Second, probes: [String: Double]) -> Objective? {
        var line = ProgressLine(
            second: second.number, measured: second.isMeasured, stage: shown(second.loads),
            interval: second.interval, before: totals, load: second.load, loads: lines(of: second), probes: probes,
            process: Self.usage)
        let names = loads.compactMap(\.name)
        if !second.changes.isEmpty { line.changes = second.changes.map { ChangeResult($0, loads: names) } }
        totals = line.total
        write(line)
        metrics?.take(second, probes: probes)
        push?.take(second.interval, number: second.number, load: second.load, probes: probes)
        let broken = second.isMeasured ? watch.feed(second.interval, loads: second.loads.map(\.isMeasured)) : nil
        listener.measured(second, line, watch: watch)
        return broken
    }

    /// A service ended by itself.
    func serviceEnded(_ text: String) {
        services.withLockedValue { $0.append(text) }
        listener.problem(text)
    }

    /// What services ended by themselves, in words.
    var endedServices: [String] { services.withLockedValue { $0 } }

    /// The load is over.
    ///
    /// - Parameter stoppedBy: Why another process that shares the load had it end.
    func loadEnded(_ measurement: RunMeasurement, stoppedBy: PeerStop? = nil) {
        listener.loadEnded()
        metrics?.endLoad()
        push?.endLoad()
        write(end: ProgressEnd(measurement, stoppedBy: stoppedBy, redact: secrets.redact))
    }

    /// A signal asks for the run's end.
    func interrupted() { listener.loadStops() }

    /// Takes a sample of a probe.
    func take(_ sample: ProbeSample, of probe: String) { listener.read(sample, of: probe) }

    /// Judges the whole run.
    func judge(
        _ scenario: Scenario, _ measurement: RunMeasurement, _ probes: [ProbeSeries],
        _ verifications: [VerificationReport], drill: DrillFindings? = nil
    ) -> RunJudgement {
        RunJudgement(
            scenario: scenario, measurement: measurement, watch: watch, probes: probes, verifications: verifications,
            endedServices: endedServices, drill: drill)
    }

    /// A full disk costs the rest of the progress, not the run.
    private func write(_ line: ProgressLine? = nil, end: ProgressEnd? = nil) {
        do {
            if let line { try log?.append(line) }
            if let end { try log?.append(end) }
        } catch {
            log = nil
            listener.problem("\(error): the run goes on without progress.jsonl")
        }
    }

    private static var usage: ProgressLine.ProcessUse {
        let usage = ProcessUsage()
        return ProgressLine.ProcessUse(cpuSeconds: usage.cpuSeconds, peakMemoryBytes: usage.peakMemoryBytes)
    }

    /// What each load with a name did, beside its steps and flows.
    private func lines(of second: LoadRun.Second) -> [ProgressLine.LoadLine] {
        zip(second.loads, second.interval.loads).map { state, counts in
            ProgressLine.LoadLine(isMeasured: state.isMeasured, counts, state.load)
        }
    }

    /// The stages that are going on; nil where there is none.
    private func shown(_ states: [LoadRun.LoadState]) -> String? {
        let stages = zip(loads, states).compactMap { load, state in
            state.stage.map { stage in
                let byHand = state.pace == .planned ? "" : " (by hand: \(state.pace.shown))"
                return "\(load.name.map { $0 + " " } ?? "")\(shown(stage: stage, of: load.stages))\(byHand)"
            }
        }
        return stages.isEmpty ? nil : stages.joined(separator: ", ")
    }

    private func shown(stage: Int, of stages: [Stage]) -> String {
        if stages[stage].isIdle { return "\(stage + 1)/\(stages.count) idle" }
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

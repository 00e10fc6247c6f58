import CLinux
import Capacity
import ChildProcesses
import Dispatch
import Drills
import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import Objectives
import Reports
import Scenarios
import VerificationKit

/// A search for a capacity: services once, then a run for each rate, each in a folder of its own; the answer in all forms.
struct CapacitySession {
    var plan: CapacityPlan
    var file: String
    var text: String
    var settings: RunSettings
    var interruption: Interruption
    var listener: any RunListener
    var kinds: Kinds
    var environment: [String: String]
    /// What to compare with, and how much lower is no regression; nil: none.
    var before: (reference: CapacityReference, tolerance: Double)?

    /// What was measured so far.
    private struct Progress {
        var search: CapacitySearch
        var results: [(result: RunResult, folder: String)] = []
        var notes: [String] = []
        /// Whether it was said that what was found so far can't be written.
        var isToldUnwritable = false
    }

    /// Carries it out.
    func run() throws -> RunOutcome {
        let output = try OutputDirectory(
            named: settings.out, scenario: "\(plan.scenario.name)-capacity", started: Date())
        let ended = NIOLockedValueBox<String?>(nil)
        let services = ServiceSupervisor()
        defer { services.stop() }
        try services.start(
            plan.scenario.services, tls: plan.scenario.defaults.tls,
            authorised: plan.scenario.authorised + settings.authorised,
            onExit: { service in
                let text = "service \(service.name) \(service.ending ?? .unknown) by itself"
                ended.withLockedValue { $0 = $0 ?? text }
                listener.problem(text)
            }, shouldStop: { interruption.happened })
        if interruption.happened { throw Interrupted() }

        let begun = Instant(nanoseconds: loadgate_monotonic())
        var progress = Progress(search: CapacitySearch(plan.settings))
        func elapsed() -> Double { (Instant(nanoseconds: loadgate_monotonic()) - begun).seconds }
        search: while true {
            if interruption.happened { progress.search.stop() }
            switch progress.search.next(elapsed: elapsed()) {
            case .finish: break search
            case .rest(let seconds): rest(seconds)
            case .measure(let trial):
                try measure(trial, &progress, output, ended)
                // What was found so far outlives whatever ends this process.
                if let result = result(progress, elapsed(), isOver: false) {
                    do {
                        try ResultFile.write(result, to: output.file("result.json"))
                    } catch  where !progress.isToldUnwritable {
                        progress.isToldUnwritable = true
                        listener.problem(
                            "\(error): the search goes on, and what it found is in its rates' folders only")
                    } catch {}
                }
            }
        }
        services.stop()
        guard let result = result(progress, elapsed(), isOver: !interruption.happened) else { throw Interrupted() }
        let report = ResultFolder.write(
            result, into: output.path, reports: kinds.reports, keepsResult: true, onProblem: listener.problem)
        return RunOutcome(result: result, folder: output.path, report: report)
    }

    /// Measures a rate, and tells the search what came of it.
    private func measure(
        _ trial: CapacityTrial, _ progress: inout Progress, _ output: OutputDirectory,
        _ ended: NIOLockedValueBox<String?>
    ) throws {
        let number = progress.results.count + 1
        let folder = "rate-\(number < 10 ? "0" : "")\(number)"
        listener.note("rate \(number): \(CapacityResult.shown(rate: trial.rate)), \(trial.purpose.words)")
        let watcher = TrialListener(trial, plan: plan, shown: listener)
        var own = settings
        own.out = output.file(folder)
        let result: RunResult
        do {
            result = try Session(
                scenario: plan.scenario(of: trial, number: number), file: file, digest: Digest.sha256(Data(text.utf8)),
                text: text,
                environment: environment, settings: own, interruption: interruption, listener: watcher, kinds: kinds,
                isEnough: watcher.takes
            ).run().result
        } catch is Interrupted {
            progress.search.stop()
            return
        } catch let error as Destinations.Unreachable where number > 1 {
            // It was reached before: the load, or something else, ended it.
            progress.notes.append(
                "before \(CapacityResult.shown(rate: trial.rate)) the target could not be reached: \(error)")
            progress.search.lose()
            return
        } catch  where number > 1 {
            // A full disk, or no memory: what was found before stands.
            let words = "\(CapacityResult.shown(rate: trial.rate)) could not be sent: \(error)"
            listener.problem(words)
            progress.notes.append("\(words), and the search ended there")
            progress.search.stop()
            return
        }
        // What a signal cut off says nothing of its rate.
        guard result.ending == .completed else {
            progress.search.stop()
            return
        }
        let outcome = outcome(of: result, watcher, trial)
        progress.results.append((result, folder))
        progress.search.take(outcome, of: trial)
        listener.note("  \(CapacityResult.shown(rate: trial.rate)): \(words(outcome.verdict))")
        if let text = ended.withLockedValue({ $0 }) {
            progress.notes.append("\(text) at \(CapacityResult.shown(rate: trial.rate)), or after it")
            progress.search.lose()
        }
    }

    /// What a trial says of its rate: the generator's own fault is never the target's.
    private func outcome(of result: RunResult, _ watcher: TrialListener, _ trial: CapacityTrial) -> CapacityOutcome {
        let findings = plan.hard.map { index -> TrialWatch.Finding in
            result.objectives.indices.contains(index)
                ? TrialWatch.Finding(result.objectives[index].verdict) : .open
        }
        let verdict = watcher.verdict(findings: findings)
        var outcome = CapacityOutcome(
            .init(verdict), seconds: trial.settle + result.seconds,
            throughput: result.seconds > 0 ? result.answeredRates.iterations : nil,
            points: watcher.points)
        guard let reason = result.audit.reasons.first else { return outcome }
        if case .broken(.objective(let index)) = verdict, index < findings.count, findings[index] == .broken {
            // The audit left it to the target: it is broken whatever the generator did.
            return outcome
        }
        outcome.verdict = .generator(reason.cause, mayPass: true)
        return outcome
    }

    /// Sends nothing for a while, unless a signal comes.
    private func rest(_ seconds: Double) {
        let isOver = DispatchSemaphore(value: 0)
        interruption.onInterrupt { _ in isOver.signal() }
        if seconds >= 5 { listener.note("resting for \(Figure.short(seconds, decimals: 0)) s") }
        _ = isOver.wait(timeout: .now() + seconds)
    }

    private func result(_ progress: Progress, _ seconds: Double, isOver: Bool) -> RunResult? {
        guard !progress.results.isEmpty else { return nil }
        let redact = plan.scenario.secrets.redact
        let capacity = CapacityResult(
            progress.search.answer, settings: plan.settings,
            CapacityResult.Circumstances(
                objectives: plan.hard.map { plan.scenario.objectives[$0].source }, results: progress.results,
                spacing: plan.spacing, seconds: seconds, notes: progress.notes), redact: redact)
        return RunResult.capacity(
            capacity, of: progress.results.map(\.result), objectives: plan.objectives, before: before,
            isOver: isOver, digest: plan.digest, redact: redact)
    }

    private func words(_ verdict: CapacityOutcome.Verdict) -> String {
        func words(_ cause: TrialWatch.Cause) -> String {
            switch cause {
            case .growth: CapacityResult.growthInWords
            case .objective(let index): plan.scenario.objectives[plan.hard[index]].source
            }
        }
        return switch verdict {
        case .held: "holds"
        case .broken(let cause): "too high: \(words(cause))"
        case .undecided(let cause, let leansBroken):
            leansBroken == nil
                ? "nothing shown, too few samples: \(words(cause))"
                : "\(leansBroken == true ? "seems too high" : "seems to hold"), not shown: \(words(cause))"
        case .generator(let reason, _): "the generator did not keep up: \(reason)"
        }
    }
}

extension CapacityTrial.Purpose {
    /// What a rate is measured for, in words.
    fileprivate var words: String {
        switch self {
        case .bracket: "to find one that holds and one that does not"
        case .narrow: "between one that holds and one that does not"
        case .confirm: "in full length, to confirm it"
        case .recovery: "to see that the target is back"
        case .overload: "to overload it"
        case .descent: "right after the overload"
        }
    }
}

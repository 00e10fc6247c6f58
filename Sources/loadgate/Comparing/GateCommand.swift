import ArgumentParser
import Baselines
import ChildProcesses
import Foundation
import Loadgate
import Reports
import Scenarios
import VerificationKit

/// `loadgate gate FILE`
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "Run a scenario several times and tell whether it got slower.",
        discussion: ManualPage(
            description: """
                The load of the scenario is carried out several times, each in a process of its own, services restarted, \
                and compared with a baseline: runs that loadgate baseline record made before. Verifications are left out.

                With --against no baseline is needed: runs go to the target and to another one in turns (A B B A …) and \
                are compared in pairs, so whatever the machine does affects both sides alike. Start the old and the new \
                build side by side on this machine.

                A regression is a primary percentile (p95) that is higher by more than the tolerance and the floor, and \
                not by chance. The first line says what changed, or how much slower passes. Where several exit codes \
                apply, the first of the list is given.

                With --capacity the scenario's capacity is looked for, and compared with the baseline's: a regression is an \
                interval that lies below that of then by more than the tolerance.
                """,
            examples: [
                ("loadgate gate scenarios/baseline.yaml", "five runs against the scenario's baseline"),
                (
                    "loadgate gate shop.yaml --target \"$NEW\" --against \"$OLD\"",
                    "the new build against the old one, both running here"
                ),
                ("loadgate gate shop.yaml --capacity", "whether it can take less than the baseline says"),
                ("loadgate gate shop.yaml --runs 10 --format junit", "more runs show smaller changes; for a CI system"),
            ],
            files: [
                (
                    "reports/<name>-gate-<time>/",
                    "the comparison's result.json and reports"
                ),
                ("…/run-1, …", "each run's own"),
            ],
            exitCodes: [
                (130, "interrupted"), (1, "an objective failed in a run"), (2, "a regression"),
                (3, "not shown, not decided, or not comparable: another machine, another load"),
                (0, "no regression, and every objective holds"),
                (65, "scenario or baseline invalid, or no baseline"),
            ],
            seeAlso: ["loadgate baseline record", "loadgate compare", "docs/regression-gate.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @Option(
        help: ArgumentHelp(
            "Runs, with --against pairs of runs. (default: the scenario's, else 5; as many pairs as the steps need)",
            valueName: "n"))
    var runs: Int?

    @Option(
        help: ArgumentHelp("The baseline's file, instead of the scenario's.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var baseline: String?

    @Option(
        help: ArgumentHelp(
            "Compare with this target, in turns, instead of a baseline: the one that is known to be good.",
            valueName: "url"))
    var against: String?

    @Option(help: "What to print on standard output at the end.")
    var format: OutputFormat = .text

    @Flag(help: "Print notes, all measures, and how the run in the middle went, too.")
    var details = false

    @OptionGroup var search: CapacitySearchOptions
    @OptionGroup var series: SeriesOptions

    func validate() throws {
        if let runs, !(BaselineRule.runRange ~= runs) {
            throw ValidationError(
                "--runs wants \(BaselineRule.runRange.lowerBound) to "
                    + "\(BaselineRule.runRange.upperBound), got \(runs)")
        }
        if search.capacity, against != nil || runs != nil {
            throw ValidationError(
                "--capacity is one search, compared with a baseline: it goes with neither --against nor --runs")
        }
        if against != nil, baseline != nil { throw ValidationError("--against needs no --baseline: choose one") }
        if let against {
            do throws(Endpoint.Malformed) {
                _ = try Endpoint(parsing: against)
            } catch {
                throw ValidationError("--against wants a URL such as http://127.0.0.1:9000, got '\(against)'")
            }
        }
    }

    func run() throws {
        // While this process is small, so that its keeper is.
        ProcessKeeper.prepare()
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            let scenario = try series.scenario(file, isSearch: search.capacity)
            Console.hide(scenario.secrets)
            if search.capacity {
                try compareCapacity(scenario, interruption)
            } else if let against {
                try compareInPairs(scenario, against: against, interruption)
            } else {
                try compareWithBaseline(scenario, interruption)
            }
        }
    }

    // MARK: - Against a baseline

    private func compareWithBaseline(_ scenario: Scenario, _ interruption: Interruption) throws {
        let path = try baselinePath(scenario)
        let name = baseline ?? scenario.baseline?.shown ?? path
        let reference = try BaselineInUse(path: path, name: name, rule: scenario.baseline, scenario: file)
        guard !reference.baseline.runs.isEmpty else {
            throw UnusableResult(
                "\(name) has a capacity and no runs: loadgate gate \(file) --capacity compares with it, and "
                    + "loadgate baseline record \(file) adds runs")
        }
        try refuseDifferences(EnvironmentProbe.environment(of: scenario.atTarget(series.load.target)), reference)
        let least = reference.settings.minimumReferenceRuns
        guard reference.baseline.runs.count >= least else {
            Console.note("loadgate: \(name) has \(reference.baseline.runs.count) runs: a comparison takes \(least)")
            throw ExitCode.undecided
        }
        if reference.baseline.environment.calibration != nil, CalibrationLoad.target == nil {
            Console.note(
                "loadgate: paintbox-target is not beside loadgate, so nothing tells whether this machine is as fast as "
                    + "the baseline's")
            throw ExitCode.undecided
        }
        let count = runs ?? scenario.baseline?.runs ?? BaselineRule.runRange.lowerBound
        let made = try RunSeries(
            scenario, file: file, what: "gate", total: count, calibrates: true, options: series,
            interruption: interruption)
        for _ in 0..<count { try made.run() }
        guard let environment = made.environment else { throw ExitCode.internalError }
        let comparison = RunComparison.judge(
            made.entries.map { RunRecord($0.result) }, in: environment, against: reference.baseline, file: name,
            settings: reference.settings)
        let result = try show(scenario, made, candidates: made.entries, references: [], comparison)
        if comparison.steps.isEmpty { Console.note(hint) }
        try result.conclusion.finish()
    }

    /// Says before any load that there is nothing to compare with on this machine, and what to do instead.
    private func refuseDifferences(_ environment: Environment, _ reference: BaselineInUse) throws {
        let differences = environment.differences(fromUncalibrated: reference.baseline.environment).filter(\.blocks)
        guard !differences.isEmpty else { return }
        Console.note("loadgate: this can't be compared with \(reference.name):")
        for difference in differences { Console.note("  \(difference)") }
        Console.note(hint)
        throw ExitCode.undecided
    }

    private var hint: String {
        """
        For an answer on this machine, start the old and the new build side by side and compare them in turns:
          loadgate gate \(file) --target http://127.0.0.1:NEW --against http://127.0.0.1:OLD
        or record a baseline of this machine and this load:
          loadgate baseline record \(file)
        """
    }

    // MARK: - Of the capacity

    private func compareCapacity(_ scenario: Scenario, _ interruption: Interruption) throws {
        let outcome = try search.run(file, series, baseline: try baselinePath(scenario), interruption)
        Console.result(
            try format.text(of: outcome.result) {
                TerminalSummary(
                    outcome.result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain,
                    width: Console.width ?? 100, isDetailed: details
                ).text(reportPath: outcome.report)
            })
        try outcome.result.conclusion.finish()
    }

    private func baselinePath(_ scenario: Scenario) throws -> String {
        if let path = baseline ?? scenario.baseline?.path { return path }
        throw ValidationError("\(file) has no baseline: add baseline: {file: …} to it, or give --baseline FILE")
    }

    // MARK: - Against another target

    private func compareInPairs(_ scenario: Scenario, against: String, _ interruption: Interruption) throws {
        if series.load.target == nil, scenario.services.contains(where: \.unlessTarget) {
            throw ValidationError(
                "--against wants a --target, too: a service started for each run would be compared with one that has "
                    + "been running for long")
        }
        let settings = ComparisonSettings(scenario.baseline)
        // Groups and untils are compared like steps.
        let steps = scenario.steps.count + scenario.measuredBlocks.count
        let needed = RunComparison.pairsNeeded(steps: steps, settings: settings)
        if let runs, runs < needed {
            throw ValidationError(
                "--runs \(runs): \(runs) pairs can't show a regression of one of \(steps) steps at "
                    + "a chance of \(Figure.short(settings.alpha * 100, decimals: 3)) % for a false alarm; at least "
                    + "\(needed) are needed")
        }
        // An even number: then each side goes first as often as the other.
        let pairs = runs ?? needed + needed % 2
        let made = try RunSeries(
            scenario, file: file, what: "gate", total: 2 * pairs, calibrates: false, options: series,
            interruption: interruption)
        var (candidates, references): ([RunSeries.Entry], [RunSeries.Entry]) = ([], [])
        for pair in 0..<pairs {
            // A B, B A, A B …: what drifts over time meets both sides alike.
            for isReference in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
                if isReference {
                    references.append(try made.run("reference", target: against))
                } else {
                    candidates.append(try made.run("candidate"))
                }
            }
        }
        let comparison = RunComparison.judge(
            pairs: zip(references, candidates).map { (RunRecord($0.result), RunRecord($1.result)) },
            reference: scenario.secrets.redact(against), settings: settings)
        let result = try show(scenario, made, candidates: candidates, references: references, comparison)
        if let failed = references.first(where: { $0.result.verdict == .fail }) {
            Console.note("loadgate: \(failed.folder): the reference itself \(RunSeries.failed(failed.result))")
            throw ExitCode.undecided
        }
        try result.conclusion.finish()
    }

    // MARK: - The end

    /// Writes and prints the result of all runs, and gives it.
    private func show(
        _ scenario: Scenario, _ made: RunSeries, candidates: [RunSeries.Entry], references: [RunSeries.Entry],
        _ comparison: Comparison
    ) throws -> RunResult {
        var comparison = comparison
        comparison.takeCriterion(of: scenario)
        guard
            let result = RunResult.gate(
                of: candidates.map { ($0.folder, $0.result) }, reference: references.map { ($0.folder, $0.result) },
                order: made.entries.map(\.folder), comparison: comparison,
                environment: made.environment)
        else { throw ExitCode.internalError }
        let report = ResultFolder.write(result, into: made.output.path) { Console.note("loadgate: \($0)") }
        let text = try format.text(of: result) {
            TerminalSummary(
                result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain, width: Console.width ?? 100,
                isDetailed: details
            ).text(reportPath: report)
        }
        Console.result(text)
        return result
    }
}

extension Scenario {
    /// The scenario as a run sees it whose target is given on the command line: without the services that make way.
    func atTarget(_ target: String?) -> Scenario {
        guard target != nil else { return self }
        var scenario = self
        scenario.services.removeAll(where: \.unlessTarget)
        return scenario
    }
}

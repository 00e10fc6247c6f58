internal import Baselines
internal import Scenarios
internal import VerificationKit

/// `junit.xml`: what CI systems read as test results. Objectives, findings of verifications and compared measures are its
/// cases, a suite for each kind.
///
/// There is no standard; the elements and attributes are those that the JUnit schema of Jenkins has, which GitLab and the
/// usual GitHub actions read, too.
public enum JUnitReport: ReportFormat {
    /// `junit.xml`
    public static let fileName = "junit.xml"

    /// The whole report.
    public static func text(of result: RunResult) -> String {
        var suites = [run(result)]
        if !result.objectives.isEmpty { suites.append(objectives(result)) }
        if let drill = result.drill { suites.append(Self.drill(drill, of: result)) }
        if let capacity = result.capacity { suites.append(Self.capacity(capacity, of: result)) }
        suites += (result.verifications ?? []).map { verification($0, of: result) }
        if let comparison = result.comparison { suites.append(Self.comparison(comparison, of: result)) }
        addVerdict(of: result, to: &suites)
        func sum(_ outcome: JUnitSuite.Outcome) -> Int { suites.reduce(0) { $0 + $1.count(outcome) } }
        let seconds = suites.reduce(0) { $0 + $1.seconds }
        // Without a zone, as the schema has it: the time is UTC.
        let started = result.started.hasSuffix("Z") ? String(result.started.dropLast()) : result.started
        let head =
            "<testsuites" + JUnitSuite.attribute("name", result.name)
            + " tests=\"\(suites.reduce(0) { $0 + $1.cases.count })\" failures=\"\(sum(.failed))\""
            + " errors=\"\(sum(.error))\" time=\"\(JUnitSuite.seconds(seconds))\">"
        let lines =
            ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head] + suites.flatMap { $0.lines(started: started) }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    /// What holds of the run as a whole: that it came to its end, and that the generator kept up.
    private static func run(_ result: RunResult) -> JUnitSuite {
        var ended = JUnitSuite.Case(name: "the run came to its end", group: group(result, "run"), outcome: .passed)
        ended.seconds = result.wallSeconds
        ended.details = result.rebuilt ?? []
        if result.partial || result.rebuilt != nil {
            ended.outcome = .error
            ended.kind = result.rebuilt == nil ? result.ending.rawValue : "rebuilt"
            ended.message =
                result.rebuilt != nil
                ? "made from the progress log of a run that left no result"
                : result.abortedBy.map { "a broken objective ended it early: \($0)" } ?? "it was interrupted"
        }
        if let changes = result.changes, !result.partial {
            ended.outcome = .error
            ended.kind = "changed"
            ended.message = "the load was changed by hand while it ran"
            ended.details = changes.prefix(20).map(\.line)
        }
        var audit = JUnitSuite.Case(
            name: "the generator kept up", group: group(result, "run"),
            outcome: JUnitSuite.Outcome(result.audit.verdict, counts: true))
        audit.kind = result.audit.verdict.rawValue
        audit.message = result.audit.reasons.map(\.cause).joined(separator: "; ")
        audit.details = result.audit.reasons.map { "\($0.cause): \($0.hint)" }
        if result.generator.reactors == 0, result.audit.reasons.isEmpty {
            audit.outcome = .skipped
            audit.message = "no load was sent"
        }
        return JUnitSuite(
            name: group(result, "run"), seconds: result.wallSeconds,
            properties: [
                ("verdict", result.verdict.rawValue), ("target", result.target), ("loadgate", result.loadgate),
                ("measured_seconds", JUnitSuite.seconds(result.seconds)),
                ("iterations_begun", "\(result.generator.started)"),
                ("iterations_completed", "\(result.generator.iterations)"),
                ("iterations_given_up", "\(result.generator.givenUp ?? 0)"),
            ]
                + result.loadsInOrder.prefix(100).flatMap { name, load in
                    [
                        ("load.\(name).begun", "\(load.started)"), ("load.\(name).bad", "\(load.bad)"),
                        ("load.\(name).dropped", "\(load.dropped)"),
                    ]
                }, cases: [ended, audit], output: result.idleSteps + failed(result))
    }

    /// The first exchanges that failed, each with the command that repeats it.
    private static func failed(_ result: RunResult) -> [String] {
        result.failedExchanges.prefix(10).flatMap { exchange in
            let lines = ExchangeLines(exchange: exchange)
            let facts = [
                "failed: \(exchange.step): \(exchange.outcome): \(lines.brief)", lines.location.map { "  \($0)" },
                exchange.traceURL.map { "  \($0)" } ?? exchange.traceID.map { "  trace \($0)" },
                exchange.curl.map { "  \($0)" },
            ]
            return facts.compactMap { $0 }
        }
    }

    private static func objectives(_ result: RunResult) -> JUnitSuite {
        JUnitSuite(
            name: group(result, "objectives"),
            cases: result.objectives.map { objective in
                let counts = objective.severity == .hard
                var testcase = JUnitSuite.Case(
                    name: objective.objective, group: group(result, objective.section ?? "objectives"),
                    outcome: JUnitSuite.Outcome(objective.verdict, counts: counts), kind: objective.verdict.rawValue)
                let observed = objective.shownObserved.map { "observed \($0)" }
                let bound = objective.bound.map { "bound \(Figure.measured($0, objective.unit))" }
                let facts = [observed ?? "nothing was measured", bound, "\(Figure.grouped(objective.samples)) samples"]
                testcase.message =
                    "\(counts ? "" : "advisory, ")\(objective.verdict.shown): "
                    + facts.compactMap { $0 }.joined(separator: ", ")
                testcase.details = [
                    objective.verdict == .pass ? testcase.message : "", objective.criterion ?? "", objective.note ?? "",
                ]
                return testcase
            })
    }

    /// Whether the drill says anything, the steady state phase by phase, and what became of each fault.
    private static func drill(_ drill: DrillResult, of result: RunResult) -> JUnitSuite {
        let name = group(result, "drill")
        let reasons = drill.inconclusive ?? []
        var cases = [
            JUnitSuite.Case(
                name: "the drill is conclusive", group: name, outcome: reasons.isEmpty ? .passed : .error,
                message: reasons.joined(separator: "; "), details: reasons, kind: Verdict.inconclusive.rawValue)
        ]
        cases += drill.faults.enumerated().map { index, fault in
            let isUndone = fault.undone != nil || fault.undo == DrillResult.nothingToUndo
            var testcase = JUnitSuite.Case(
                // Two may be written alike.
                name: "fault \(index + 1): \(fault.fault)", group: name,
                outcome: fault.effective != nil && isUndone ? .passed : .error, details: [drill.faultLines[index]],
                kind: Verdict.inconclusive.rawValue)
            if testcase.outcome == .error { testcase.message = drill.faultLines[index] }
            return testcase
        }
        var properties = drill.figures.map { ($0.name, $0.value) }
        properties += drill.counts.map { ($0.name, "\($0.value)") }
        if let t0 = drill.t0 { properties.insert(("t0", DrillResult.time(t0)), at: 0) }
        return JUnitSuite(
            name: name, properties: properties, cases: cases,
            output: drill.hypothesisLines + drill.answererLines + (drill.notes ?? []))
    }

    /// Whether a capacity was found; what it has to be is said by objectives.
    private static func capacity(_ capacity: CapacityResult, of result: RunResult) -> JUnitSuite {
        let name = group(result, "capacity")
        let found = JUnitSuite.Case(
            name: "the capacity is found", group: name,
            outcome: JUnitSuite.Outcome(capacity.verdict, counts: result.isJudgedBySearch), message: capacity.sentence,
            details: [capacity.sentence] + capacity.facts, kind: capacity.verdict.rawValue)
        var cases = [found]
        if let compared = capacity.comparison {
            cases.append(
                JUnitSuite.Case(
                    name: "the capacity is not lower than \(compared.reference)", group: name,
                    outcome: JUnitSuite.Outcome(compared.verdict.ofRun, counts: true), message: compared.reason,
                    details: [compared.reason], kind: compared.verdict.rawValue))
        }
        var properties: [(String, String)] = []
        for (key, value) in [("rate", capacity.rate), ("low", capacity.low), ("high", capacity.high)] {
            if let value { properties.append((key, "\(value)")) }
        }
        return JUnitSuite(
            name: name, seconds: capacity.seconds, properties: properties, cases: cases,
            output: capacity.steps.map {
                "\(CapacityResult.shown($0.rate)) \($0.shownPurpose): \(CapacityResult.told($0))"
            })
    }

    private static func verification(_ verification: VerificationResult, of result: RunResult) -> JUnitSuite {
        let name = group(result, "verification \(verification.kind) \(verification.name)")
        return JUnitSuite(
            name: name, seconds: verification.seconds,
            cases: verification.findings.map { finding in
                let counts = finding.severity == .hard && verification.severity == .hard
                return JUnitSuite.Case(
                    name: finding.check, group: name, outcome: JUnitSuite.Outcome(finding.verdict, counts: counts),
                    message: "\(counts ? "" : "advisory, ")\(finding.verdict.shown): observed \(finding.observed)",
                    details: finding.verdict == .pass
                        ? []
                        : [
                            "expected: \(finding.expected)", "observed: \(finding.observed)",
                            "evidence: \(finding.evidence)",
                        ], kind: finding.verdict.rawValue)
            },
            output: verification.figures?.map { "\($0.name): \(Figure.measured($0.value, $0.unit))" } ?? [])
    }

    private static func comparison(_ comparison: Comparison, of result: RunResult) -> JUnitSuite {
        let name = group(result, "comparison")
        var suite = JUnitSuite(name: name, properties: [("reference", comparison.reference)], cases: [])
        // One run is only placed among those of a baseline: that decides nothing.
        let decides = result.isGate
        if let reason = comparison.reason {
            suite.cases.append(
                .init(
                    name: "runs are comparable", group: name, outcome: decides ? .error : .skipped, message: reason,
                    kind: comparison.verdict.rawValue))
        }
        for (step, measure) in comparison.ordered(like: result) {
            let outcome: JUnitSuite.Outcome =
                switch measure.verdict {
                case .pass: .passed
                case .inconclusive: measure.gates && decides ? .error : .skipped
                case .regression: measure.gates && decides ? .failed : .skipped
                }
            let line = MeasureLine(measure)
            suite.cases.append(
                .init(
                    name: "\(step): \(measure.name)", group: name, outcome: outcome,
                    message: "\(measure.gates ? "" : "shown only, ")\(measure.verdict.rawValue): \(line.change)",
                    details: ["\(line.reference) before, \(line.candidate) now, \(line.change)"],
                    kind: measure.verdict.rawValue))
        }
        return suite
    }

    /// A verdict that no case shows, such as that of a run without any exchange, gets one: whoever reads the cases alone
    /// must not take it for a pass.
    private static func addVerdict(of result: RunResult, to suites: inout [JUnitSuite]) {
        let isShown = suites.contains { $0.count(.failed) + $0.count(.error) > 0 }
        guard result.verdict != .pass, !isShown else { return }
        suites[0].cases.append(
            .init(
                name: "the verdict is pass", group: group(result, "run"),
                outcome: JUnitSuite.Outcome(result.verdict, counts: true),
                message: "\(result.shownVerdict): \(result.reason)", kind: result.verdict.rawValue))
    }

    /// What readers show as a path: dots in a name would part it.
    private static func group(_ result: RunResult, _ part: String) -> String {
        [result.name, part].map { $0.replacing(".", with: "_") }.joined(separator: ".")
    }
}

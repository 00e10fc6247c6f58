internal import Baselines
internal import Measures
internal import Scenarios
internal import VerificationKit

/// The end of a run as a person reads it: the verdict first, then why.
public struct TerminalSummary: Sendable {
    /// Whether colours are used.
    public enum Style: Sendable {
        /// Text alone.
        case plain
        /// With the terminal's colours.
        case colour
    }

    private let result: RunResult
    private let style: Style
    private let width: Int
    private let isDetailed: Bool

    /// The most error examples that are shown.
    private static let exampleLimit = 10

    /// The most bytes of a command that is shown.
    private static let commandLimit = 2_000
    /// The most changes of loads that are shown.
    private static let changeLimit = 10

    /// The most lines of what an answer said.
    private static let answerLines = 3

    /// The most wrong answers that are shown.
    private static let wrongAnswerLimit = 5

    /// Makes the summary of a result.
    ///
    /// - Parameters:
    ///   - style: Whether colours are used.
    ///   - width: The columns to fill; below 60 counts as 60.
    ///   - isDetailed: Of a gate: true for notes, all measures and the whole run that it shows, false for what changed.
    public init(_ result: RunResult, style: Style = .plain, width: Int = 100, isDetailed: Bool = false) {
        self.result = result
        self.style = style
        self.width = max(60, width)
        self.isDetailed = isDetailed
    }

    /// The summary, a line break at its end.
    ///
    /// - Parameter reportPath: Where the reports are; nil where none were written.
    public func text(reportPath: String? = nil) -> String {
        let signOff = SignOffTable(result).lines(width: width, style: style)
        var sections: [[String]]
        if result.isGate, !isDetailed {
            // What a gate answers first; how the run that it shows went is asked for.
            let failed = result.objectives.contains { $0.verdict == .fail }
            sections = [headline, comparison, signOff] + (failed ? [objectives, wrongAnswers, examples] : [])
            if let more = more(reportPath) { sections.append(more) }
        } else {
            sections = [
                headline, result.isGate ? comparison : [], signOff, objectives,
                result.capacity.map { CapacitySummary(capacity: $0, style: style, width: width).lines } ?? [],
                result.drill.map { DrillSummary(drill: $0, style: style).lines } ?? [],
                result.isGate ? [] : comparison, verifications, probes,
                LoadSummary(result: result, style: style, width: width).lines, steps,
                StreamSummary(result: result, style: style, width: width).lines, wrongAnswers,
                GroupSummary(result: result, style: style, width: width).lines, iterations, outcomes,
                NameSummary(names: result.names ?? [:], style: style, width: width).lines,
                result.fleet.map { FleetSummary(fleet: $0, style: style, width: width).lines } ?? [], generator,
                examples,
                firstFailed,
            ]
        }
        sections.append(push)
        if let reportPath { sections.append(["Report: \(DisplayWidth.printable(reportPath))"]) }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    /// What the first screen of a gate leaves out, and how it is had.
    private func more(_ reportPath: String?) -> [String]? {
        guard let comparison = result.comparison else { return nil }
        let hidden = ComparisonSummary(comparison).hidden.map { $0 + ", " } ?? ""
        let title = "More: \(hidden)a run's steps:"
        guard let folder = reportPath.flatMap({ path in path.lastIndex(of: "/").map { path[..<$0] } }) else {
            return ["\(title) --details"]
        }
        // In a line of its own it can be copied.
        return [title, "  loadgate report \(DisplayWidth.printable(String(folder))) --details"]
    }

    // MARK: Sections

    private var headline: [String] {
        let shown = result.shownVerdict
        let verdict = style.paint(style.paint(shown, result.verdict.colour), .bold)
        // What a gate says first is said whole.
        let reason = "\(DisplayWidth.printable("\(result.name): \(result.reason)"))"
        let room = max(0, width - DisplayWidth.of(shown) - 2)
        var said = result.isGate ? DisplayWidth.wrap(reason, to: room) : [DisplayWidth.cut(reason, to: room)]
        let first = said.isEmpty ? "" : said.removeFirst()
        let facts = [
            DisplayWidth.printable(result.target),
            hadLoad ? "\(Figure.short(result.seconds, decimals: 1)) s measured" : nil,
            hadLoad ? result.shownExchanges : nil,
            result.seconds > 0 ? "\(Figure.short(Double(exchanges) / result.seconds, decimals: 1)) /s" : nil,
            result.started,
        ].compactMap { $0 }
        var lines = ["\(verdict)  \(first)"] + said.map { "  " + $0 }
        lines += DisplayWidth.flow(facts, to: width)
        switch result.ending {
        case .completed: break
        case .interrupted: lines.append(style.paint("Partial: the run was interrupted.", .yellow))
        case .aborted:
            let objective = result.abortedBy.map { ": \($0)" } ?? ""
            let text = "Partial: a broken objective ended the run\(DisplayWidth.printable(objective))"
            lines.append(style.paint(DisplayWidth.cut(text, to: width), .yellow))
        }
        if let changes = result.changes {
            lines.append(style.paint("The load was changed by hand while it ran:", .yellow))
            lines += changes.prefix(Self.changeLimit).flatMap { indented(DisplayWidth.printable($0.line)) }
            if changes.count > Self.changeLimit {
                lines += indented("\(changes.count - Self.changeLimit) more changes")
            }
        }
        if let notes = result.rebuilt {
            lines.append(style.paint("Made from the progress log, since the run left no result:", .yellow))
            lines += notes.flatMap { indented(DisplayWidth.printable($0)) }
        }
        return lines
    }

    private var objectives: [String] {
        guard !result.objectives.isEmpty else { return [] }
        var table = TextTable(
            [
                .init(title: "verdict", right: false), .init(title: "objective", right: false),
                .init(title: "observed"), .init(title: "bound"), .init(title: "samples"),
            ], flexible: 1)
        for objective in result.objectives {
            let advisory = objective.severity == .hard ? "" : " (advisory)"
            table.add(
                [
                    .init(objective.verdict.shown, objective.verdict.colour), .init(objective.objective + advisory),
                    .init(objective.shownObserved ?? "–"),
                    .init(objective.bound.map { Figure.measured($0, objective.unit) } ?? "–"),
                    .init(Figure.grouped(objective.samples)),
                ], notes: objective.note.map { [DisplayWidth.printable($0)] } ?? [])
        }
        return [heading("Objectives")] + table.lines(width: width, style: style)
    }

    private var comparison: [String] {
        guard let comparison = result.comparison else { return [] }
        var lines = ComparisonSummary(
            comparison, order: inOrder.map(\.name), style: style, width: width, isDetailed: isDetailed
        ).lines
        guard result.isGate else { return lines }
        lines += result.runsNotPassed.flatMap { indented(DisplayWidth.printable($0)) }.map { style.paint($0, .yellow) }
        if isDetailed, let shown = result.shownRun {
            lines += indented("what follows is of \(DisplayWidth.printable(shown))")
        }
        return lines
    }

    private var verifications: [String] {
        VerificationSummary(verifications: result.verifications ?? [], style: style, width: width).lines
    }

    private var probes: [String] { ProbeSummary(probes: result.probes ?? [:], style: style, width: width).lines }

    private var steps: [String] {
        guard !result.steps.isEmpty, hadLoad else { return [] }
        var table = TextTable(
            [.init(title: "step", right: false)]
                + ["count", "per s", "p50", "p95", "p99", "max", "bad"].map { .init(title: $0) }, flexible: 0)
        let hasUnfinished = result.unfinished > 0
        if hasUnfinished { table.columns.append(.init(title: "cut off")) }
        for (name, step) in inOrder {
            let latency = step.responseTime
            let share = step.count > 0 ? Double(step.bad) / Double(step.count) * 100 : 0
            let bad = step.bad == 0 ? "0" : "\(Figure.grouped(step.bad)) (\(Figure.fixed(share, decimals: 2)) %)"
            let figures = [
                ("p50", latency?.p50), ("p95", latency?.p95), ("p99", latency?.p99), ("max", latency?.max),
            ].map { Self.latency($1, sign: latency?.sign(of: $0) ?? "") }
            table.add(
                [
                    .init(step.shown(name)), .init(Figure.grouped(step.count), step.neverRan == nil ? nil : .yellow),
                    .init(Figure.fixed(step.rate, decimals: 1)),
                ] + figures + [.init(bad, step.bad > 0 ? .red : nil)]
                    + (hasUnfinished ? [.init(Figure.grouped(step.unfinished))] : []),
                notes: step.neverRan.map { ["never ran: \(DisplayWidth.printable($0))"] } ?? [])
        }
        return [heading("Steps") + style.paint("  response time in ms", .faint)]
            + table.lines(width: width, style: style)
    }

    private var wrongAnswers: [String] {
        let steps = inOrder.map { ($0.name, $0.step.wrongAnswers ?? []) }
        // The first of each step, then the second of each: one step's many don't hide another's.
        let shown = (0..<Self.wrongAnswerLimit).flatMap { index in
            steps.compactMap { name, wrong in wrong.count > index ? (name, wrong[index]) : nil }
        }.prefix(Self.wrongAnswerLimit)
        guard !shown.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "step", right: false), .init(title: "at")]
                + ["value", "expected", "observed", "input"].map { .init(title: $0, right: false) }, flexible: 5)
        let bound = min(24, max(8, (width - 30) / 4))
        func short(_ text: String) -> TextTable.Cell {
            .init(DisplayWidth.cut(DisplayWidth.printable(text), to: bound))
        }
        for (name, wrong) in shown {
            // Without a value to show it differs somewhere in the body.
            let differs = wrong.kind == .notDeterministic && wrong.expected == nil && wrong.observed == nil
            table.add(
                [
                    short(name), .init("\(Figure.fixed(wrong.at, decimals: 1)) s"), short(wrong.path ?? "the body"),
                    short(wrong.expected ?? (differs ? "as before" : "–")),
                    short(wrong.observed ?? (differs ? "another" : "–")), .init(wrong.input),
                ],
                notes: wrong.kind == .notDeterministic
                    ? ["not deterministic: the same request was answered differently before"] : [])
        }
        var lines = [heading("Wrong answers")] + table.lines(width: width, style: style)
        let listed = steps.reduce(0) { $0 + $1.1.count }
        let all = result.wrongAnswers
        if all > shown.count {
            let which = UInt64(listed) < all ? "the first \(listed)" : "all"
            let more = listed > shown.count ? "; \(which) are in result.json" : ""
            lines.append("  \(shown.count) of \(Figure.grouped(all)) that failed a check\(more)")
        }
        return lines
    }

    /// The flows' iterations, where they say more than the steps.
    private var iterations: [String] {
        guard result.showsIterations else { return [] }
        var table = TextTable(
            [.init(title: "flow", right: false)]
                + ["begun", "done", "given up", "share", "p50", "p95", "p99", "max"].map { .init(title: $0) },
            flexible: 0)
        for (name, flow) in result.flowsInOrder {
            let time = flow.iterationTime
            table.add(
                [
                    .init(name), .init(flow.begun.map(Figure.grouped) ?? "–"), .init(Figure.grouped(flow.iterations)),
                    .init(flow.givenUp.map(Figure.grouped) ?? "–", flow.givenUp ?? 0 > 0 ? .red : nil),
                    .init("\(Figure.fixed(flow.share * 100, decimals: 1)) %"),
                ]
                    + [("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("max", time?.max)]
                    .map { Self.latency($1, sign: time?.sign(of: $0, spaced: false) ?? "") })
        }
        return [heading("Iterations") + style.paint("  iteration time in ms", .faint)]
            + table.lines(width: width, style: style)
    }

    private var outcomes: [String] {
        guard !result.outcomes.isEmpty else { return [] }
        // The commonest first, equal ones by name.
        let sorted = result.outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let parts = sorted.map { label, count in
            // Cut off by the end, and so no part of the whole.
            if label == Outcome.unfinished.label { return "\(label) \(Figure.grouped(count))" }
            return
                "\(label) \(Figure.grouped(count)) (\(Figure.short(Double(count) / Double(exchanges) * 100, decimals: 3)) %)"
        }
        return [heading("Outcomes")] + indented(parts)
    }

    private var generator: [String] {
        guard hadLoad else { return [] }
        let generator = result.generator
        var parts: [String] = []
        func lag(_ name: String, _ figures: LatencyFigures?) {
            guard let figures else { return }
            let values = [figures.p50, figures.p99, figures.max].map { Figure.short($0, decimals: 3) }
            parts.append("\(name) p50 \(values[0]), p99 \(values[1]), max \(values[2]) ms")
        }
        lag("start lag", generator.startLag)
        lag("generator delay", generator.generatorDelay)
        parts.append("dropped \(Figure.grouped(generator.dropped))")
        if let achieved = generator.achievedRate, let intended = generator.intendedRate {
            let rates = [achieved, intended].map { Figure.short($0, decimals: 1) }
            parts.append("achieved \(rates[0]) of \(rates[1]) arrivals/s")
        }
        if let reconnects = generator.reconnects, reconnects > 0 {
            parts.append("reconnects \(Figure.grouped(reconnects))")
        }
        if let heldUp = generator.heldUp {
            let stalled = result.wholeSteps.reduce(UInt64(0)) { $0 + ($1.stalled ?? 0) }
            parts.append(
                "held up for \(Figure.short(heldUp, decimals: 1)) s, \(Figure.grouped(stalled)) exchanges touched")
        }
        if generator.unfinished > 0 { parts.append("unfinished \(Figure.grouped(generator.unfinished))") }
        if let scheduling = generator.scheduling { parts.append("scheduling \(scheduling.brief)") }
        parts.append("CPU \(Figure.short(generator.cpuSeconds, decimals: 1)) s")
        parts.append("\(Figure.short(Double(generator.peakMemoryBytes) / 1e6, decimals: 0)) MB")
        var lines = [heading("Generator")] + indented(parts)
        for reason in result.audit.reasons {
            lines += indented("! \(DisplayWidth.printable(reason.cause))").map { style.paint($0, .red) }
            lines += indented(DisplayWidth.printable(reason.hint), by: 6)
        }
        return lines
    }

    private var examples: [String] {
        let all = result.failures
        guard !all.isEmpty else { return [] }
        let title = heading("What went wrong, for example")
        let bad = result.bad
        var lines = [
            title + (bad > 0 ? style.paint("  of \(Figure.grouped(bad)) exchanges that failed", .faint) : "")
        ]
        for example in all.prefix(Self.exampleLimit) {
            let what = DisplayWidth.printable("\(example.step): \(example.message)")
            lines.append("  " + DisplayWidth.cut(what, to: width - 2))
            guard let answer = example.answer else { continue }
            // An answer is long, and has no blanks where it is packed JSON.
            let said = DisplayWidth.fold("answer: " + DisplayWidth.printable(answer), to: width - 4)
            for line in said.prefix(Self.answerLines) { lines.append("    " + style.paint(line, .faint)) }
            if said.count > Self.answerLines { lines[lines.count - 1] += style.paint("…", .faint) }
        }
        if all.count > Self.exampleLimit {
            lines.append("  … and \(all.count - Self.exampleLimit) more messages in result.json")
        }
        return lines
    }

    /// The first exchange that failed, with the command that repeats it.
    private var firstFailed: [String] {
        guard let exchange = result.failedExchanges.first else { return [] }
        let lines = ExchangeLines(exchange: exchange)
        let what = DisplayWidth.printable("\(exchange.step): \(exchange.outcome): \(lines.brief)")
        var shown = [heading("The first that failed"), "  " + DisplayWidth.cut(what, to: width - 2)]
        func add(_ text: String?) {
            guard let text else { return }
            shown.append("    " + style.paint(DisplayWidth.cut(DisplayWidth.printable(text), to: width - 4), .faint))
        }
        add(lines.location)
        add(exchange.request?.split(separator: "\n").first.map { "→ \($0)" })
        add(exchange.head?.split(separator: "\n").first.map { "← \($0)" })
        add(exchange.traceURL ?? exchange.traceID.map { "trace \($0)" })
        if let curl = exchange.curl, curl.utf8.count <= Self.commandLimit {
            add(lines.variables)
            // Whole, to be copied; nothing in it acts on a terminal.
            shown.append("  " + DisplayWidth.printable(curl))
        }
        let failed = result.evidence?.failed ?? 0
        shown.append("  all \(failed) that were kept, whole: failures.jsonl")
        if failed == 1 { shown[shown.count - 1] = "  whole in failures.jsonl" }
        return shown
    }

    /// What came of pushing figures.
    private var push: [String] {
        (result.push ?? []).flatMap { push in
            let lines = DisplayWidth.wrap("Pushed to \(DisplayWidth.printable("\(push.to): \(push.shown)"))", to: width)
            return push.hasAll ? lines : lines.map { style.paint($0, .yellow) }
        }
    }

    // MARK: Parts

    private var hadLoad: Bool { result.hadLoad }

    private var exchanges: UInt64 { result.exchanges }

    private var inOrder: [(name: String, step: StepResult)] { result.stepsInOrder }

    /// Milliseconds, with as many decimals as help.
    private static func latency(_ value: Double?, sign: String = "") -> TextTable.Cell {
        .init(value.map { sign + Figure.fixed($0, decimals: $0 < 100 ? 3 : $0 < 10_000 ? 1 : 0) } ?? "–")
    }

    private func heading(_ text: String) -> String { style.paint(text, .bold) }

    private func indented(_ facts: [String]) -> [String] { DisplayWidth.flow(facts, to: width - 2).map { "  " + $0 } }

    private func indented(_ text: String, by columns: Int = 2) -> [String] {
        let space = String(repeating: " ", count: columns)
        return DisplayWidth.wrap(text, to: width - columns).map { space + $0 }
    }
}

extension Verdict {
    /// The verdict in a report for people.
    var shown: String {
        switch self {
        case .pass: "PASS"
        case .fail: "FAIL"
        case .inconclusive: "INCONCLUSIVE"
        case .noData: "NO DATA"
        case .invalid: "INVALID"
        }
    }

    var colour: Colour {
        switch self {
        case .pass: .green
        case .fail, .invalid: .red
        case .inconclusive, .noData: .yellow
        }
    }
}

internal import Baselines
internal import Scenarios
internal import VerificationKit

/// `report.md`: the run in the length of a comment on a pull request: the verdict, the sign-off table, what did not pass,
/// what changed, the steps.
public enum MarkdownReport: ReportFormat {
    /// `report.md`
    public static let fileName = "report.md"

    /// The most bytes of a report; a comment on GitHub may have 65,536 characters.
    static let sizeLimit = 60_000
    private static let rowLimit = 20
    private static let findingLimit = 10
    private static let failureLimit = 5
    private static let exchangeLimit = 3
    /// Characters of a request, an answer or a command.
    private static let exchangeBytes = 1_500

    /// The whole report, without a link.
    public static func text(of result: RunResult) -> String { text(of: result, link: nil) }

    /// The whole report.
    ///
    /// - Parameter link: Where the full report is, for example the address of a CI job's files; nil: nowhere.
    public static func text(of result: RunResult, link: String?) -> String {
        let course = [capacity(result), signOff(result), open(result), drill(result)]
        let wrong = failures(result)
        // What a gate is about comes first.
        let judged = result.isGate ? [comparison(result)] + course : course + [comparison(result)]
        let figures = [loads(result), steps(result), streams(result), groups(result), fleet(result), push(result)]
        let sections = [headline(result)] + judged + [wrong] + figures + [footer(result, link)]
        let lines = sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        var text = ""
        for line in lines {
            guard text.utf8.count + line.utf8.count < sizeLimit else {
                text += "\n… the rest is in result.json\n"
                break
            }
            text += line + "\n"
        }
        return text
    }

    // MARK: Sections

    private static func loads(_ result: RunResult) -> [String] {
        let loads = result.loadsInOrder
        guard !loads.isEmpty else { return [] }
        func latency(_ value: Double?) -> String { value.map { "\(Figure.latency($0)) ms" } ?? "–" }
        func rate(_ value: Double?) -> String { value.map { Figure.short($0, decimals: 1) } ?? "–" }
        let head = [
            "### Loads", "", "| load | measured | intended /s | in time /s | exchanges | p95 | bad | dropped |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        let rows = loads.prefix(rowLimit).map { name, load in
            "| \(MarkdownText.plain(name)) | \(Figure.short(load.seconds, decimals: 1)) s | \(rate(load.intendedRate))"
                + " | \(rate(load.achievedRate)) | \(Figure.grouped(load.count)) | \(latency(load.responseTime?.p95))"
                + " | \(Figure.grouped(load.bad)) | \(Figure.grouped(load.dropped)) |"
        }
        let more = loads.count > rowLimit ? ["", "\(loads.count - rowLimit) more loads are in result.json."] : []
        return head + rows + more
    }

    private static func fleet(_ result: RunResult) -> [String] {
        guard let fleet = result.fleet else { return [] }
        var table = MarkdownTable(
            ["worker", "on", "load", "began", "exchanges", "bad", "start lag p99"], texts: 3)
        let shown = fleet.shown(atMost: rowLimit)
        for worker in shown {
            table.add([
                "\(worker.segment)/\(fleet.segments)", MarkdownText.plain(worker.location, limit: 100),
                worker.shownEnding,
                worker.shownStart, Figure.grouped(worker.exchanges), Figure.grouped(worker.bad),
                worker.startLag.map { "\(Figure.latency($0)) ms" } ?? "–",
            ])
        }
        let hidden = fleet.workers.count - shown.count
        let more = hidden > 0 ? ["", "\(hidden) more workers are in result.json."] : []
        let notes = fleet.notes.map { [""] + $0.map { "- \(MarkdownText.plain($0, limit: 300))" } } ?? []
        return ["### Workers", "", "\(fleet.line).", ""] + table.lines(limit: rowLimit, noun: "workers") + more + notes
    }

    private static func drill(_ result: RunResult) -> [String] {
        guard let drill = result.drill else { return [] }
        var lines = ["### Drill", ""]
        lines += (drill.inconclusive ?? []).map { "- **inconclusive**: \(MarkdownText.plain($0, limit: 300))" }
        lines += drill.faultLines.prefix(rowLimit).map { "- \(MarkdownText.plain($0, limit: 300))" }
        if let because = drill.healedBecause {
            lines.append("- all undone early: \(MarkdownText.plain(because, limit: 300))")
        }
        lines += drill.hypothesisLines.map { "- \(MarkdownText.plain($0, limit: 300))" }
        lines += drill.answererLines.prefix(rowLimit).map { "- answered by \(MarkdownText.plain($0, limit: 300))" }
        if !drill.figures.isEmpty {
            lines += ["", "| measure | value | known to | |", "|---|---:|---:|---|"]
            lines += drill.figures.map { figure in
                let resolution = figure.resolution.map { "± \(DrillResult.time($0))" } ?? "–"
                return "| \(MarkdownText.plain(figure.name)) | \(figure.value) | \(resolution) | \(figure.meaning) |"
            }
        }
        if !drill.counts.isEmpty {
            lines += ["", "| writes | |", "|---|---:|"]
            lines += drill.counts.map { "| \($0.name) | \(Figure.grouped($0.value)) |" }
        }
        if let notes = drill.notes, !notes.isEmpty {
            lines += [""] + notes.map { "- \(MarkdownText.plain($0, limit: 300))" }
        }
        return lines
    }

    private static func capacity(_ result: RunResult) -> [String] {
        guard let capacity = result.capacity else { return [] }
        var table = MarkdownTable(
            ["rate", "for", "answered/s", "p50 ms", "p95 ms", "p99 ms", "errors", "came to"], texts: 2)
        for step in capacity.steps.suffix(rowLimit) {
            let latencies = [step.p50, step.p95, step.p99].map { $0.map(Figure.latency) ?? "–" }
            table.add(
                [CapacityResult.shown(step.rate), step.shownPurpose, Figure.short(step.throughput, decimals: 1)]
                    + latencies + [
                        "\(Figure.short(step.errors * 100, decimals: 2)) %",
                        MarkdownText.plain(CapacityResult.told(step), limit: 200),
                    ])
        }
        let rows = table.lines(limit: rowLimit, noun: "rates")
        var lines = ["### Capacity", ""] + capacity.facts.map { "- \(MarkdownText.plain($0, limit: 300))" }
        if !rows.isEmpty { lines += [""] + rows }
        return lines
    }

    private static func headline(_ result: RunResult) -> [String] {
        let mark =
            switch result.verdict {
            case .pass: "✅"
            case .fail, .invalid: "❌"
            case .inconclusive, .noData: "⚠️"
            }
        let name = MarkdownText.plain(result.name)
        let hadLoad = result.generator.reactors > 0
        let exchanges = result.exchanges
        let facts = [
            MarkdownText.code(result.target, inTable: false),
            hadLoad ? "\(Figure.short(result.seconds, decimals: 1)) s measured" : nil,
            hadLoad ? result.shownExchanges : nil,
            result.seconds > 0 ? "\(Figure.short(Double(exchanges) / result.seconds, decimals: 1)) /s" : nil,
            MarkdownText.plain(result.started),
        ]
        let reason = MarkdownText.plain(result.reason, limit: 300)
        var lines = [
            "## \(mark) \(result.shownVerdict) \(name)", "", "\(reason)\(result.isGate ? "" : ".")  ",
            facts.compactMap { $0 }.joined(separator: " · "),
        ]
        if let shown = result.shownRun {
            let count = result.runs?.count ?? 1
            lines += ["", "Objectives and steps below are of \(MarkdownText.plain(shown)), one of \(count) runs."]
            lines += result.runsNotPassed.map { "- \(MarkdownText.plain($0, limit: 300))" }
        }
        switch result.ending {
        case .completed: break
        case .interrupted: lines += ["", "**Partial**: the run was interrupted."]
        case .aborted:
            let objective = result.abortedBy.map { ": \(MarkdownText.code($0, inTable: false))" } ?? ""
            lines += ["", "**Partial**: a broken objective ended the run\(objective)"]
        }
        if let changes = result.changes {
            lines += ["", "**The load was changed by hand while it ran:**"]
            lines += changes.prefix(rowLimit).map { "- \(MarkdownText.plain($0.line, limit: 300))" }
            if changes.count > rowLimit {
                lines.append("- \(changes.count - rowLimit) more changes are in result.json")
            }
        }
        if let notes = result.rebuilt {
            lines += ["", "**Made from the progress log**, since the run left no result:"]
            lines += notes.map { "- \(MarkdownText.plain($0, limit: 300))" }
        }
        return lines
    }

    private static func signOff(_ result: RunResult) -> [String] {
        var table = MarkdownTable(["verdict", "section", "criterion", "observed"], texts: 4)
        for row in SignOffTable(result).rows {
            table.add([
                row.verdict.map(shown) ?? "–", MarkdownText.plain(row.section), MarkdownText.plain(row.criterion),
                MarkdownText.plain(row.observed.joined(separator: "; ")),
            ])
        }
        let lines = table.lines(limit: rowLimit, noun: "criteria")
        return lines.isEmpty ? [] : ["### Sign-off", ""] + lines
    }

    /// What did not pass, what counts first.
    private static func open(_ result: RunResult) -> [String] {
        var counted: [String] = result.audit.reasons.map {
            "- **INVALID** \(MarkdownText.plain($0.cause, limit: 300)): \(MarkdownText.plain($0.hint, limit: 300))"
        }
        var advisory: [String] = []
        for objective in result.objectives where objective.verdict != .pass {
            let facts = [
                objective.shownObserved.map { "observed \($0)" } ?? "nothing was measured",
                objective.bound.map { "bound \(Figure.measured($0, objective.unit))" },
                "\(Figure.grouped(objective.samples)) samples",
                objective.note.map { MarkdownText.plain($0, limit: 300) },
            ].compactMap { $0 }
            let line =
                "\(shown(objective.verdict)) \(MarkdownText.code(objective.objective, inTable: false)): "
                + facts.joined(separator: ", ")
            if objective.severity == .hard { counted.append("- " + line) } else { advisory.append(line) }
        }
        for verification in result.verifications ?? [] where verification.severity == .hard {
            for finding in verification.findings where finding.verdict != .pass && finding.severity == .hard {
                counted.append(
                    "- \(shown(finding.verdict)) \(verification.kind) \(MarkdownText.plain(verification.name)), "
                        + "\(MarkdownText.code(finding.check, inTable: false)): expected "
                        + "\(MarkdownText.plain(finding.expected, limit: 240)); observed "
                        + MarkdownText.plain(finding.observed, limit: 240))
            }
        }
        for verification in result.verifications ?? []
        where verification.severity != .hard && verification.verdict != .pass {
            advisory.append(
                "\(shown(verification.verdict)) \(verification.kind) \(MarkdownText.plain(verification.name))")
        }
        var lines: [String] = []
        if !counted.isEmpty {
            lines += ["### What did not pass", ""] + counted.prefix(findingLimit)
            if counted.count > findingLimit { lines.append("- … and \(counted.count - findingLimit) more") }
        }
        if !advisory.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append("Advisory, not counted: " + advisory.prefix(findingLimit).joined(separator: "; "))
            if advisory.count > findingLimit { lines.append("; … and \(advisory.count - findingLimit) more") }
        }
        return lines
    }

    /// What changed, and folded below it what it was found by: the measures that decide, and those that are shown where they
    /// changed.
    private static func comparison(_ result: RunResult) -> [String] {
        guard let comparison = result.comparison else { return [] }
        if comparison.isPlacement { return placement(comparison, of: result) }
        let verdict = comparison.verdict.rawValue.uppercased()
        let runs = "\(comparison.referenceRuns) runs before, \(comparison.candidateRuns) now"
        var lines = [
            "### \(verdict) against \(MarkdownText.plain(comparison.reference))", "",
            comparison.reason.map { MarkdownText.plain($0, limit: 300) }
                ?? (comparison.paired ? "\(runs), in pairs" : runs),
        ]
        let changed = table(result.digest(comparison).changed, of: result).lines(limit: rowLimit, noun: "measures")
        if !changed.isEmpty { lines += [""] + changed }
        let all = comparison.ordered(like: result).filter { $0.measure.gates || $0.measure.verdict == .regression }
        let notes = (comparison.notes ?? []).prefix(findingLimit).map { "- \(MarkdownText.plain($0, limit: 300))" }
        let rows = table(all, of: result).lines(limit: rowLimit, noun: "measures")
        guard !rows.isEmpty else { return lines + (notes.isEmpty ? [] : [""] + notes) }
        let title = notes.isEmpty ? "All that decides" : "Notes and all that decides"
        lines += ["", "<details><summary>\(title)</summary>", ""]
        lines += notes + (notes.isEmpty ? [] : [""]) + rows + ["", "</details>"]
        return lines
    }

    private static func table(_ rows: [ComparisonDigest.Row], of result: RunResult) -> MarkdownTable {
        var table = MarkdownTable(["verdict", "step", "measure", "before", "now", "change (interval)"], texts: 3)
        for (step, measure) in rows {
            let line = MeasureLine(measure)
            let verdict = measure.verdict.rawValue.uppercased()
            // One run is only placed among those of a baseline: that decides nothing.
            let isBad = result.isGate && measure.gates && measure.verdict != .pass
            table.add([
                isBad ? "**\(verdict)**" : measure.gates ? verdict : "\(verdict) (shown only)",
                MarkdownText.code(step, inTable: true), MarkdownText.plain(measure.name), line.reference,
                line.candidate, line.change,
            ])
        }
        return table
    }

    /// Where a single run lies among those of a baseline.
    private static func placement(_ comparison: Comparison, of result: RunResult) -> [String] {
        var table = MarkdownTable(["step", "measure", "baseline", "its runs", "now", "place"], texts: 2)
        for (step, measure) in comparison.ordered(like: result) where measure.gates {
            let line = MeasureLine(measure)
            table.add([
                MarkdownText.code(step, inTable: true), MarkdownText.plain(measure.name), line.reference, line.range,
                line.candidate, measure.location?.rawValue ?? "–",
            ])
        }
        let heading = "### Beside \(MarkdownText.plain(comparison.reference))"
        return [heading, ""] + (comparison.reason.map { [MarkdownText.plain($0, limit: 300), ""] } ?? [])
            + table.lines(limit: rowLimit, noun: "measures")
    }

    /// Why exchanges failed, and what their answers said.
    private static func failures(_ result: RunResult) -> [String] {
        let all = result.failures
        guard !all.isEmpty else { return [] }
        var lines = ["### What went wrong, for example", ""]
        for (step, message, answer) in all.prefix(failureLimit) {
            let said = answer.map { ": \(MarkdownText.code($0, inTable: false, limit: 300))" } ?? ""
            lines.append(
                "- \(MarkdownText.code(step, inTable: false)) \(MarkdownText.plain(message, limit: 200))\(said)")
        }
        if all.count > failureLimit { lines.append("- … and \(all.count - failureLimit) more in result.json") }
        return lines + exchanges(result)
    }

    /// The first exchanges that failed, whole and folded.
    private static func exchanges(_ result: RunResult) -> [String] {
        result.failedExchanges.prefix(exchangeLimit).flatMap { exchange in
            let lines = ExchangeLines(exchange: exchange)
            let head = "\(MarkdownText.plain(exchange.step)): \(MarkdownText.plain(lines.brief, limit: 200))"
            var parts = ["", "<details><summary>\(head)</summary>", ""]
            if let location = lines.location { parts.append(MarkdownText.plain(location, limit: 200)) }
            if let url = lines.traceURL, let id = exchange.traceID {
                parts += ["", "trace [\(id)](\(MarkdownText.destination(url)))"]
            } else if let id = exchange.traceID {
                parts += ["", "trace \(id)"]
            }
            for text in [exchange.request, lines.answer, exchange.curl] {
                if let text { parts += [""] + MarkdownText.block(text, limit: exchangeBytes) }
            }
            return parts + ["", "</details>"]
        }
    }

    private static func steps(_ result: RunResult) -> [String] {
        guard result.generator.reactors > 0 else { return [] }
        let hasUnfinished = result.unfinished > 0
        var table = MarkdownTable(
            ["step", "count", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms", "bad"]
                + (hasUnfinished ? ["cut off"] : []), texts: 1)
        for (name, step) in result.steps.sorted(by: { $0.value.number < $1.value.number }) {
            let latency = step.responseTime
            let latencies = [
                ("p50", latency?.p50), ("p95", latency?.p95), ("p99", latency?.p99), ("max", latency?.max),
            ].map { key, value in
                value.map { (latency?.sign(of: key) ?? "") + Figure.short($0, decimals: 3) } ?? "–"
            }
            table.add(
                [
                    MarkdownText.code(step.shown(name), inTable: true), Figure.grouped(step.count),
                    Figure.fixed(step.rate, decimals: 1),
                ] + latencies + [step.bad == 0 ? "0" : "**\(Figure.grouped(step.bad))**"]
                    + (hasUnfinished ? [Figure.grouped(step.unfinished)] : []))
        }
        let lines = table.lines(limit: rowLimit, noun: "steps")
        let notes = iterations(result) + result.idleSteps.prefix(rowLimit).map { MarkdownText.plain($0, limit: 300) }
        return lines.isEmpty ? [] : ["### Steps", ""] + lines + (notes.isEmpty ? [] : [""] + notes.map { "- \($0)" })
    }

    private static func groups(_ result: RunResult) -> [String] {
        let groups = result.groupsInOrder
        guard !groups.isEmpty else { return [] }
        let hasRounds = groups.contains { $0.group.rounds != nil }
        var table = MarkdownTable(
            ["group", "begun", "ended", "failed", "given up", "p50 ms", "p95 ms", "p99 ms", "max ms"]
                + (hasRounds ? ["rounds p50", "most"] : []), texts: 1)
        func bad(_ count: UInt64) -> String { count == 0 ? "0" : "**\(Figure.grouped(count))**" }
        for (name, group) in groups {
            let time = group.time
            let latencies = [("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("max", time?.max)].map {
                key, value in value.map { (time?.sign(of: key) ?? "") + Figure.short($0, decimals: 3) } ?? "–"
            }
            let rounds = [group.rounds?.p50, group.rounds?.max].map { value in
                value.map { Figure.short($0, decimals: 0) } ?? "–"
            }
            table.add(
                [
                    (group.kind == .until ? "until " : "") + MarkdownText.code(name, inTable: true),
                    Figure.grouped(group.begun), Figure.grouped(group.completed), bad(group.failed),
                    bad(group.givenUp),
                ] + latencies + (hasRounds ? rounds : []))
        }
        return ["### Groups", ""] + table.lines(limit: rowLimit, noun: "groups")
    }

    /// The streams of events.
    private static func streams(_ result: RunResult) -> [String] {
        var table = MarkdownTable(["step", "events"] + StreamTable.columns.map { "\($0) ms" }, texts: 2)
        for stream in result.streams {
            table.add(
                [MarkdownText.code(stream.name, inTable: true), MarkdownText.plain(stream.events)]
                    + stream.figures.map { cell in cell.value.map { cell.sign + Figure.short($0, decimals: 3) } ?? "–" }
            )
        }
        let lines = table.lines(limit: rowLimit, noun: "steps with streams")
        return lines.isEmpty ? [] : ["### Streams of events", ""] + lines
    }

    /// What became of each flow's iterations, where some were given up.
    private static func iterations(_ result: RunResult) -> [String] {
        result.flowsInOrder.prefix(rowLimit).compactMap { name, flow in
            guard let begun = flow.begun, let givenUp = flow.givenUp, givenUp > 0 else { return nil }
            return "iterations of \(MarkdownText.plain(name)): \(Figure.grouped(begun)) begun, "
                + "\(Figure.grouped(flow.iterations)) completed, **\(Figure.grouped(givenUp)) given up**"
        }
    }

    /// Receivers that lack something of what was pushed.
    private static func push(_ result: RunResult) -> [String] {
        (result.push ?? []).filter { !$0.hasAll }.prefix(rowLimit).map {
            "- pushed to \(MarkdownText.plain("\($0.to): \($0.shown)", limit: 300))"
        }
    }

    private static func footer(_ result: RunResult, _ link: String?) -> [String] {
        let version = "Loadgate \(MarkdownText.plain(result.loadgate))"
        guard let link else { return [version] }
        return ["[Full report](\(MarkdownText.destination(link))) · \(version)"]
    }

    private static func shown(_ verdict: Verdict) -> String {
        verdict == .pass ? verdict.shown : "**\(verdict.shown)**"
    }
}

internal import VerificationKit

/// What a drill showed: the course of good and bad second by second with the faults behind it, and its figures.
struct DrillSection: PageSection {
    var result: RunResult

    let name = "drill"
    let title = "Drill"

    private static let rowLimit = 200

    var isEmpty: Bool { result.drill == nil }

    func write(to page: inout HTMLWriter) {
        guard let drill = result.drill else { return }
        for reason in drill.inconclusive ?? [] {
            page.element("p", ["class": "note"]) { $0.foreign("Inconclusive: \(reason)", atMost: 600) }
        }
        if let because = drill.healedBecause {
            page.element("p", ["class": "note"]) {
                $0.foreign(
                    "All faults were undone early, at \(DrillResult.time(drill.healedEarly ?? 0)): \(because)",
                    atMost: 600)
            }
        }
        DrillTimeline(drill: drill).write(to: &page)
        hypothesis(drill, &page)
        faults(drill, &page)
        figures(drill, &page)
        writes(drill, &page)
        outages(drill, &page)
        for note in drill.notes ?? [] { page.element("p", ["class": "faint"]) { $0.foreign(note, atMost: 600) } }
    }

    // MARK: Tables

    /// Whether the objectives on the load held, phase by phase.
    private func hypothesis(_ drill: DrillResult, _ page: inout HTMLWriter) {
        guard let phases = drill.hypothesis else { return }
        let rows = phases.flatMap { phase in
            (phase.objectives.isEmpty ? [nil] : phase.objectives.map(Optional.some)).map { (phase, $0) }
        }
        page.table(
            "Steady state", ["Steady state", "#From", "#To", "Held", "Objective", "#Observed", "Verdict"],
            rows: rows.prefix(Self.rowLimit), isWide: true
        ) { row, page in
            let (phase, judged) = row
            page.element("th", ["scope": "row"], text: phase.phase.words)
            page.number(phase.from, DrillResult.time)
            page.number(phase.to, DrillResult.time)
            page.element("td", ["class": phase.holds ? nil : "bad"]) {
                $0.foreign(phase.holds ? "yes" : "no: \(phase.because ?? "")", atMost: 300)
            }
            page.element("td") { $0.foreign(judged?.objective ?? "no exchange fails", atMost: 300) }
            page.number(judged?.observed) { Figure.measured($0, judged?.unit) }
            page.element("td") { page in
                if let judged { ReportVerdict(judged.verdict).write(to: &page) } else { page.text("–") }
            }
        }
        page.more(rows.count - Self.rowLimit, "objectives")
    }

    private func faults(_ drill: DrillResult, _ page: inout HTMLWriter) {
        page.table(
            "Faults", ["Fault", "#Took effect", "Shown by", "#Undone", "Shown by"],
            rows: drill.faults.prefix(Self.rowLimit), isWide: true
        ) { fault, page in
            page.rowHead(fault.fault)
            page.number(fault.effective, DrillResult.time)
            page.element("td") { $0.foreign(fault.evidence ?? fault.problem ?? "–", atMost: 600) }
            page.number(fault.undone, DrillResult.time)
            page.element("td") { $0.foreign(fault.undo ?? "–", atMost: 600) }
        }
        page.more(drill.faults.count - Self.rowLimit, "faults")
    }

    private func figures(_ drill: DrillResult, _ page: inout HTMLWriter) {
        guard !drill.figures.isEmpty else { return }
        page.table("Measures", ["Measure", "#Value", "#Known to", "Meaning"], rows: drill.figures) { figure, page in
            page.element("th", ["scope": "row"], text: figure.name)
            page.element("td", ["class": "number"], text: figure.value)
            page.element(
                "td", ["class": "number"], text: figure.resolution.map { "± \(DrillResult.time($0))" } ?? "–")
            page.element("td", text: figure.meaning)
        }
    }

    private func writes(_ drill: DrillResult, _ page: inout HTMLWriter) {
        guard !drill.counts.isEmpty else { return }
        page.table("Writes", ["Writes", "#Count"], rows: drill.counts) { count, page in
            page.element("th", ["scope": "row"], text: count.name)
            page.number(
                Double(count.value), { _ in Figure.grouped(count.value) }, class: count.isBad ? "bad" : nil)
        }
        if let lost = drill.lost, !lost.isEmpty {
            page.table("Lost writes", ["Lost write", "#Sent", "#Acknowledged"], rows: lost) { write, page in
                page.rowHead(write.id, atMost: 100)
                page.number(write.sent, DrillResult.time)
                page.number(write.acknowledged, DrillResult.time)
            }
            page.more(
                Int(clamping: (drill.lostWrites ?? 0)) - lost.count, "lost writes in lost-writes.jsonl, and the counts")
        }
        guard let unexpected = drill.unexpectedWrites, !unexpected.isEmpty else { return }
        page.table("Unexpected writes", ["Unexpected write", "#Refused", "Why"], rows: unexpected) { write, page in
            page.rowHead(write.id, atMost: 200)
            page.number(write.refused, DrillResult.time)
            page.element("td", text: write.refused == nil ? "never sent" : "refused, and there all the same")
        }
        page.more(
            Int(clamping: (drill.unexpected ?? 0)) - unexpected.count,
            "unexpected writes in unexpected-writes.jsonl, and the counts")
    }

    private func outages(_ drill: DrillResult, _ page: inout HTMLWriter) {
        guard !drill.outages.isEmpty else { return }
        page.table(
            "Outages", ["Outage of", "#From", "#To", "#Length", "#Failed"], rows: drill.outages.prefix(Self.rowLimit),
            isSortable: true
        ) { outage, page in
            page.rowHead(outage.flow)
            page.number(outage.start, DrillResult.time)
            page.number(outage.end, DrillResult.time)
            page.number(outage.end.map { $0 - outage.start }, DrillResult.time)
            page.number(Double(outage.failed)) { _ in Figure.counted(outage.failed) }
        }
        page.more(drill.outages.count - Self.rowLimit, "outages")
    }
}

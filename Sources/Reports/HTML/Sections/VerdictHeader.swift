internal import Baselines
internal import VerificationKit

/// What the run came to, at a glance, and the run's circumstances.
struct VerdictHeader {
    var result: RunResult

    func write(to page: inout HTMLWriter) {
        let verdict = ReportVerdict(result.verdict)
        page.element("div", ["class": "verdict \(verdict.name)"]) { page in
            page.element("h1") { page in
                page.element("span", ["class": "symbol", "aria-hidden": "true"], text: verdict.symbol)
                page.text("\(result.shownVerdict) ")
                page.element("span", ["class": "name"]) { $0.foreign(result.name, atMost: 300) }
            }
            // A gate's begins with the name of a step.
            page.element("p") { $0.foreign(result.isGate ? result.reason : sentence(result.reason), atMost: 1_000) }
            if let partial { page.element("p") { $0.foreign(partial) } }
            if let changes = result.changes {
                page.element("p", text: "The load was changed by hand while it ran:")
                list(changes.map(\.line), &page)
            }
            if let notes = result.rebuilt {
                page.element("p", text: "Made from the progress log, since the run left no result:")
                list(notes, &page)
            }
            if let comparison = result.comparison { write(comparison, &page) }
            if let shown = result.shownRun {
                page.element("p") { page in
                    page.text("Objectives, charts and steps are of ")
                    page.foreign(shown, atMost: 300)
                    page.text(", one of \(result.runs?.count ?? 1) runs.")
                }
                list(result.runsNotPassed, &page)
            }
        }
        if let description = result.description {
            page.element("p") { $0.foreign(description, atMost: 2_000) }
        }
        page.element("dl", ["class": "facts"]) { page in
            page.fact("Target", result.target)
            if result.hadLoad {
                page.fact("Measured", "\(Figure.short(result.seconds, decimals: 1)) s")
                page.fact("Exchanges", Figure.grouped(result.exchanges))
                if result.unfinished > 0 { page.fact("Cut off by the end", Figure.grouped(result.unfinished)) }
                if result.seconds > 0 {
                    page.fact("Per second", Figure.short(Double(result.exchanges) / result.seconds, decimals: 1))
                }
            }
            page.fact("Started", result.started)
            page.fact("Scenario", result.scenario?.file)
        }
    }

    private var partial: String? {
        switch result.ending {
        case .completed: nil
        case .interrupted: "Partial: the run was interrupted. What was measured until then is shown."
        case .aborted:
            "Partial: a broken objective ended the run\(result.abortedBy.map { ": \($0)" } ?? "")."
        }
    }

    private func write(_ comparison: Comparison, _ page: inout HTMLWriter) {
        page.element("p") { page in
            page.text(comparison.isPlacement ? "Beside " : "Against ")
            page.foreign(comparison.reference, atMost: 300)
            page.text(": ")
            page.link(to: .section("comparison"), comparison.isPlacement ? "its place" : comparison.verdict.rawValue)
            if let reason = comparison.reason {
                page.text(comparison.isPlacement ? "; " : ", ")
                page.foreign(reason, atMost: 1_000)
            }
        }
    }

    private func list(_ texts: [String], _ page: inout HTMLWriter) {
        guard !texts.isEmpty else { return }
        page.element("ul") { page in
            for text in texts.prefix(20) { page.element("li") { $0.foreign(text, atMost: 1_000) } }
        }
        page.more(texts.count - 20, "such lines")
    }

    private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}

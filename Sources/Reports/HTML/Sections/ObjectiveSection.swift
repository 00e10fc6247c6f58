internal import Scenarios
internal import VerificationKit

/// All objectives with the figures that they were judged by.
struct ObjectiveSection: PageSection {
    var result: RunResult

    let name = "objectives"
    let title = "Objectives"

    var isEmpty: Bool { result.objectives.isEmpty }

    func write(to page: inout HTMLWriter) {
        page.element("div", ["class": "scroll cards"]) { page in
            page.element("table") { page in
                page.tableHead(["Verdict", "Objective", "#Observed", "#95 % bound", "#Samples"])
                for (index, objective) in result.objectives.enumerated() {
                    page.element("tbody") { write(objective, index, &$0) }
                }
            }
        }
        page.element(
            "p", ["class": "faint"],
            text: "A pass is shown by the one-sided 95 % confidence bound, not by the observed value alone.")
    }

    private func write(_ objective: ObjectiveResult, _ index: Int, _ page: inout HTMLWriter) {
        page.element("tr", ["id": Anchor.objective(index).id]) { page in
            page.element("td") { ReportVerdict(objective.verdict).write(to: &$0) }
            page.element("th", ["scope": "row"]) { page in
                page.foreign(objective.objective)
                if objective.severity != .hard { page.text(" (advisory: shown, not counted)") }
                if let note = objective.note { page.element("div", ["class": "note"]) { $0.foreign(note) } }
            }
            for (label, text) in [
                ("Observed", objective.shownObserved ?? "–"),
                ("95 % bound", objective.bound.map { Figure.measured($0, objective.unit) } ?? "–"),
                ("Samples", Figure.grouped(objective.samples)),
            ] {
                page.element("td", ["class": text == "–" ? "number none" : "number", "data-label": label], text: text)
            }
        }
    }
}

internal import VerificationKit

/// The table that a deployment is signed off by.
struct SignOffSection: PageSection {
    var result: RunResult

    let name = "sign-off"
    let title = "Sign-off"

    private var rows: [SignOffTable.Row] { SignOffTable(result).rows }

    var isEmpty: Bool { rows.isEmpty }

    func write(to page: inout HTMLWriter) {
        let rows = rows
        page.element("div", ["class": "scroll cards"]) { page in
            page.element("table") { page in
                page.tableHead(["Section", "Criterion", "Verdict", "Observed", "95 % bound", "Evidence"])
                for row in rows {
                    // A row for each of what shows the criterion.
                    page.element("tbody") { page in
                        for (index, evidence) in row.evidence.enumerated() {
                            page.element("tr") { page in
                                if index == 0 { writeStart(row, &page) }
                                write(row, index, evidence, &page)
                            }
                        }
                    }
                }
            }
        }
    }

    private func writeStart(_ row: SignOffTable.Row, _ page: inout HTMLWriter) {
        let span = row.evidence.count > 1 ? "\(row.evidence.count)" : nil
        page.element("td", ["rowspan": span, "class": "faint"]) { $0.foreign(row.section) }
        page.element("th", ["rowspan": span, "scope": "row"]) { $0.foreign(row.criterion) }
        page.element("td", ["rowspan": span]) { page in
            if let verdict = row.verdict { ReportVerdict(verdict).write(to: &page) } else { page.text("–") }
        }
    }

    private func write(
        _ row: SignOffTable.Row, _ number: Int, _ evidence: SignOffTable.Evidence, _ page: inout HTMLWriter
    ) {
        switch evidence {
        case .objective(let index):
            let objective = result.objectives[index]
            cell("Observed", objective.shownObserved ?? "–", &page)
            cell("95 % bound", objective.bound.map { Figure.measured($0, objective.unit) } ?? "–", &page)
            page.element("td", ["data-label": "Evidence"]) { $0.link(to: .objective(index), objective.objective) }
        case .verification(let index):
            guard let verification = result.verifications?[index] else { return }
            page.element(
                "td", ["data-label": "Observed"], text: "checks: \(VerificationSummary.checks(verification))")
            cell("95 % bound", "–", &page)
            page.element("td", ["data-label": "Evidence"]) { $0.link(to: .verification(index), verification.shownName) }
        case .comparison:
            page.element("td", ["data-label": "Observed"]) { $0.foreign(row.observed[number], atMost: 300) }
            cell("95 % bound", "–", &page)
            page.element("td", ["data-label": "Evidence"]) { $0.link(to: .section("comparison"), row.shownBy[number]) }
        }
    }

    private func cell(_ label: String, _ text: String, _ page: inout HTMLWriter) {
        page.element("td", ["data-label": label, "class": text == "–" ? "none" : "figure"], text: text)
    }
}

internal import Scenarios
internal import VerificationKit

/// Each verification with its checks, what was seen of them, and exchanges that show it.
struct VerificationSection: PageSection {
    var result: RunResult

    let name = "verifications"
    let title = "Verifications"

    /// The most findings that are told of one verification, exhibits of a finding, and plots.
    private static let findingLimit = 200
    private static let exhibitLimit = 8
    private static let plotLimit = 8
    /// The most characters of one text.
    private static let textLimit = 4_000

    var isEmpty: Bool { (result.verifications ?? []).isEmpty }

    func write(to page: inout HTMLWriter) {
        for (index, verification) in (result.verifications ?? []).enumerated() {
            page.element("div", ["class": "sheet", "id": Anchor.verification(index).id]) { page in
                write(verification, index, &page)
            }
            writePlots(verification, &page)
        }
    }

    private func write(_ verification: VerificationResult, _ index: Int, _ page: inout HTMLWriter) {
        page.element("h3") { page in
            ReportVerdict(verification.verdict).write(to: &page)
            page.text(" ")
            page.foreign(verification.shownName, atMost: 300)
        }
        var facts = [
            "checks: \(VerificationSummary.checks(verification))",
            "\(Figure.counted(verification.exchanges)) exchanges in \(Figure.fixed(verification.seconds, decimals: 1)) s",
        ]
        if verification.severity != .hard { facts.append("advisory: shown, not counted") }
        if let criterion = verification.criterion { facts.insert(criterion, at: 0) }
        page.element("p", ["class": "faint"]) { $0.foreign(facts.joined(separator: " · "), atMost: Self.textLimit) }
        // What is broken first, what doesn't count after what does.
        let sorted = verification.findings.enumerated().sorted { one, other in
            (rank(one.element), one.offset) < (rank(other.element), other.offset)
        }
        let shown = sorted.prefix(Self.findingLimit)
        for (number, finding) in shown where finding.verdict != .pass {
            write(finding, .finding(number, of: index), &page)
        }
        let passed = shown.filter { $0.element.verdict == .pass }
        if !passed.isEmpty {
            let advisory = passed.count { $0.element.severity != .hard }
            let summary = "with what was seen" + (advisory > 0 ? "; \(advisory) advisory, not counted above" : "")
            fold("\(Figure.counted(passed.count)) passed", summary, &page) { page in
                for (number, finding) in passed { write(finding, .finding(number, of: index), &page) }
            }
        }
        page.more(sorted.count - Self.findingLimit, "checks")
        writeFigures(verification, &page)
    }

    private func rank(_ finding: VerificationResult.Finding) -> Int {
        let order: [Verdict] = [.fail, .invalid, .noData, .inconclusive]
        let isHard = finding.severity == .hard
        return order.firstIndex(of: finding.verdict).map { $0 + (isHard ? 0 : 5) } ?? 10
    }

    private func write(_ finding: VerificationResult.Finding, _ anchor: Anchor, _ page: inout HTMLWriter) {
        // What is to be read is open already.
        let isOpen = finding.verdict != .pass && finding.severity == .hard
        page.element("details", ["id": anchor.id, "open": isOpen ? "" : nil]) { page in
            page.element("summary") { page in
                ReportVerdict(finding.verdict).write(to: &page)
                page.element("span", ["class": "check"]) { $0.foreign(finding.check, atMost: 200) }
                page.element("span", ["class": "seen"]) { page in
                    page.foreign(finding.observed, atMost: 300)
                    if finding.severity != .hard { page.text(" (advisory)") }
                }
            }
            page.element("div") { page in
                page.element("dl", ["class": "pairs"]) { page in
                    for (name, text) in [
                        ("Expected", finding.expected), ("Observed", finding.observed), ("Evidence", finding.evidence),
                    ] where !text.isEmpty {
                        page.element("dt", text: name)
                        page.element("dd") { $0.foreign(text, atMost: Self.textLimit) }
                    }
                }
                write(finding.exhibits ?? [], &page)
            }
        }
    }

    private func write(_ exhibits: [VerificationResult.Exhibit], _ page: inout HTMLWriter) {
        for exhibit in exhibits.prefix(Self.exhibitLimit) {
            page.element("pre") { page in
                page.foreign("→ \(exhibit.request)", atMost: Self.textLimit)
                page.text("\n")
                page.foreign("← \(exhibit.answer)", atMost: Self.textLimit)
                let times = [exhibit.sent, exhibit.received].map { Figure.fixed($0, decimals: 3) }
                page.text("\n   sent at \(times[0]) ms, answered at \(times[1]) ms")
            }
        }
        page.more(exhibits.count - Self.exhibitLimit, "exchanges")
    }

    private func writeFigures(_ verification: VerificationResult, _ page: inout HTMLWriter) {
        guard let figures = verification.figures, !figures.isEmpty else { return }
        fold("Figures", "numbers that belong to it", &page) { page in
            page.element("dl", ["class": "pairs"]) { page in
                for figure in figures.prefix(Self.findingLimit) {
                    page.element("dt") { $0.foreign(figure.name, atMost: 200) }
                    page.element("dd", text: Figure.measured(figure.value, figure.unit))
                }
            }
            page.more(figures.count - Self.findingLimit, "figures")
        }
    }

    /// What is shown when it is asked for.
    private func fold(
        _ name: String, _ what: String, _ page: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void
    ) {
        page.element("details") { page in
            page.element("summary") { page in
                page.element("span", ["class": "check"], text: name)
                page.element("span", ["class": "seen"], text: what)
            }
            page.element("div") { content(&$0) }
        }
    }

    private func writePlots(_ verification: VerificationResult, _ page: inout HTMLWriter) {
        let plots = (verification.plots ?? []).filter { $0.lines.contains { !$0.points.isEmpty } }
        guard !plots.isEmpty else { return }
        page.element("div", ["class": "charts"]) { page in
            for plot in plots.prefix(Self.plotLimit) { PlotChart(plot: plot).write(to: &page) }
        }
        page.more(plots.count - Self.plotLimit, "charts")
    }
}

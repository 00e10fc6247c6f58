internal import VerificationKit

/// The processes that shared a load.
struct FleetSection: PageSection {
    var result: RunResult

    let name = "workers"
    let title = "Workers"

    /// The most workers that are shown.
    private static let rowLimit = 200

    var isEmpty: Bool { result.fleet == nil }

    func write(to page: inout HTMLWriter) {
        guard let fleet = result.fleet else { return }
        page.element("p", text: "\(fleet.line).")
        let shown = fleet.shown(atMost: Self.rowLimit)
        page.scrolling("Workers") { page in
            page.element("table", ["class": "wide"]) { page in
                page.tableHead([
                    "Worker", "Machine", "#Began", "Load", "#Exchanges", "#Bad", "#Dropped", "#Start lag p99",
                    "#Generator delay p99", "#Busiest reactor",
                ])
                page.element("tbody") { page in
                    for worker in shown { row(worker, of: fleet, &page) }
                }
            }
        }
        page.more(fleet.workers.count - shown.count, "workers")
        for note in fleet.notes ?? [] {
            page.element("p", ["class": "note"]) { $0.foreign("\(note).", atMost: 600) }
        }
        page.element(
            "p", ["class": "faint"],
            text:
                "What is judged is all workers together. When they began is known by their own clocks, as far as those agree."
        )
    }

    private func row(_ worker: FleetResult.Worker, of fleet: FleetResult, _ page: inout HTMLWriter) {
        page.element("tr") { page in
            // The folder has no column of its own: with it the last one would lie outside of a screen.
            page.element("th", ["scope": "row"]) { page in
                page.text("\(worker.segment)/\(fleet.segments)")
                page.element("div", ["class": "faint"]) { $0.foreign(worker.folder, atMost: 300) }
            }
            page.element("td") { $0.foreign(worker.host ?? "–", atMost: 100) }
            page.number(worker.startedAfter) { "+\(Figure.short($0, decimals: 1)) ms" }
            page.element("td", ["class": worker.hasEnded ? nil : "bad"], text: worker.shownEnding)
            page.number(Double(worker.exchanges)) { Figure.short($0, decimals: 0) }
            page.number(
                Double(worker.bad), { Figure.short($0, decimals: 0) }, class: worker.bad > 0 ? "bad" : nil)
            page.number(Double(worker.dropped)) { Figure.short($0, decimals: 0) }
            page.number(worker.startLag) { "\(Figure.latency($0)) ms" }
            page.number(worker.generatorDelay) { "\(Figure.latency($0)) ms" }
            page.number(worker.saturation) { "\(Figure.short($0 * 100, decimals: 0)) %" }
        }
    }
}

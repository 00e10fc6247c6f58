internal import Baselines
internal import Measures
internal import Scenarios
internal import VerificationKit

/// Each step's figures, and how its latencies are distributed.
struct StepSection: PageSection {
    var result: RunResult

    let name = "steps"
    let title = "Steps"

    /// The most curves that are drawn.
    private static let curveLimit = 12
    /// The most steps of which it is said that they never ran.
    private static let idleLimit = 20
    /// The most rows of the table.
    private static let rowLimit = 2_000

    private var isWebSocket: Bool { result.steps.values.contains { $0.roundTrip != nil } }

    var isEmpty: Bool { result.steps.isEmpty || !result.hadLoad }

    func write(to page: inout HTMLWriter) {
        writeTable(&page)
        writeStreams(&page)
        writeFlows(&page)
        writeCurves(&page)
    }

    // MARK: Tables

    private func writeTable(_ page: inout HTMLWriter) {
        let steps = result.stepsInOrder
        let calculated = steps.contains { $0.step.calculationTime != nil }
        let cut = result.unfinished > 0
        page.element(
            "p", ["class": "faint"],
            text: "Response time in milliseconds, counted from the intended start."
                + (cut ? " ≥: exchanges that the run's end cut off might have raised it." : ""))
        page.scrolling("Steps") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                page.tableHead(
                    ["Step", "Flow", "#Count", "#Per s", "#p50", "#p95", "#p99", "#p99.9", "#Max"]
                        + (calculated ? ["#Calculation p95"] : []) + ["#Bad"] + (cut ? ["#Cut off"] : []) + ["By"])
                page.element("tbody") { page in
                    for (name, step) in steps.prefix(Self.rowLimit) { write(name, step, calculated, cut, &page) }
                }
            }
        }
        page.more(steps.count - Self.rowLimit, "steps")
        let idle = result.idleSteps
        for text in idle.prefix(Self.idleLimit) {
            page.element("p", ["class": "note"]) { $0.foreign(text, atMost: 600) }
        }
        page.more(idle.count - Self.idleLimit, "steps never ran")
    }

    private func write(_ name: String, _ step: StepResult, _ calculated: Bool, _ cut: Bool, _ page: inout HTMLWriter) {
        page.element("tr") { page in
            page.element("th", ["scope": "row"]) { $0.foreign(step.shown(name), atMost: 300) }
            page.element("td") { $0.foreign(step.flow, atMost: 300) }
            page.number(Double(step.count)) { _ in Figure.grouped(step.count) }
            page.number(step.rate) { Figure.fixed($0, decimals: 1) }
            let time = step.responseTime
            for (key, value) in [
                ("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("p99.9", time?.p999), ("max", time?.max),
            ] {
                page.number(value) { (time?.sign(of: key) ?? "") + Figure.latency($0) }
            }
            if calculated { page.number(step.calculationTime?.p95, Figure.latency) }
            let share = step.count > 0 ? Double(step.bad) / Double(step.count) * 100 : 0
            page.number(
                Double(step.bad),
                { _ in
                    step.bad == 0 ? "0" : "\(Figure.grouped(step.bad)) (\(Figure.fixed(share, decimals: 2)) %)"
                }, class: step.bad > 0 ? "bad" : nil)
            if cut { page.number(Double(step.unfinished)) { _ in Figure.grouped(step.unfinished) } }
            page.element("td", text: step.transport)
        }
    }

    /// Streams of events.
    private func writeStreams(_ page: inout HTMLWriter) {
        let streams = result.streams
        guard !streams.isEmpty else { return }
        page.element("h3", text: "Streams of events, times in milliseconds")
        page.scrolling("Streams of events") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                let titles = StreamTable.columns.map { "#\($0.prefix(1).uppercased())\($0.dropFirst())" }
                page.tableHead(["Step", "Events"] + titles)
                page.element("tbody") { page in
                    for stream in streams.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { $0.foreign(stream.name, atMost: 300) }
                            page.element("td", text: stream.events)
                            for figure in stream.figures {
                                page.number(figure.value) { figure.sign + Figure.latency($0) }
                            }
                        }
                    }
                }
            }
        }
        page.more(streams.count - Self.rowLimit, "steps with streams")
    }

    /// The flows' iterations, where they say more than the steps.
    private func writeFlows(_ page: inout HTMLWriter) {
        guard result.showsIterations else { return }
        let flows = result.flowsInOrder
        page.element("h3", text: "Iterations of flows, in milliseconds")
        page.scrolling("Iterations of flows") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                page.tableHead(["Flow", "#Begun", "#Completed", "#Given up", "#Share", "#p50", "#p95", "#p99", "#Max"])
                page.element("tbody") { page in
                    for (name, flow) in flows.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { $0.foreign(name, atMost: 300) }
                            page.number(flow.begun.map(Double.init)) { _ in Figure.grouped(flow.begun ?? 0) }
                            page.number(Double(flow.iterations)) { _ in Figure.grouped(flow.iterations) }
                            page.number(
                                flow.givenUp.map(Double.init), { _ in Figure.grouped(flow.givenUp ?? 0) },
                                class: flow.givenUp ?? 0 > 0 ? "bad" : nil)
                            page.number(flow.share) { "\(Figure.fixed($0 * 100, decimals: 2)) %" }
                            let time = flow.iterationTime
                            let figures = [
                                ("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("max", time?.max),
                            ]
                            for (key, value) in figures {
                                page.number(value) { (time?.sign(of: key) ?? "") + Figure.latency($0) }
                            }
                        }
                    }
                }
            }
        }
        page.more(flows.count - Self.rowLimit, "flows")
    }

    // MARK: Curves

    private func writeCurves(_ page: inout HTMLWriter) {
        // Of many steps those with the most exchanges; in the scenario's order.
        let drawn = result.stepsInOrder.filter { !PercentileCurve.curves(of: $0.step, reference: nil).isEmpty }
        let chosen = Set(
            drawn.sorted { ($1.step.count, $0.step.number) < ($0.step.count, $1.step.number) }.prefix(Self.curveLimit)
                .map(\.name))
        guard !chosen.isEmpty else { return }
        let limits = ObjectiveLimits(result)
        page.element("h3", text: "How latencies are distributed")
        page.element("div", ["class": "charts"]) { page in
            for (name, step) in drawn where chosen.contains(name) {
                let own = [Objective.Measure.responseTime, .roundTrip, .firstEvent, .eventGap].flatMap {
                    limits.limits(of: $0, named: [name, step.flow])
                }
                let curve = PercentileCurve(
                    title: name,
                    curves: PercentileCurve.curves(of: step, reference: result.comparison?.distributions?[name]),
                    limits: own)
                curve?.write(to: &page)
            }
        }
        if drawn.count > chosen.count {
            page.element(
                "p", ["class": "faint"],
                text: "The \(chosen.count) steps with the most exchanges are drawn, of \(Figure.counted(drawn.count)).")
        }
    }
}

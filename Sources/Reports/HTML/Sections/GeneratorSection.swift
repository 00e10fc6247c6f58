internal import VerificationKit

/// Whether the generator kept up, and what it used.
struct GeneratorSection: PageSection {
    var result: RunResult

    let name = "generator"
    let title = "Generator's audit"

    var isEmpty: Bool { !result.hadLoad && result.audit.reasons.isEmpty }

    func write(to page: inout HTMLWriter) {
        page.element("div", ["class": "sheet"]) { page in
            page.element("p") { page in
                ReportVerdict(result.audit.verdict).write(to: &page)
                page.text(
                    result.audit.reasons.isEmpty
                        ? " The generator kept up: what was measured is the target's."
                        : " What depends on it is void: \(result.invalidity).")
            }
            for reason in result.audit.reasons {
                page.element("p") { page in
                    page.element("strong") { $0.foreign(reason.cause, atMost: 2_000) }
                    page.text(". ")
                    page.foreign(reason.hint, atMost: 2_000)
                }
            }
            page.element("dl", ["class": "facts"]) { writeFacts(&$0) }
        }
        writeLags(&page)
    }

    private func writeFacts(_ page: inout HTMLWriter) {
        let generator = result.generator
        page.fact("Dropped arrivals", Figure.grouped(generator.dropped))
        if let achieved = generator.achievedRate, let intended = generator.intendedRate {
            let rates = [achieved, intended].map { Figure.short($0, decimals: 1) }
            page.fact("Achieved rate", "\(rates[0]) of \(rates[1]) arrivals/s")
        }
        page.fact("Begun", Figure.grouped(generator.started))
        page.fact("Completed iterations", Figure.grouped(generator.iterations))
        if let givenUp = generator.givenUp { page.fact("Given-up iterations", Figure.grouped(givenUp)) }
        page.fact("Cut off by the end", Figure.grouped(generator.unfinished))
        if let heldUp = generator.heldUp {
            let stalled = result.wholeSteps.reduce(UInt64(0)) { $0 + ($1.stalled ?? 0) }
            page.fact(
                "Held up",
                "\(Figure.short(heldUp, decimals: 1)) s at the longest, \(Figure.grouped(stalled)) exchanges touched")
        }
        page.fact("Exchanges of the warm-up", Figure.grouped(generator.warmup))
        if generator.exhausted > 0 { page.fact("Out of descriptors or ports", Figure.grouped(generator.exhausted)) }
        if let reconnects = generator.reconnects { page.fact("WebSockets reopened", Figure.grouped(reconnects)) }
        page.fact("Reactors", Figure.counted(generator.reactors))
        if let saturation = generator.saturation, let least = saturation.min(), let most = saturation.max() {
            let shares = saturation.map { "\(Figure.short($0 * 100, decimals: 1)) %" }
            // Of many processes there are too many to be read.
            page.fact(
                "Each reactor was running",
                shares.count > 16
                    ? "\(Figure.short(least * 100, decimals: 1)) to \(Figure.short(most * 100, decimals: 1)) %"
                    : shares.joined(separator: ", "))
        }
        page.fact("Scheduling", generator.scheduling?.shown)
        page.fact("CPU time", "\(Figure.short(generator.cpuSeconds, decimals: 1)) s")
        page.fact("Peak memory", "\(Figure.short(Double(generator.peakMemoryBytes) / 1e6, decimals: 0)) MB")
        for push in result.push ?? [] { page.fact("Pushed", "\(push.to): \(push.shown)") }
        page.fact("Services", result.services.map { $0.joined(separator: ", ") })
    }

    private func writeLags(_ page: inout HTMLWriter) {
        let lags = [
            ("Start lag", "actual − intended start of sending", result.generator.startLag),
            ("Generator delay", "after the read − the kernel's stamp", result.generator.generatorDelay),
        ].compactMap { name, what, figures in figures.map { (name, what, $0) } }
        guard !lags.isEmpty else { return }
        page.scrolling("Lags of the generator") { page in
            page.element("table", ["class": "wide"]) { page in
                page.tableHead(["ms", "#p50", "#p95", "#p99", "#p99.9", "#Max", "#p99 allowed"])
                page.element("tbody") { page in
                    for (name, what, figures) in lags {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { page in
                                page.text(name)
                                page.element("div", ["class": "note"], text: what)
                            }
                            for value in [figures.p50, figures.p95, figures.p99, figures.p999, figures.max] {
                                page.number(value, Figure.latency)
                            }
                            page.number(result.audit.lagLimit) { Figure.short($0, decimals: 3) }
                        }
                    }
                }
            }
        }
    }
}

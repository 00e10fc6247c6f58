internal import Measures
internal import VerificationKit

/// Exchanges that failed, and the slowest, whole: folded, each with what was sent and what came.
struct EvidenceSection: PageSection {
    var result: RunResult

    let name = "exchanges"
    var title: String { failed.isEmpty ? "The slowest exchanges" : "What failed, exchange by exchange" }

    /// The most exchanges of each kind.
    private static let limit = 40
    /// The most characters of a request or an answer.
    private static let textLimit = 8_000

    private var failed: [ExchangeResult] { result.failedExchanges }
    private var slow: [ExchangeResult] { result.slowExchanges }

    var isEmpty: Bool { result.keptExchanges.isEmpty }

    func write(to page: inout HTMLWriter) {
        let (failed, slow) = (failed, slow)
        write(failed, &page)
        if !failed.isEmpty {
            let left = result.evidence?.leftOut ?? 0
            page.element(
                "p", ["class": "faint"],
                text: "The first of each step and outcome"
                    + (left > 0 ? "; \(Figure.grouped(left)) more failed and were only counted" : "")
                    + ". An answer may come from a proxy, a balancer or a cache on the way instead of the service.")
        }
        guard !slow.isEmpty else { return }
        if !failed.isEmpty { page.element("h3", text: "The slowest of each step") }
        write(slow, &page)
    }

    private func write(_ exchanges: [ExchangeResult], _ page: inout HTMLWriter) {
        guard !exchanges.isEmpty else { return }
        page.element("div", ["class": "sheet"]) { page in
            for exchange in exchanges.prefix(Self.limit) { write(exchange, &page) }
            let more = exchanges.count - Self.limit
            if more > 0 {
                page.element(
                    "p", ["class": "faint"], text: "… and \(Figure.counted(more)) more in \(FailuresFile.fileName).")
            }
        }
    }

    private func write(_ exchange: ExchangeResult, _ page: inout HTMLWriter) {
        let lines = ExchangeLines(exchange: exchange)
        page.element("details") { page in
            page.element("summary") { page in
                page.element("span", ["class": exchange.kind == .failed ? "badge fail" : "badge open"]) {
                    $0.foreign(exchange.outcome)
                }
                page.element("span", ["class": "check"]) { page in cut(exchange.step, 200, &page) }
                page.element("span", ["class": "seen"]) { page in cut(lines.brief, 300, &page) }
            }
            page.element("div") { page in
                page.element("dl", ["class": "pairs"]) { page in
                    for (name, text) in [
                        ("When", lines.times), ("Where", lines.location), ("Whose", lines.user),
                        ("Redirected to", exchange.lastURL),
                    ] {
                        guard let text else { continue }
                        page.element("dt", text: name)
                        page.element("dd") { page in cut(text, 1_000, &page) }
                    }
                    writeTrace(exchange, &page)
                }
                write("Sent", exchange.request, &page)
                write("Received", lines.answer, &page)
                if exchange.kind == .failed { write("Repeat it", exchange.curl, note: lines.variables, &page) }
            }
        }
    }

    private func writeTrace(_ exchange: ExchangeResult, _ page: inout HTMLWriter) {
        guard let id = exchange.traceID else { return }
        page.element("dt", text: "Trace")
        page.element("dd") { page in
            guard let url = ExchangeLines(exchange: exchange).traceURL else {
                page.foreign(id)
                return
            }
            page.element("a", ["href": url, "rel": "noopener noreferrer"], text: id)
        }
    }

    private func write(_ name: String, _ text: String?, note: String? = nil, _ page: inout HTMLWriter) {
        guard let text else { return }
        page.element("p", ["class": "note"]) { page in
            page.text(name)
            if let note { page.text(": \(note)") }
        }
        page.element("pre", ["class": "answer"]) { page in cut(text, Self.textLimit, &page) }
    }

    private func cut(_ text: String, _ limit: Int, _ page: inout HTMLWriter) {
        let short = text.prefix(limit)
        page.foreign(
            short.endIndex == text.endIndex ? text : "\(short)… (cut; the rest is in \(FailuresFile.fileName))")
    }
}

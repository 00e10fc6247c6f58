internal import Measures
internal import VerificationKit

/// Calculated answers that were wrong, and messages of exchanges that went wrong.
struct WrongAnswerSection: PageSection {
    var result: RunResult

    let name = "answers"
    var title: String { wrong.isEmpty ? "What went wrong, for example" : "Wrong answers" }

    private static let limit = 50

    private var wrong: [(step: String, answer: WrongAnswerResult)] {
        result.stepsInOrder.flatMap { name, step in (step.wrongAnswers ?? []).map { (name, $0) } }
    }

    private var examples: [(step: String, message: String, answer: String?)] { result.failures }

    var isEmpty: Bool { wrong.isEmpty && examples.isEmpty }

    func write(to page: inout HTMLWriter) {
        writeWrong(&page)
        let examples = examples
        guard !examples.isEmpty else { return }
        if !wrong.isEmpty { page.element("h3", text: "What went wrong, for example") }
        page.element("div", ["class": "sheet"]) { page in
            for (step, text, answer) in examples.prefix(Self.limit) {
                page.element("p") { page in
                    page.element("strong") { $0.foreign(step, atMost: 300) }
                    page.text(": ")
                    page.foreign(text, atMost: 2_000)
                }
                if let answer { page.element("pre", ["class": "answer"]) { $0.foreign(answer, atMost: 2_000) } }
            }
        }
        page.more(examples.count - Self.limit, "messages")
    }

    private func writeWrong(_ page: inout HTMLWriter) {
        let wrong = wrong
        guard !wrong.isEmpty else { return }
        page.table(
            "Wrong answers", ["Step", "#At", "Value", "Expected", "Observed", "Input"],
            rows: wrong.prefix(Self.limit), isWide: true
        ) { write($0.step, $0.answer, &$1) }
        let shown = min(wrong.count, Self.limit)
        guard result.wrongAnswers > shown else { return }
        page.element(
            "p", ["class": "faint"],
            text: "The first \(shown) of \(Figure.grouped(result.wrongAnswers)) answers that failed a check.")
    }

    private func write(_ step: String, _ answer: WrongAnswerResult, _ page: inout HTMLWriter) {
        // Without a value to show it differs somewhere in the body.
        let differs = answer.kind == .notDeterministic && answer.expected == nil && answer.observed == nil
        page.element("th", ["scope": "row"]) { page in
            page.foreign(step, atMost: 300)
            guard answer.kind == .notDeterministic else { return }
            page.element(
                "div", ["class": "note"],
                text: "not deterministic: the same request was answered differently before")
        }
        page.element("td", ["class": "number"], text: "\(Figure.fixed(answer.at, decimals: 1)) s")
        page.element("td") { $0.foreign(answer.path ?? "the body", atMost: 300) }
        page.element("td") { $0.foreign(answer.expected ?? (differs ? "as before" : "–"), atMost: 600) }
        page.element("td") { $0.foreign(answer.observed ?? (differs ? "another" : "–"), atMost: 600) }
        page.element("td") { $0.element("code") { $0.foreign(answer.input, atMost: 600) } }
    }
}

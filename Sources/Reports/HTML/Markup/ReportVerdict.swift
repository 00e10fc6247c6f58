internal import Baselines
internal import VerificationKit

/// A verdict as the page shows it: by a word, a symbol and a colour, so that none of them is needed.
struct ReportVerdict: Equatable {
    /// The class by which the style knows it: `pass`, `fail` or `open`.
    var name: String
    /// The word.
    var word: String
    /// The symbol.
    var symbol: String

    init(_ verdict: Verdict) {
        word = verdict.shown
        switch verdict {
        case .pass: (name, symbol) = ("pass", "✓")
        case .fail: (name, symbol) = ("fail", "✗")
        case .invalid: (name, symbol) = ("fail", "!")
        case .inconclusive: (name, symbol) = ("open", "?")
        case .noData: (name, symbol) = ("open", "∅")
        }
    }

    init(_ verdict: Comparison.Verdict) {
        word = verdict.rawValue.uppercased()
        switch verdict {
        case .pass: (name, symbol) = ("pass", "✓")
        case .regression: (name, symbol) = ("fail", "✗")
        case .inconclusive: (name, symbol) = ("open", "?")
        }
    }

    /// The verdict as a mark in a row.
    func write(to page: inout HTMLWriter) {
        page.element("span", ["class": "badge \(name)"]) { page in
            page.element("span", ["aria-hidden": "true"], text: symbol)
            page.text("\u{a0}\(word)")
        }
    }
}

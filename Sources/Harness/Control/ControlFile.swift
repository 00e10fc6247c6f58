import Measures
import Scenarios

/// What a control file says: a line for each load that is to be changed.
///
///     readers 80/s      # so many arrivals a second
///     spike   150%      # of what is planned
///     writers pause     # no new iterations
///     all     plan      # as planned again
///
/// A load without a name needs none in its line. Loads that no line names stay as they are.
struct ControlFile {
    private(set) var orders: [LoadOrder] = []
    /// What is wrong, as `line:column: problem`.
    private(set) var problems: [String] = []

    /// The most problems that are told.
    private static let problemLimit = 20

    init(_ text: String, loads: [String?]) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (number, line) in lines.enumerated() {
            read(line.prefix { $0 != "#" }, number: number + 1, loads: loads)
            guard problems.count < Self.problemLimit else {
                problems.append("\(number + 1):1: and more")
                return
            }
        }
    }

    private mutating func read(_ line: Substring, number: Int, loads: [String?]) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let last = words.last else { return }
        func column(_ word: Substring) -> Int { line.distance(from: line.startIndex, to: word.startIndex) + 1 }
        guard words.count <= 2 else {
            problems.append("\(number):\(column(words[2])): unexpected \(Self.quoted(words[2])) behind the pace")
            return
        }
        var load: Int?
        if words.count == 2, words[0] != "all" {
            let names = loads.compactMap(\.self)
            guard let index = loads.firstIndex(of: String(words[0])) else {
                let hint = Suggestion.hint(for: String(words[0]), among: names + ["all"], otherwise: "there are")
                let what =
                    names.isEmpty
                    ? "the load has no name: expected a pace alone"
                    : "no load is called \(Self.quoted(words[0]))\(hint)"
                problems.append("\(number):\(column(words[0])): \(what)")
                return
            }
            load = index
        } else if words.count == 1, loads.contains(where: { $0 != nil }) {
            problems.append(
                "\(number):\(column(last)): expected the name of a load, or all, and a pace such as 80/s, 150%, pause or plan"
            )
            return
        }
        do throws(GrammarError) {
            orders.append(LoadOrder(.pace(try Self.pace(String(last))), load: load))
        } catch {
            problems.append("\(number):\(column(last) + error.offset): \(error.message)")
        }
    }

    private static func pace(_ word: String) throws(GrammarError) -> LoadPace {
        if word == "pause" { return .paused }
        if word == "plan" { return .planned }
        if word.last == "%" {
            guard let percent = Quantity.number(word.dropLast()), percent > 0, percent <= 10_000 else {
                throw GrammarError(
                    message: "expected a share of the plan from above 0% to 10000%, found \(quoted(Substring(word)))")
            }
            return .scaled(percent / 100)
        }
        guard word.contains("/") else {
            let hint = Suggestion.hint(for: word, among: ["pause", "plan"])
            throw GrammarError(
                message: "expected a pace such as 80/s, 150%, pause or plan, found \(quoted(Substring(word)))\(hint)")
        }
        let rate = try Quantity.rate(word)
        guard rate > 0, rate <= 10_000_000 else {
            throw GrammarError(message: "expected a rate above 0/s and up to 10000000/s; for none say pause")
        }
        return .rate(rate)
    }

    /// A word of the file as it may be shown: cut, since it may be anything.
    private static func quoted(_ word: Substring) -> String {
        JSONString.quoted(word.count > 40 ? word.prefix(40) + "…" : String(word))
    }
}

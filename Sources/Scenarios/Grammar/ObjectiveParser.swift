/// Parses objectives; the grammar stands at `Objective`.
struct ObjectiveParser {
    private static let latencyStatistics = "min, mean, max or a percentile such as p95"
    private static let otherWords = [
        "avg": "mean", "average": "mean", "median": "p50", "med": "p50", "maximum": "max", "minimum": "min",
    ]

    private let source: String
    private let names: SelectorNames
    private var cursor: Cursor

    init(_ source: String, names: SelectorNames) {
        self.source = source
        self.names = names
        cursor = Cursor(source)
    }

    /// The objective.
    mutating func parse() throws(GrammarError) -> Objective {
        let (statistic, statisticOffset, measure) = try measureExpression()
        let selector = try selector(of: measure)
        let (comparison, valueStatistic) = try comparison(of: measure, statistic)
        cursor.skipSpaces()
        let windowOffset = cursor.offset
        let window = try window()
        if window != nil, case .probe(let name) = measure {
            throw GrammarError(
                offset: windowOffset, message: "\(name) is a probe: it is judged over the whole run, not in any window")
        }
        if window != nil, measure == .capacity {
            throw GrammarError(offset: windowOffset, message: "capacity is found once by a search, not in any window")
        }
        if window != nil, measure.isOfDrills {
            let name = measure.label
            throw GrammarError(
                offset: windowOffset, message: "\(name) is measured once in a drill, not in any window")
        }
        cursor.skipSpaces()
        guard cursor.isAtEnd else {
            let offset = cursor.offset
            throw GrammarError(offset: offset, message: "unexpected \(quoted(cursor.rest())) after the objective")
        }
        try check(statistic, fits: measure, at: statisticOffset)
        return Objective(
            source: source, statistic: Self.kept(statistic ?? valueStatistic, measure), measure: measure,
            selector: selector, comparison: comparison, window: window)
    }

    // MARK: - Measure

    private mutating func measureWord() -> (word: String, offset: Int) {
        cursor.skipSpaces()
        let offset = cursor.offset
        return (cursor.take { !Cursor.isSpace($0) && !Self.isOperator($0) }, offset)
    }

    private mutating func measureExpression() throws(GrammarError) -> (Objective.Statistic?, Int, Objective.Measure) {
        let (first, start) = measureWord()
        guard !first.isEmpty else {
            throw GrammarError(offset: start, message: "expected an objective such as p95 response_time < 200ms")
        }
        if let measure = measure(first) { return (nil, start, measure) }
        let statistic = try Self.statistic(first, offset: start)
        var probe = self
        let (second, secondStart) = probe.measureWord()
        let isFollowed = !second.isEmpty && second != "of" && second != "within"
        guard let statistic else {
            if isFollowed { throw Self.unknownStatistic(first, offset: start) }
            throw unknownMeasure(first, offset: start)
        }
        guard isFollowed else {
            throw GrammarError(
                offset: secondStart, message: "expected a measure after \(first), such as response_time")
        }
        cursor = probe.cursor
        guard let measure = measure(second) else { throw unknownMeasure(second, offset: secondStart) }
        return (statistic, start, measure)
    }

    private func measure(_ word: String) -> Objective.Measure? {
        Objective.Measure.named.first { $0.name == word }?.measure
            ?? (names.probes.contains(word) ? .probe(word) : nil)
    }

    private func unknownMeasure(_ word: String, offset: Int) -> GrammarError {
        let digits = word.filter { ($0.isASCII && $0.isNumber) || $0 == "." }
        if word == "p(\(digits))" {
            return GrammarError(
                offset: offset, message: "unknown measure \(quoted(word)) (did you mean \"p\(digits) response_time\"?)")
        }
        let known = Objective.Measure.named.map(\.name) + names.probes
        let hint = Suggestion.hint(for: word, among: known, otherwise: "measures")
        return GrammarError(offset: offset, message: "unknown measure \(quoted(word))\(hint)")
    }

    /// The statistic of the word; nil where it is none.
    static func statistic(_ word: String, offset: Int) throws(GrammarError) -> Objective.Statistic? {
        switch word {
        case "min": return .minimum
        case "mean": return .mean
        case "max": return .maximum
        case "count": return .count
        case "rate": return .rate
        case "ratio": return .ratio
        default: break
        }
        guard word.first == "p", let value = Quantity.number(word.dropFirst()) else { return nil }
        guard value > 0, value <= 100 else {
            throw GrammarError(
                offset: offset, message: "\(quoted(word)) is not a percentile: these are above p0 and at most p100")
        }
        return .percentile(value)
    }

    private static func unknownStatistic(_ word: String, offset: Int) -> GrammarError {
        let statistics = ["min", "mean", "max", "count", "rate", "ratio"]
        let digits = word.filter { ($0.isASCII && $0.isNumber) || $0 == "." }
        let meant: String? =
            if word.hasPrefix("p"), let value = Quantity.number(digits), value <= 100 {
                "p\(digits)"
            } else {
                otherWords[word.lowercased()] ?? Suggestion.nearest(to: word, among: statistics)
            }
        let hint = meant.map { " (did you mean \"\($0)\"?)" } ?? " (min, mean, max, count, rate, ratio, p95 …)"
        return GrammarError(offset: offset, message: "unknown statistic \(quoted(word))\(hint)")
    }

    /// Refuses statistics that a measure doesn't have, and asks for one where several would be possible.
    private func check(
        _ statistic: Objective.Statistic?, fits measure: Objective.Measure, at offset: Int
    ) throws(GrammarError) {
        let name = measure.label
        let fits: String
        switch (measure.kind, statistic) {
        case (.probe, .ratio):
            throw GrammarError(
                offset: offset, message: "ratio doesn't fit a probe: expected \(Self.latencyStatistics), count or rate")
        case (.probe, _): return
        case (.latency, nil), (.numbers, nil):
            throw GrammarError(offset: offset, message: "say which \(name): \(Self.latencyStatistics)")
        case (.latency, .minimum), (.latency, .mean), (.latency, .maximum), (.latency, .percentile): return
        case (.numbers, .minimum), (.numbers, .mean), (.numbers, .maximum), (.numbers, .percentile): return
        case (.latency, _), (.numbers, _): fits = "expected \(Self.latencyStatistics)"
        case (.events, nil):
            throw GrammarError(
                offset: offset, message: "say which \(name): min, mean or max of a stream, count or rate of all")
        case (.events, .minimum), (.events, .mean), (.events, .maximum), (.events, .count), (.events, .rate): return
        case (.events, _): fits = "expected min, mean or max of a stream, count or rate of all"
        case (_, nil): return
        case (.ratio, .ratio), (.count, .count), (.rate, .rate): return
        case (.errors, .ratio), (.errors, .count), (.errors, .rate): return
        case (.ratio, _): fits = "it is one ratio"
        case (.count, _): fits = "it is one count"
        case (.rate, _): fits = "it is one rate"
        case (.number, _): fits = "it is one number"
        case (.seconds, _): fits = "it is one duration"
        case (.errors, _): fits = "expected count, ratio or rate"
        }
        let end = source.unicodeScalars.dropFirst(offset).prefix { !Cursor.isSpace($0) }
        throw GrammarError(offset: offset, message: "\(String(end)) doesn't fit \(name): \(fits)")
    }

    /// A measure with only one figure carries no statistic, however it was written.
    private static func kept(_ statistic: Objective.Statistic?, _ measure: Objective.Measure) -> Objective.Statistic? {
        switch measure.kind {
        case .latency, .numbers, .events, .errors, .probe: statistic
        case .seconds, .ratio, .count, .number, .rate: nil
        }
    }

    // MARK: - Selector

    private mutating func selector(of measure: Objective.Measure) throws(GrammarError) -> Objective.Selector? {
        cursor.skipSpaces()
        let start = cursor.offset
        guard cursor.take(word: "of") else {
            guard measure.isOfBlocks else { return nil }
            throw GrammarError(
                offset: start, message: "say of which group or until: \(measure.label) of checkout")
        }
        if case .probe(let probe) = measure {
            throw GrammarError(
                offset: start, message: "\(probe) is a probe: it reads one number beside all load, not of a part of it")
        }
        if measure == .capacity {
            throw GrammarError(offset: start, message: "capacity is of the whole load")
        }
        cursor.skipSpaces()
        let offset = cursor.offset
        let name = try selectorText()
        guard !name.isEmpty else {
            throw GrammarError(offset: offset, message: "expected a step, a flow or tag=value after of")
        }
        if let load = try load(name, of: measure, offset: offset) { return .load(load) }
        if measure == .iterationTime { return .name(try flow(name, "iteration_time", offset: offset)) }
        if measure.isOfVerifications { return .name(try verification(name, measure, offset: offset)) }
        if measure.isOfBlocks { return .name(try block(name, measure, offset: offset)) }
        if measure == .outage { return .name(try flow(name, "outage", offset: offset)) }
        if measure.isOfDrills {
            let word = measure.label
            throw GrammarError(offset: start, message: "\(word) is of the whole drill")
        }
        if names.flows.contains(name) || names.steps.contains(name) || names.groups.contains(name) {
            return .name(name)
        }
        let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
            let tag = SelectorNames.Tag(name: String(parts[0]), value: String(parts[1]))
            if names.tags.contains(tag) || !names.areComplete { return .tag(name: tag.name, value: tag.value) }
            let known = names.tags.map { "\($0.name)=\($0.value)" }.sorted()
            let hint = Suggestion.hint(for: name, among: known, otherwise: "tags")
            throw GrammarError(offset: offset, message: "no step has the tag \(quoted(name))\(hint)")
        }
        if !names.areComplete { return .name(name) }
        let known = names.flows + names.steps + names.groups
        let hint = Suggestion.hint(for: name, among: known, otherwise: "there are")
        throw GrammarError(offset: offset, message: "no step or flow is called \(quoted(name))\(hint)")
    }

    /// The load of `load readers`; nil where the selector is of something else. A step or flow of that very name was there
    /// before loads had names, so that it is meant.
    private func load(
        _ selector: String, of measure: Objective.Measure, offset: Int
    ) throws(GrammarError) -> String? {
        guard !names.flows.contains(selector), !names.steps.contains(selector) else { return nil }
        let words = selector.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0] == "load" else {
            // A load's name by itself is what is likeliest to be meant, where nothing else has it.
            guard names.loads.contains(selector), !names.flows.contains(selector), !names.steps.contains(selector)
            else { return nil }
            throw GrammarError(
                offset: offset, message: "\(quoted(selector)) is a load (did you mean \"of load \(selector)\"?)")
        }
        let name = String(words[1])
        let word = measure.label
        guard measure.isOfLoads else {
            throw GrammarError(offset: offset, message: "\(word) is not measured of a load: it is of all of them")
        }
        if names.loads.contains(name) || !names.areComplete { return name }
        if names.loads.isEmpty {
            throw GrammarError(
                offset: offset, message: "the load has no name: write it as {\(name): {stages: […]}} to select it")
        }
        let hint = Suggestion.hint(for: name, among: names.loads, otherwise: "there are")
        throw GrammarError(offset: offset, message: "no load is called \(quoted(name))\(hint)")
    }

    /// An iteration runs through a whole flow: steps and tags have no time of it.
    private func flow(_ name: String, _ measure: String, offset: Int) throws(GrammarError) -> String {
        if names.flows.contains(name) || (!names.areComplete && !names.steps.contains(name)) { return name }
        let hint = Suggestion.hint(for: name, among: names.flows, otherwise: "there are")
        throw GrammarError(
            offset: offset, message: "\(measure) is of a flow, and none is called \(quoted(name))\(hint)")
    }

    /// A block that is measured.
    private func block(_ name: String, _ measure: Objective.Measure, offset: Int) throws(GrammarError) -> String {
        if names.blocks.contains(name) || !names.areComplete { return name }
        let what = "\(measure.label) is of a group or an until"
        if names.blocks.isEmpty { throw GrammarError(offset: offset, message: "\(what), and there is none") }
        let hint = Suggestion.hint(for: name, among: names.blocks, otherwise: "there are")
        throw GrammarError(offset: offset, message: "\(what), and none is called \(quoted(name))\(hint)")
    }

    /// A ratio that a verification measures.
    private func verification(
        _ name: String, _ measure: Objective.Measure, offset: Int
    ) throws(GrammarError) -> String {
        if names.verifications.contains(name) || !names.areComplete { return name }
        let word = measure.label
        let hint = Suggestion.hint(for: name, among: names.verifications, otherwise: "there are")
        throw GrammarError(
            offset: offset, message: "\(word) is of a cache's verification, and none is called \(quoted(name))\(hint)")
    }

    /// What stands between `of` and the comparison; in quotes it may hold anything.
    private mutating func selectorText() throws(GrammarError) -> String {
        if let quote = cursor.next, quote == "\"" || quote == "'" {
            let start = cursor.offset
            cursor.advance()
            let name = cursor.take { $0 != quote }
            guard cursor.next == quote else { throw GrammarError(offset: start, message: "a quote is not closed") }
            cursor.advance()
            return name
        }
        let start = cursor.offset
        while let scalar = cursor.next {
            let follows = cursor.offset + 1 < cursor.scalars.count ? cursor.scalars[cursor.offset + 1] : nil
            if scalar == "<" || scalar == ">" || (scalar == "=" && follows == "=") { break }
            if scalar == "!" && follows == "=" { break }
            let beginsWord = cursor.offset == start || Cursor.isSpace(cursor.scalars[cursor.offset - 1])
            if beginsWord, scalar == "w" || scalar == "=" {
                var probe = cursor
                let word = probe.word()
                if word == "within" || word == "=" { break }
            }
            cursor.advance()
        }
        var end = cursor.offset
        while end > start, Cursor.isSpace(cursor.scalars[end - 1]) { end -= 1 }
        return cursor.text(start..<end)
    }

    // MARK: - Comparison

    private mutating func comparison(
        of measure: Objective.Measure, _ statistic: Objective.Statistic?
    ) throws(GrammarError) -> (Objective.Comparison, Objective.Statistic?) {
        cursor.skipSpaces()
        let offset = cursor.offset
        let isSymbol = cursor.next.map(Self.isOperator) ?? false
        let word = isSymbol ? cursor.take(while: Self.isOperator) : cursor.word()
        guard ["<", "<=", ">", ">=", "==", "within"].contains(word) else {
            let found = word.isEmpty ? "nothing" : quoted(word)
            throw GrammarError(
                offset: offset, message: "expected a comparison (<, <=, >, >=, == or within), found \(found)")
        }
        cursor.skipSpaces()
        let valueOffset = cursor.offset
        let text = cursor.word()
        guard !text.isEmpty else {
            throw GrammarError(offset: valueOffset, message: "expected a value after \(word)")
        }
        if word == "within" { return try within(text, measure, statistic, valueOffset) }
        let (value, found) = try value(text, measure, statistic, valueOffset)
        switch word {
        case "<": return (.less(value), found)
        case "<=": return (.lessOrEqual(value), found)
        case ">": return (.greater(value), found)
        case ">=": return (.greaterOrEqual(value), found)
        default: return (.equal(value), found)
        }
    }

    private func within(
        _ text: String, _ measure: Objective.Measure, _ statistic: Objective.Statistic?, _ offset: Int
    ) throws(GrammarError) -> (Objective.Comparison, Objective.Statistic?) {
        guard let dots = text.firstRange(of: "..") else {
            throw GrammarError(
                offset: offset, message: "expected two values such as 5..20 after within, found \(quoted(text))")
        }
        let (low, found) = try value(String(text[..<dots.lowerBound]), measure, statistic, offset)
        let highOffset = offset + text[..<dots.upperBound].unicodeScalars.count
        let (high, other) = try value(String(text[dots.upperBound...]), measure, found ?? statistic, highOffset)
        guard found == other || other == nil else {
            throw GrammarError(offset: offset, message: "the values of \(quoted(text)) are of two kinds")
        }
        guard low <= high else {
            throw GrammarError(offset: offset, message: "\(quoted(text)) is empty: the first is the greater")
        }
        return (.within(low...high), found)
    }

    /// The value in the measure's own unit, and the statistic that it tells where the value is what tells it.
    private func value(
        _ text: String, _ measure: Objective.Measure, _ statistic: Objective.Statistic?, _ offset: Int
    ) throws(GrammarError) -> (Double, Objective.Statistic?) {
        do throws(GrammarError) {
            switch measure.kind {
            case .latency: return (try Quantity.duration(text) / .milliseconds(1), nil)
            case .seconds: return (try Quantity.duration(text) / .seconds(1), nil)
            case .ratio: return (try Quantity.ratio(text), nil)
            case .rate: return (try Quantity.rate(text), nil)
            case .count: return (try Self.count(text, hint: ""), nil)
            case .number, .numbers:
                guard let value = Quantity.number(text) else {
                    throw GrammarError(offset: 0, message: "expected a number such as 1 or 0.5, found \(quoted(text))")
                }
                return (value, nil)
            case .errors: return try Self.errors(text, statistic)
            case .probe: return try Self.probe(text, statistic)
            case .events: return (try Self.number(text, statistic), nil)
            }
        } catch {
            throw GrammarError(offset: offset + error.offset, message: error.message)
        }
    }

    private static func count(_ text: String, hint: String) throws(GrammarError) -> Double {
        guard let value = Quantity.integer(text) else {
            throw GrammarError(offset: 0, message: "expected a count such as 0 or 10, found \(quoted(text))\(hint)")
        }
        return Double(value)
    }

    /// A number of events: a whole one, but of a mean; or how many there are per second.
    private static func number(
        _ text: String, _ statistic: Objective.Statistic?
    ) throws(GrammarError) -> Double {
        switch statistic {
        case .rate: return try Quantity.rate(text)
        case .mean:
            guard let value = Quantity.number(text) else {
                throw GrammarError(offset: 0, message: "expected a number such as 3 or 2.5, found \(quoted(text))")
            }
            return value
        default: return try count(text, hint: "")
        }
    }

    /// A probe's value: a number, or where its increase is meant a rate.
    private static func probe(
        _ text: String, _ statistic: Objective.Statistic?
    ) throws(GrammarError) -> (Double, Objective.Statistic?) {
        if statistic == .rate || (statistic == nil && text.contains("/")) { return (try Quantity.rate(text), .rate) }
        if statistic == .count { return (try count(text, hint: ""), .count) }
        guard let value = Quantity.signedNumber(text) else {
            let hint = text.contains("/") ? " (a counter's increase is judged by rate)" : ""
            throw GrammarError(offset: 0, message: "expected a number, found \(quoted(text))\(hint)")
        }
        return (value, nil)
    }

    private static func errors(
        _ text: String, _ statistic: Objective.Statistic?
    ) throws(GrammarError) -> (Double, Objective.Statistic?) {
        switch statistic {
        case .ratio: return (try Quantity.ratio(text), .ratio)
        case .rate: return (try Quantity.rate(text), .rate)
        case .count: return (try count(text, hint: ""), .count)
        default: break
        }
        if text.last == "%" { return (try Quantity.ratio(text), .ratio) }
        if text.contains("/") { return (try Quantity.rate(text), .rate) }
        return (try count(text, hint: " (a ratio stands as 1%)"), .count)
    }

    // MARK: - Window

    private mutating func window() throws(GrammarError) -> Duration? {
        cursor.skipSpaces()
        guard cursor.take(word: "in") else { return nil }
        cursor.skipSpaces()
        let offset = cursor.offset
        guard cursor.take(word: "any") else {
            throw GrammarError(offset: offset, message: "expected \"in any\" and a duration, such as in any 10s")
        }
        cursor.skipSpaces()
        let durationOffset = cursor.offset
        do throws(GrammarError) {
            let window = try Quantity.duration(cursor.word())
            guard window > .zero else { throw GrammarError(offset: 0, message: "a window is longer than 0s") }
            return window
        } catch {
            throw GrammarError(offset: durationOffset, message: error.message)
        }
    }

    private static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "=" || scalar == "<" || scalar == ">" || scalar == "!"
    }
}

extension Objective {
    /// Parses an objective; its selector may name anything. What is known of the names only helps to tell steps from tags
    /// and to find probes.
    ///
    /// - Throws: A problem whose column is the character in the text.
    public init(
        parsing source: String, steps: [String] = [], flows: [String] = [], loads: [String] = [], groups: [String] = [],
        probes: [String] = []
    ) throws(Problem) {
        let names = SelectorNames(
            steps: steps, flows: flows, loads: loads, groups: groups, probes: probes, areComplete: false)
        var parser = ObjectiveParser(source, names: names)
        do {
            self = try parser.parse()
        } catch {
            throw Problem(file: "objective", line: 1, column: error.offset + 1, message: error.message)
        }
    }
}

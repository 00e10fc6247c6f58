internal import Measures
internal import Objectives
internal import VerificationKit

/// The state of a run as a few lines of a terminal: a pure function of the state, the size and the style.
public struct LiveBlock: Sendable {
    private let state: LiveState
    private let width: Int
    private let height: Int
    private let style: TerminalSummary.Style

    /// The columns of what stands at a line's beginning.
    private static let labelWidth = 9
    /// The columns of a line over time, and of the bar, at most.
    private static let longestLine = 30

    /// Makes the block.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; the block leaves the last one free, so that no line wraps.
    ///   - height: The terminal's rows; the block leaves the last one free.
    public init(_ state: LiveState, width: Int, height: Int, style: TerminalSummary.Style) {
        self.state = state
        self.width = max(1, width - 1)
        self.height = max(1, height - 1)
        self.style = style
    }

    /// The lines, the most important ones first: at most one less than the terminal has rows, none wider than it.
    public var lines: [String] {
        let head = [progress, rate, latency, errors, users]
        let tail = state.probes.isEmpty ? [] : [probes]
        let room = height - head.count - tail.count
        guard room > 0 else { return Array(head.prefix(height)) }
        // Objectives say what counts; loads share the lines that are left.
        let loads = loads(room: max(1, room - state.objectives.count))
        guard room > loads.count else { return head + loads.prefix(room) + tail }
        return head + loads + objectives(room: room - loads.count) + tail
    }

    // MARK: Lines

    private var progress: String {
        var texts: [(text: String, colour: Colour?)] = []
        var time = LiveLine.clock(state.elapsed)
        if let total = state.total { time += " of \(LiveLine.clock(total))" }
        texts.append((time, .bold))
        if state.isStopping {
            texts.append(("stopping; Ctrl-C cuts off what is under way", .yellow))
        } else if let left = state.left, state.stage != nil || state.elapsed == .zero {
            texts.append(("\(LiveLine.clock(left)) left", nil))
        } else if state.stage == nil, state.elapsed > .zero {
            texts.append(("finishing what is under way", nil))
        }
        if let stage = state.stage { texts.append((DisplayWidth.printable(stage), .faint)) }
        guard let share = state.share else { return line(texts, width: width) }
        let needed = texts.reduce(0) { $0 + DisplayWidth.of($1.text) } + 2 * (texts.count - 1)
        let columns = min(Self.longestLine, width - needed - 2)
        guard columns >= 5 else { return line(texts, width: width) }
        let done = Int((share * Double(columns)).rounded(.down))
        let bar =
            style.paint(String(repeating: "━", count: done), .green)
            + style.paint(String(repeating: "─", count: columns - done), .faint)
        return bar + "  " + line(texts, width: width - columns - 2)
    }

    private var rate: String {
        var facts: [String] = []
        if let intended = state.intended {
            facts.append("\(Figure.grouped(state.begun)) of \(Figure.short(intended, decimals: 1)) arrivals/s")
        }
        let exchanges = UInt64(max(0, state.rates.last ?? 0))
        facts.append("\(Figure.grouped(exchanges)) exchanges/s\(state.isWarmingUp ? " (warm-up)" : "")")
        // Less than nine tenths of what was meant: arrivals come late or are dropped.
        let isShort = state.intended.map { Double(state.begun) < 0.9 * $0.rounded(.down) } ?? false
        return labelled("rate", facts, isShort ? .yellow : nil, over: state.rates, floor: 0)
    }

    private var latency: String {
        guard state.latencies.count == 3 else { return labelled("latency", ["no answer yet"], .faint) }
        let figures = state.latencies.map { Figure.short($0, decimals: $0 < 10 ? 2 : $0 < 100 ? 1 : 0) }
        return labelled(
            "latency", ["p50 \(figures[0])", "p95 \(figures[1])", "p99 \(figures[2]) ms"], over: state.slowest,
            floor: 0)
    }

    private var errors: String {
        guard state.bad.total > 0 else { return labelled("errors", ["0 of \(Figure.grouped(state.exchanges))"]) }
        let share = Double(state.bad.total) / Double(max(1, state.exchanges)) * 100
        let kinds = state.bad.occurring.sorted { ($1.count, $0.outcome.label) < ($0.count, $1.outcome.label) }
        let total = "\(Figure.grouped(state.bad.total)) of \(Figure.grouped(state.exchanges)) (\(Self.percent(share)))"
        return labelled("errors", [total] + kinds.map { "\($0.outcome.label) \(Figure.grouped($0.count))" }, .red)
    }

    private var users: String {
        var facts = [Figure.grouped(UInt64(max(0, state.users))), "dropped \(Figure.grouped(state.dropped))"]
        if state.givenUp > 0 { facts.append("given up \(Figure.grouped(state.givenUp)) iterations") }
        return labelled("users", facts, state.dropped > 0 || state.givenUp > 0 ? .red : nil)
    }

    private var probes: String {
        let isFailing = state.probes.contains { $0.value == nil }
        return labelled(
            "probes",
            state.probes.map { probe in
                "\(DisplayWidth.printable(probe.name)) "
                    + (probe.value.map { Figure.short($0, decimals: 3) } ?? "not read")
            }, isFailing ? .yellow : nil)
    }

    /// A line for each load with a name; where there is not enough room, how many more there are.
    private func loads(room: Int) -> [String] {
        let isCut = state.loads.count > room
        let shown = isCut ? Array(state.loads.prefix(room - 1)) : state.loads
        let widest = shown.map { DisplayWidth.of(DisplayWidth.printable($0.name)) }.max() ?? 0
        var lines = shown.map { load -> String in
            let name = DisplayWidth.pad(DisplayWidth.printable(load.name), to: min(widest, 20))
            let rate =
                load.intended.map {
                    "\(Figure.grouped(load.begun)) of \(Figure.short($0, decimals: 1)) arrivals/s"
                } ?? (load.begun > 0 || load.users > 0 ? "\(Figure.grouped(load.begun)) begun/s" : "idle")
            var facts = [rate, "\(Figure.grouped(UInt64(max(0, load.users)))) users"]
            if let p95 = load.p95 { facts.append("p95 \(Figure.short(p95, decimals: p95 < 10 ? 2 : 0)) ms") }
            if load.bad > 0 { facts.append("\(Figure.grouped(load.bad)) bad") }
            return cut(
                DisplayWidth.pad("load", to: Self.labelWidth), .faint,
                rest: "\(name)  \(facts.joined(separator: " · "))", load.bad > 0 ? .red : nil)
        }
        if isCut {
            let more = "… \(state.loads.count - shown.count) more loads"
            lines.append(style.paint(DisplayWidth.cut(more, to: width), .faint))
        }
        return lines
    }

    /// A line for each objective; where there is not enough room the worst ones, and how many more there are.
    private func objectives(room: Int) -> [String] {
        var shown = state.objectives
        var rest: [LiveState.Objective] = []
        if shown.count > room {
            let sorted = shown.enumerated().sorted {
                ($1.element.standing.gravity, $0.offset) < ($0.element.standing.gravity, $1.offset)
            }.map(\.element)
            shown = Array(sorted.prefix(room - 1))
            rest = Array(sorted.dropFirst(room - 1))
        }
        let widest = shown.map { DisplayWidth.of($0.observed ?? "–") }.max() ?? 0
        var lines = shown.map { objective -> String in
            let label = DisplayWidth.pad(objective.standing.rawValue, to: Self.labelWidth)
            let room = max(0, width - Self.labelWidth - widest - 2)
            let observed = DisplayWidth.pad(objective.observed ?? "–", to: widest, right: true)
            let text = Self.text(of: objective, room: room)
            return cut(label, objective.standing.colour, rest: observed + "  " + text)
        }
        if !rest.isEmpty {
            let counts = RunningJudge.Standing.allCases.compactMap { standing -> String? in
                let count = rest.count { $0.standing == standing }
                return count > 0 ? "\(count) \(standing.rawValue)" : nil
            }
            let text = "… \(rest.count) more: \(counts.joined(separator: ", "))"
            lines.append(style.paint(DisplayWidth.cut(text, to: width), .faint))
        }
        return lines
    }

    // MARK: Parts

    /// The objective in so many columns: what must hold stays, what is measured gives way.
    private static func text(of objective: LiveState.Objective, room: Int) -> String {
        let limit = DisplayWidth.printable(objective.limit)
        let measure = DisplayWidth.printable(objective.measure)
        let left = room - DisplayWidth.of(limit) - 1
        guard !limit.isEmpty, left >= 5 else { return DisplayWidth.cut("\(measure) \(limit)", to: room) }
        return DisplayWidth.cut(measure, to: left) + " " + limit
    }

    /// A line that begins with its label, facts behind it, and numbers over time where columns are left.
    private func labelled(
        _ label: String, _ facts: [String], _ colour: Colour? = nil, over numbers: [Double] = [], floor: Double? = nil
    ) -> String {
        let text = facts.joined(separator: " · ")
        var line = cut(DisplayWidth.pad(label, to: Self.labelWidth), .faint, rest: text, colour)
        let columns = min(Self.longestLine, width - Self.labelWidth - DisplayWidth.of(text) - 2)
        if columns >= 5, numbers.count > 1 {
            line += "  " + Sparkline.line(Array(numbers.suffix(columns)), columns: columns, floor: floor)
        }
        return line
    }

    /// A coloured beginning and what follows, cut to the width.
    private func cut(_ start: String, _ startColour: Colour?, rest: String, _ colour: Colour? = nil) -> String {
        let shown = DisplayWidth.cut(start, to: width)
        let room = width - DisplayWidth.of(shown)
        return style.paint(shown, startColour) + style.paint(DisplayWidth.cut(rest, to: room), colour)
    }

    /// Coloured texts, two columns between them, as many as there is room for.
    private func line(_ texts: [(text: String, colour: Colour?)], width: Int) -> String {
        var line = ""
        var used = 0
        for (index, part) in texts.enumerated() {
            let gap = index == 0 ? "" : "  "
            let room = width - used - gap.count
            guard room > 0 else { break }
            let text = DisplayWidth.cut(part.text, to: room)
            line += gap + style.paint(text, part.colour)
            used += gap.count + DisplayWidth.of(text)
        }
        return line
    }

    private static func percent(_ share: Double) -> String {
        share < 0.01 ? "< 0.01 %" : "\(Figure.short(share, decimals: 2)) %"
    }
}

extension RunningJudge.Standing {
    fileprivate var colour: Colour {
        switch self {
        case .ok: .green
        case .open, .noData: .yellow
        case .broken: .red
        }
    }
}

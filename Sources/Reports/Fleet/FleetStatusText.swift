internal import Measures
internal import VerificationKit

/// How a fleet stands, as lines for a terminal: a line a worker, and the sum.
public struct FleetStatusText: Sendable {
    private let status: FleetStatus
    private let style: TerminalSummary.Style

    /// Makes the lines of a status.
    public init(_ status: FleetStatus, style: TerminalSummary.Style) {
        self.status = status
        self.style = style
    }

    /// The lines, at most `width` wide where that is possible.
    ///
    /// - Parameter rows: How many there may be; where there are more workers, those with something wrong are shown first, then those that
    ///   start the latest. Nil: a line for each of them.
    public func lines(width: Int, rows: Int? = nil) -> [String] {
        let notes = (status.notes ?? []).flatMap { note in
            DisplayWidth.wrap(DisplayWidth.printable(note), to: max(20, width - 2)).map {
                style.paint("  \($0)", .yellow)
            }
        }
        // The head, the table's own, and the sum.
        let room = rows.map { max(1, $0 - 3 - min(notes.count, $0 / 3)) } ?? .max
        let isCut = status.workers.count > room
        let shown = isCut ? chosen(room - 1) : status.workers
        var lines = [DisplayWidth.cut(head, to: width)] + table(shown).lines(width: width, style: style)
        if isCut {
            let more = "  … \(status.workers.count - shown.count) more workers"
            lines.append(style.paint(DisplayWidth.cut(more, to: width), .faint))
        }
        lines += notes
        return rows.map { Array(lines.prefix(max(1, $0))) } ?? lines
    }

    /// All of it, ended by a line break.
    public func text(width: Int) -> String { lines(width: width).joined(separator: "\n") + "\n" }

    /// The state of all in one line, for an output that is no terminal:
    /// `12s  4 loading  asked 200/s  done 198.4/s  p50 20.3  p95 60.1 ms  errors 0  users 12  start lag 0.2 ms`.
    public var line: String {
        let sum = status.sum
        var parts = [LiveLine.clock(Span(seconds: Double(max(0, status.seconds)))), status.shownStates]
        if let asked = sum.asked { parts.append("asked \(Self.rate(asked))/s") }
        if let done = sum.done { parts.append("done \(Self.rate(done))/s") }
        if let p50 = sum.p50, let p95 = sum.p95 {
            parts.append("p50 \(Figure.latency(p50))  p95 \(Figure.latency(p95)) ms")
        }
        parts.append("errors \(Figure.grouped(sum.bad))")
        parts.append("users \(Figure.grouped(UInt64(max(0, sum.users))))")
        if let lag = sum.startLag { parts.append("start lag \(Figure.latency(lag)) ms") }
        return parts.joined(separator: "  ")
    }

    // MARK: Parts

    private var head: String {
        var parts = [status.shownStates]
        if status.seconds > 0 { parts.append(LiveLine.clock(Span(seconds: Double(status.seconds)))) }
        if let stage = status.stage { parts.append(DisplayWidth.printable(stage)) }
        let workers = status.segments == 1 ? "1 worker" : "\(status.segments) workers"
        return "\(DisplayWidth.printable(status.name ?? "fleet"))  \(workers): \(parts.joined(separator: ", "))"
    }

    /// Those with something wrong, then those that start the latest.
    private func chosen(_ count: Int) -> [FleetStatus.Worker] {
        func rank(_ worker: FleetStatus.Worker) -> (Int, Double, Int) {
            (worker.state.gravity, -(worker.figures?.startLag ?? 0), worker.segment)
        }
        return status.workers.sorted { rank($0) < rank($1) }.prefix(max(0, count)).sorted { $0.segment < $1.segment }
    }

    private func table(_ workers: [FleetStatus.Worker]) -> TextTable {
        var table = TextTable(
            [
                .init(title: "worker"), .init(title: "on", right: false), .init(title: "state", right: false),
                .init(title: "asked/s"), .init(title: "done/s"), .init(title: "p50 ms"), .init(title: "p95 ms"),
                .init(title: "exchanges"), .init(title: "errors"), .init(title: "users"), .init(title: "start lag"),
            ], flexible: 1)
        for worker in workers {
            let state = worker.since.map { "\(worker.state.rawValue) since \($0)" } ?? worker.state.rawValue
            table.add(
                [
                    .init("\(worker.segment)/\(status.segments)"), .init(worker.host ?? "–"),
                    .init(state, worker.state.colour),
                ] + cells(worker.figures))
        }
        table.add([.init("all", .bold), .init(""), .init("")] + cells(status.sum))
        return table
    }

    private func cells(_ figures: FleetStatus.Figures?) -> [TextTable.Cell] {
        guard let figures else { return Array(repeating: .init("–"), count: 8) }
        func latency(_ value: Double?) -> String { value.map { Figure.latency($0) } ?? "–" }
        return [
            .init(figures.asked.map(Self.rate) ?? "–"), .init(figures.done.map(Self.rate) ?? "–", colour(of: figures)),
            .init(latency(figures.p50)), .init(latency(figures.p95)), .init(Figure.grouped(figures.exchanges)),
            .init(Figure.grouped(figures.bad), figures.bad > 0 ? .red : nil),
            .init(Figure.grouped(UInt64(max(0, figures.users)))),
            .init(figures.startLag.map { "\(Figure.latency($0)) ms" } ?? "–"),
        ]
    }

    /// Less than nine tenths of what was asked for: an iteration of one exchange falls behind.
    private func colour(of figures: FleetStatus.Figures) -> Colour? {
        guard let asked = figures.asked, let done = figures.done else { return nil }
        return done < 0.9 * asked ? .yellow : nil
    }

    private static func rate(_ value: Double) -> String { Figure.short(value, decimals: value < 100 ? 1 : 0) }
}

extension FleetStatus.State {
    fileprivate var colour: Colour? {
        switch self {
        case .loading: .green
        case .ended: nil
        case .missing, .waiting, .stopped: .yellow
        case .interrupted, .aborted, .lost, .refused: .red
        }
    }

    /// The least is shown first.
    fileprivate var gravity: Int {
        switch self {
        case .lost, .refused: 0
        case .aborted, .interrupted: 1
        case .missing: 2
        case .stopped, .waiting: 3
        case .loading: 4
        case .ended: 5
        }
    }
}

/// A step's streams of events, as tables show them.
struct StreamTable {
    /// A figure in milliseconds; nil: there is none.
    struct Cell {
        var value: Double?
        /// What stands in front of it.
        var sign: String
    }

    /// What the figures are.
    static let columns = [
        "first p50", "first p95", "first p99", "first max", "gap p50", "gap p95", "gap p99", "gap max",
    ]

    var name: String
    /// How many events there were, in words.
    var events: String
    /// A figure for each column.
    var figures: [Cell]

    /// Nil where the step has no streams.
    init?(_ name: String, _ step: StepResult) {
        guard let events = step.events else { return nil }
        self.name = name
        self.events = events.shown
        figures = [step.firstEvent, step.eventGap].flatMap { figures in
            [("p50", figures?.p50), ("p95", figures?.p95), ("p99", figures?.p99), ("max", figures?.max)].map {
                Cell(value: $1, sign: figures?.sign(of: $0) ?? "")
            }
        }
    }
}

extension RunResult {
    /// The steps with streams of events, in the scenario's order.
    var streams: [StreamTable] { stepsInOrder.compactMap { StreamTable($0.name, $0.step) } }
}

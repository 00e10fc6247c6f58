public import Measures
internal import VerificationKit

/// The state of a run that goes on, in one line: for an output that is no terminal.
public struct LiveLine: Sendable {
    /// From the start of the load.
    public var elapsed: Span
    /// The length of the whole load; nil where it ends with its last iteration.
    public var total: Span?
    /// The stage that is going on, as shown, e.g. `2/3 200/s`; nil where none is.
    public var stage: String?
    /// Bad exchanges since the load began.
    public var errors: UInt64
    /// Dropped arrivals since the load began.
    public var dropped: UInt64
    /// Users busy now.
    public var users: Int
    /// Exchanges that ended in the last second.
    public var rate: UInt64
    /// Response times of the last second in milliseconds; nil where no exchange ended.
    public var latency: (p50: Double, p95: Double, p99: Double)?

    /// True where the load was over before the second began: what users had begun may still go on.
    public var isAfterLoad: Bool

    /// The state after a second.
    ///
    /// - Parameter line: The second's line of progress, with its totals.
    public init(elapsed: Span, total: Span?, line: ProgressLine) {
        // A load that ends within a second ends with it.
        let second: Int64 = 1_000_000_000
        let end = total.map { Span(nanoseconds: ($0.nanoseconds + second - 1) / second * second) }
        isAfterLoad = end.map { elapsed > $0 } ?? (line.stage == nil)
        self.elapsed = end.map { min(elapsed, $0) } ?? elapsed
        self.total = end
        stage = isAfterLoad ? "ending" : line.stage
        errors = line.total.bad
        dropped = line.total.dropped
        users = line.users
        rate = line.exchanges + line.warmup
        if let p50 = line.p50, let p95 = line.p95, let p99 = line.p99 { latency = (p50, p95, p99) }
    }

    /// False where there is nothing more to tell: the load is over, and nobody is busy.
    public var isToldAtAll: Bool { !isAfterLoad || users > 0 }

    /// The line for an output that is no terminal, without a line break:
    /// `12s/60s  2/3 200/s  198/s  p50 0.3  p95 0.7  p99 1.2 ms  errors 0  users 12  dropped 0`.
    public var plain: String { parts.joined(separator: "  ") }

    private var parts: [String] {
        var parts = [Self.clock(elapsed) + (total.map { "/" + Self.clock($0) } ?? "")]
        if let stage { parts.append(DisplayWidth.printable(stage)) }
        parts.append("\(Figure.grouped(rate))/s")
        if let latency {
            let figures = [latency.p50, latency.p95, latency.p99].map { Figure.short($0, decimals: $0 < 10 ? 2 : 0) }
            parts.append("p50 \(figures[0])  p95 \(figures[1])  p99 \(figures[2]) ms")
        } else {
            parts.append(rate > 0 ? "warming up" : "no answer")
        }
        parts.append("errors \(Figure.grouped(errors))")
        parts.append("users \(Figure.grouped(UInt64(max(0, users))))")
        parts.append("dropped \(Figure.grouped(dropped))")
        return parts
    }

    /// Whole seconds up to two minutes, then minutes and seconds: `95s`, `2m05s`, `1h00m10s`.
    static func clock(_ span: Span) -> String {
        let seconds = max(0, span.nanoseconds / 1_000_000_000)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 120 { return "\(seconds)s" }
        if seconds < 3_600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        return "\(seconds / 3_600)h\(two(seconds / 60 % 60))m\(two(seconds % 60))s"
    }
}

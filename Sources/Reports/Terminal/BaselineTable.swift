public import Baselines
internal import Measures
internal import Scenarios
internal import VerificationKit

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A baseline as a person reads it: each step with the median of its runs and how far they spread.
public struct BaselineTable: Sendable {
    private let baseline: Baseline
    private let previous: Baseline?
    private let style: TerminalSummary.Style
    private let width: Int

    /// Makes the table of a baseline.
    ///
    /// - Parameters:
    ///   - previous: The baseline that it takes the place of; its percentiles are shown beside the new ones.
    ///   - width: The columns to fill; below 60 counts as 60.
    public init(
        _ baseline: Baseline, previous: Baseline? = nil, style: TerminalSummary.Style = .plain, width: Int = 100
    ) {
        self.baseline = baseline
        self.previous = previous
        self.style = style
        self.width = max(60, width)
    }

    /// The table, a line break at its end.
    ///
    /// - Parameters:
    ///   - path: The baseline's file.
    ///   - age: How long ago it was accepted, in words.
    public func text(path: String, age: String? = nil) -> String {
        let count = baseline.runs.count
        let facts = [
            count > 0 ? counted(count, "run") : nil, "accepted \(baseline.accepted)\(age.map { " (\($0))" } ?? "")",
            baseline.note,
        ].compactMap(\.self)
        let title = style.paint(DisplayWidth.printable(path), .bold) + "  " + DisplayWidth.printable(baseline.scenario)
        var lines = [title] + indented(facts) + indented(environment)
        if let capacity = baseline.capacity { lines += indented([Self.words(capacity)]) }
        if count > 0 { lines += [""] + table }
        return lines.joined(separator: "\n") + "\n"
    }

    private var environment: [String] {
        let environment = baseline.environment
        var facts = [
            environment.cpu, "\(environment.cores) cores", "\(environment.memoryGiB) GiB",
            "Linux \(environment.kernel)", "\(environment.build) build", "target: \(environment.target.rawValue)",
            "load \(environment.scenarioSHA256.prefix(12))",
        ]
        if let calibration = environment.calibration {
            let (requests, time) = (Self.median(calibration.throughput), Self.median(calibration.cpuMicroseconds))
            facts.append(
                "calibration \(requests.map { Figure.fixed($0, decimals: 0) } ?? "–") requests/s, "
                    + "\(time.map { Figure.fixed($0, decimals: 1) } ?? "–") µs each")
        }
        return facts
    }

    /// `capacity 412/s (405/s to 418/s), limited by p95 response_time < 200ms, found 2026-01-31T12:00:00Z`
    private static func words(_ capacity: CapacityRecord) -> String {
        let rate = CapacityResult.shown(rate: capacity.rate)
        let range = capacity.high.map {
            "\(rate) (\(CapacityResult.shown(rate: capacity.low)) to \(CapacityResult.shown(rate: $0)))"
        }
        let limit = capacity.limitedBy.map { ", limited by \($0)" } ?? ""
        return "capacity \(range ?? "at least \(rate)")\(limit), found \(capacity.started)"
    }

    private var table: [String] {
        var columns: [TextTable.Column] = [.init(title: "step", right: false), .init(title: "of", right: false)]
        columns += ["p50", "p95", "lowest", "highest", "spread", "p99", "per s", "errors"].map { .init(title: $0) }
        if previous != nil { columns += [.init(title: "p95 before"), .init(title: "change")] }
        var table = TextTable(columns, flexible: 0)
        for name in names(of: baseline) {
            let steps = baseline.runs.compactMap { $0[name] }
            let p95 = steps.compactMap(\.p95)
            var cells: [TextTable.Cell] = [
                .init(name), .init(steps.first?.measure.label ?? ""),
                Self.latency(Self.median(steps.compactMap(\.p50))),
                Self.latency(Self.median(p95)), Self.latency(p95.min()), Self.latency(p95.max()),
                .init(Self.spread(p95)), Self.latency(Self.median(steps.compactMap(\.p99))),
                .init(Self.median(steps.map(\.throughput)).map { Figure.short($0, decimals: 1) } ?? "–"),
                .init(Self.median(steps.map(\.errorRatio)).map { "\(Figure.short($0 * 100, decimals: 3)) %" } ?? "–"),
            ]
            if let previous {
                let before = Self.median(previous.runs.compactMap { $0[name]?.p95 })
                cells += [Self.latency(before), .init(Self.change(from: before, to: Self.median(p95)))]
            }
            table.add(cells)
        }
        let gone = previous.map { names(of: $0).filter { !names(of: baseline).contains($0) } } ?? []
        return [style.paint("Steps", .bold) + style.paint("  medians of the runs, in ms; spread of p95", .faint)]
            + table.lines(width: width, style: style)
            + (gone.isEmpty ? [] : indented(["no longer there: \(gone.joined(separator: ", "))"]))
    }

    /// The steps of all runs, each once, in the order of the first that has them.
    private func names(of baseline: Baseline) -> [String] {
        var seen: Set<String> = []
        return baseline.runs.flatMap(\.steps).map(\.name).filter { seen.insert($0).inserted }
    }

    private func indented(_ facts: [String]) -> [String] {
        DisplayWidth.flow(facts.map(DisplayWidth.printable), to: width - 2).map { "  " + $0 }
    }

    // MARK: Figures

    private static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The standard deviation of the logarithms, which is about the relative one: `3.1 %`.
    private static func spread(_ values: [Double]) -> String {
        let logs = values.map { log(max($0, 1e-3)) }
        guard logs.count > 1 else { return "–" }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count - 1)
        return "\(Figure.fixed(variance.squareRoot() * 100, decimals: 1)) %"
    }

    private static func change(from before: Double?, to now: Double?) -> String {
        guard let before, let now, before > 0 else { return "–" }
        return Change.text(now / before)
    }

    private static func latency(_ value: Double?) -> TextTable.Cell {
        .init(value.map { Figure.fixed($0, decimals: $0 < 100 ? 3 : 1) } ?? "–")
    }
}

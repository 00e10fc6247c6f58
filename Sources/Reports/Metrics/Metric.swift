public import Measures

/// A metric that runs show, whatever shows it: Prometheus, OpenTelemetry, InfluxDB. Its name, unit, labels and meaning stand
/// in one place, `Metric.all`.
public struct Metric: Hashable, Sendable {
    /// What its numbers are.
    public enum Kind: String, Sendable {
        /// A count that only grows.
        case counter
        /// A number that goes up and down.
        case gauge
        /// A distribution of latencies.
        case histogram
    }

    /// What it is measured in; the codes are those of UCUM, which OpenTelemetry uses.
    public enum Unit: String, Sendable {
        /// A plain number.
        case none = ""
        /// Seconds.
        case seconds = "s"
        /// Bytes.
        case bytes = "By"
    }

    /// Its name without what says where it is from, its unit and its kind, e.g. `response_time`.
    public let base: String
    /// What its numbers are.
    public let kind: Kind
    /// What they are measured in.
    public let unit: Unit
    /// The labels that its series may have.
    public let labels: [String]
    /// What it means, in a sentence.
    public let help: String

    init(_ base: String, _ kind: Kind, unit: Unit = .none, labels: [String] = [], _ help: String) {
        self.base = base
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.help = help
    }

    /// Its name as OpenTelemetry has names: `loadgate.response_time`. What Prometheus makes of it is `prometheusName`.
    public var name: String { "loadgate.\(base)" }

    /// Its name with unit and kind, as Prometheus has names: `loadgate_response_time_seconds`, `loadgate_exchanges_total`.
    public var prometheusName: String {
        let unit =
            switch unit {
            case .none: ""
            case .seconds: "_seconds"
            case .bytes: "_bytes"
            }
        return "loadgate_\(base)\(unit)\(kind == .counter ? "_total" : "")"
    }

    /// Upper bounds of the buckets of all distributions, as Prometheus' clients have them by default, with 1 ms and below
    /// before them: services that are tested on one machine answer faster than those that were meant there.
    public static let bounds = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ].map { Span(nanoseconds: $0) }
}

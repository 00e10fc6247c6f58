public import Measures

/// The metrics of a run at an instant, in the order in which they are shown.
public struct MetricSet: Sendable {
    /// Each metric once, with its samples.
    public private(set) var families: [Family] = []

    /// No metric yet.
    init() {}

    /// A name and its value.
    public typealias Label = (name: String, value: String)

    /// What a series has at the instant.
    public enum Value: Sendable {
        /// A whole number.
        case count(UInt64)
        /// Any number.
        case number(Double)
        /// Latencies.
        case distribution(LatencyHistogram)
    }

    /// One series.
    public struct Sample: Sendable {
        /// Its labels, each name once.
        public let labels: [Label]
        /// What it has.
        public let value: Value
    }

    /// A metric and its samples.
    public struct Family: Sendable {
        /// The metric.
        public let metric: Metric
        /// One at least, each with other labels.
        public fileprivate(set) var samples: [Sample] = []

        /// A whole number.
        mutating func add(_ value: UInt64, _ labels: [Label] = []) {
            samples.append(Sample(labels: labels, value: .count(value)))
        }

        /// Any number.
        mutating func add(_ value: Double, _ labels: [Label] = []) {
            samples.append(Sample(labels: labels, value: .number(value)))
        }

        /// Latencies.
        mutating func add(_ histogram: LatencyHistogram, _ labels: [Label]) {
            samples.append(Sample(labels: labels, value: .distribution(histogram)))
        }
    }

    /// Begins a family; nothing is kept of one without samples.
    mutating func add(_ metric: Metric, _ samples: (inout Family) -> Void) {
        var family = Family(metric: metric)
        samples(&family)
        if !family.samples.isEmpty { families.append(family) }
    }

    /// A family of one series without labels.
    mutating func add(_ metric: Metric, _ value: UInt64) { add(metric) { $0.add(value) } }

    /// The same of any number; none where there is none.
    mutating func add(_ metric: Metric, _ value: Double?) {
        guard let value else { return }
        add(metric) { $0.add(value) }
    }
}

/// Numbers that are read beside the load: an entry of `probes:`.
public struct Probe: Sendable {
    /// Where a sample comes from.
    public enum Source: Sendable {
        /// The standard output of a program and its arguments.
        case command([Text])
        /// The answer to a GET of an `http[s]://` URL, with header fields of its own.
        case http(url: Text, headers: [Header])
    }

    /// How the sample is read.
    public enum Format: Sendable, Equatable {
        /// One number, surrounded by blanks at most.
        case number
        /// The value at a path.
        case json(JSONPath)
        /// The sum of some columns, in the rows where `filters` hold: RFC 4180 with a header.
        case csv(columns: [String], filters: [Filter])
        /// The sum of the samples of a metric with these labels: the Prometheus text format.
        case prometheus(metric: String, labels: [Filter])
    }

    /// A column or label and what it must be.
    public struct Filter: Sendable, Equatable {
        /// The column's or label's name.
        public var name: String
        /// The value it has.
        public var value: String

        /// Makes a filter.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name that objectives and results use; unique in the scenario.
    public var name: String
    /// Where samples come from.
    public var source: Source
    /// How a sample is read.
    public var format: Format
    /// The time from one sample to the next.
    public var every: Duration = .seconds(1)
    /// How long a sample may take.
    public var timeout: Duration = .seconds(2)

    /// Makes a probe.
    public init(name: String, source: Source, format: Format) {
        self.name = name
        self.source = source
        self.format = format
    }
}

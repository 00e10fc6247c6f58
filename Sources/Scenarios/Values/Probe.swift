/// Numbers that are read beside the load: an entry of `probes:`.
public struct Probe: Sendable {
    /// Where a sample comes from.
    public enum Source: Sendable {
        /// The standard output of a program and its arguments. Nothing of it goes through a shell.
        case command([Text], environment: [EnvironmentVariable])
        /// The answer to a GET of an `http[s]://` URL, with header fields of its own.
        case http(url: ConstantURL, headers: [Header])
    }

    /// A column, line or label and what it must be, or must not be.
    public struct Filter: Sendable, Equatable {
        /// The column's, line's or label's name.
        public var name: String
        /// The value it is compared with.
        public var value: String
        /// True for `==`, false for `!=`.
        public var isEqual: Bool

        /// Makes a filter.
        public init(name: String, value: String, isEqual: Bool = true) {
            self.name = name
            self.value = value
            self.isEqual = isEqual
        }

        /// Whether it holds of a value.
        public func holds(_ value: String) -> Bool { (value == self.value) == isEqual }

        /// The filter as it is written.
        public var shown: String { "\(name) \(isEqual ? "==" : "!=") \(value)" }
    }

    /// What a command finds in its environment, besides what Loadgate itself has there.
    public struct EnvironmentVariable: Sendable {
        /// The variable's name.
        public var name: String
        /// Its value.
        public var value: Text

        /// Makes a variable.
        public init(name: String, value: Text) {
            self.name = name
            self.value = value
        }
    }

    /// The name that objectives and results use; unique in the scenario.
    public var name: String
    /// Where samples come from.
    public var source: Source
    /// How a sample is read.
    public var format: any ProbeFormat
    /// The time from one sample to the next, 10 ms at least.
    public var every: Duration = .seconds(1)
    /// How long a sample may take.
    public var timeout: Duration = .seconds(2)

    /// Makes a probe.
    public init(name: String, source: Source, format: any ProbeFormat) {
        self.name = name
        self.source = source
        self.format = format
    }
}

extension Scenario {
    /// Where the scenario's probes send requests, each once: the rule of authorised targets holds there too.
    public var probeEndpoints: [Endpoint] {
        var endpoints: [Endpoint] = []
        for case .http(let url, _) in probes.map(\.source) {
            let isKnown = endpoints.contains { $0.host == url.endpoint.host && $0.port == url.endpoint.port }
            if !isKnown { endpoints.append(url.endpoint) }
        }
        return endpoints
    }
}

/// The formats that probes may read, in the order of the documentation.
public struct ProbeFormats: Sendable {
    /// Their types. The first one is read where a probe doesn't say how.
    public var types: [any ProbeFormat.Type]

    /// Registers formats, one at least.
    public init(_ types: [any ProbeFormat.Type]) { self.types = types }

    /// Those of Loadgate.
    public static let builtIn = ProbeFormats([
        NumberFormat.self, JSONFormat.self, CSVFormat.self, LineFormat.self, PrometheusFormat.self,
    ])

    /// Their names.
    public var names: [String] { types.map { $0.name } }

    /// The format of a name.
    public subscript(name: String) -> (any ProbeFormat.Type)? { types.first { $0.name == name } }
}

/// The kinds of fault that a drill may have, in the order of the documentation.
public struct FaultKinds: Sendable {
    /// The types of their rules.
    public var types: [any FaultRule.Type]

    /// Registers kinds.
    public init(_ types: [any FaultRule.Type]) { self.types = types }

    /// Those of Loadgate.
    public static let builtIn = FaultKinds([
        ProcessFault.self, ProxyFault.self, NameFault.self, NamespaceFault.self, CommandFault.self, RequestFault.self,
    ])
}

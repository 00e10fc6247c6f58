/// A number that belongs to a verification: `hit_latency_p95`, 0.8 ms.
public struct VerificationFigure: Sendable, Equatable {
    /// The name, a bounded label.
    public var name: String
    /// The value in its unit.
    public var value: Double
    /// The unit; nil: a plain number.
    public var unit: MeasuredUnit?

    /// Makes a figure.
    public init(_ name: String, _ value: Double, _ unit: MeasuredUnit? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
    }
}

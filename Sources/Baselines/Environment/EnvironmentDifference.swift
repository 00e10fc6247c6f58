/// Something in which two environments differ.
public struct EnvironmentDifference: Equatable, Sendable, CustomStringConvertible {
    /// What differs: `CPU model`.
    public var name: String
    /// What it was for the baseline.
    public var was: String
    /// What it is now.
    public var isNow: String
    /// Why it matters.
    public var why: String
    /// True where it makes a comparison impossible; else it deserves a note.
    public var blocks: Bool

    /// `CPU model: was "A", is "B": latencies of different processors can't be compared`
    public var description: String { "\(name): was \(was), is \(isNow): \(why)" }
}

extension Environment {
    /// In what this environment differs from a baseline's, what makes a comparison impossible first; empty: in nothing.
    public func differences(from baseline: Environment) -> [EnvironmentDifference] { [] }
}

public import Drills

/// How the drill of a scenario is carried out.
public struct DrillRequest: Sendable {
    /// Only these faults: the names of what they break, or their own; empty: all.
    public var onlyFaults: [String] = []
    /// Is shown what will be broken before anything is started; false: nothing is done.
    public var confirm: @Sendable ([PlannedFault]) -> Bool = { _ in true }

    /// A request for the whole drill, confirmed.
    public init() {}
}

/// The drill was not confirmed: nothing was done.
public struct DrillDeclined: Error, CustomStringConvertible {
    /// What happened.
    public var description: String { "nothing was broken" }

    /// Makes the error.
    public init() {}
}

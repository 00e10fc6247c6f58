/// What was meant to be sent in one second of a drill, and what came of it.
public struct DrillSecond: Sendable, Equatable {
    /// Attempts with a good answer.
    public var good = 0
    /// Attempts that failed.
    public var bad = 0
    /// The good ones by who answered, where that is told.
    public var answeredBy: [UInt8: Int] = [:]

    /// A second in which nothing was sent.
    public init() {}
}

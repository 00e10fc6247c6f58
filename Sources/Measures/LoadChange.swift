/// How fast a load goes beside its plan, where somebody changed it while it ran.
public enum LoadPace: Equatable, Sendable {
    /// As planned.
    case planned
    /// So many times as many arrivals as planned, above 0.
    case scaled(Double)
    /// So many arrivals a second, above 0, whatever was planned.
    case rate(Double)
    /// No iteration begins.
    case paused
}

/// A change of a load's pace by hand.
public struct LoadChange: Equatable, Sendable {
    /// When it took effect, from the start of the run.
    public var at: Span
    /// The number of the load.
    public var load: Int
    /// Its pace from then on.
    public var pace: LoadPace

    /// Makes a change of its parts.
    public init(at: Span, load: Int, pace: LoadPace) {
        self.at = at
        self.load = load
        self.pace = pace
    }
}

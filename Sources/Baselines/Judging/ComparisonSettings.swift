/// What is held against a comparison's figures.
public struct ComparisonSettings: Equatable, Sendable {
    /// The chance of a false alarm over all steps, above 0 and up to 0.2.
    public var alpha = 0.05
    /// A ratio below 1 + tolerance is no regression; 0...10.
    public var tolerance = 0.05
    /// A shift of a latency below this is no regression, in milliseconds; not negative.
    public var floor = 0.1
    /// Runs that a baseline needs.
    public var minimumReferenceRuns = 10
    /// Runs of now that a comparison with a baseline needs.
    public var minimumCandidateRuns = 5
    /// Pairs that a comparison with another target needs; more where there are many steps.
    public var minimumPairs = 6
    /// The percentile that decides.
    public var primary = StepRecord.Percentile.p95
    /// A rise of the error ratio from this on withholds a pass, 0...1.
    public var errorTolerance = 0.001

    /// The settings of the language's defaults.
    public init() {}
}

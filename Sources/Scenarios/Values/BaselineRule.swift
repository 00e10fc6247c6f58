/// `baseline: {file: baselines/signoff.json, tolerance: 5%, floor: 1ms}`: what runs are compared with, and how.
public struct BaselineRule: Sendable, Equatable {
    /// Fewest and most runs that a comparison is made of.
    public static let runRange = 5...100
    /// The largest chance of a false alarm that can be allowed for.
    public static let maximumAlpha = 0.2

    /// The baseline's file; relative to the current folder where the scenario was named so.
    public var path: String
    /// The same with secrets as they were written, fit to be shown.
    public var shown: String
    /// A ratio up to 1 + tolerance is no regression, 0...1; nil: as comparisons have it.
    public var tolerance: Double?
    /// A shift of a latency below this is no regression; nil: as comparisons have it.
    public var floor: Duration?
    /// The chance of a false alarm that is allowed for, above 0; nil: as comparisons have it.
    public var alpha: Double?
    /// How many runs `loadgate gate` makes.
    public var runs = 5
    /// The section of the sign-off table that the comparison belongs to.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?

    /// A rule that names a file only.
    public init(path: String, shown: String) {
        self.path = path
        self.shown = shown
    }
}

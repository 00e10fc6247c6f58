/// Tells whether more arrives than is answered, so that a queue grows: then no limit on a response time holds for long, whatever
/// the first seconds look like.
///
/// What is under way at the end of each second, in the target's queue or elsewhere, is a number that comes back to its mean where
/// the target keeps up. Its steps from second to second have the mean 0 then, and a t-test tells whether they have not.
public struct GrowthTest: Sendable, Equatable {
    /// What arrived so far.
    public private(set) var arrived = 0.0
    private var last: Double?
    private var steps: [Double] = []

    /// Growth by up to this share of the arrivals is not looked at.
    static let allowed = 0.01
    /// From here on growth keeps a rate from being taken for a held one before its time.
    static let suspicious = 0.02
    /// Fewer are under way by chance.
    private static let fewest = 10.0

    /// Makes a test.
    public init() {}

    /// Takes a second: what arrived in it, and what was under way at its end.
    public mutating func feed(arrived: UInt64, underWay: Int) {
        if let last {
            self.arrived += Double(arrived)
            steps.append(Double(underWay) - last)
        }
        last = Double(underWay)
    }

    /// By how much more was under way at the end than at the beginning, as a share of what arrived; 0 before anything did.
    public var share: Double { arrived > 0 ? growth / arrived : 0 }

    /// True where the queue is shown to grow.
    public var isShown: Bool {
        guard steps.count >= 4, share > Self.allowed, growth >= Self.fewest else { return false }
        let mean = growth / Double(steps.count)
        let squares = steps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(steps.count - 1) / Double(steps.count)).squareRoot()
        return mean > deviation * Self.quantile(steps.count - 1)
    }

    /// True where it may grow: a longer look is needed.
    public var isPossible: Bool { share > Self.suspicious && growth >= Self.fewest / 2 }

    private var growth: Double { steps.reduce(0, +) }

    /// Student's t at 99.5 %, one-sided, since it is looked at every second; above 12 degrees of freedom a little more than needed.
    private static func quantile(_ degrees: Int) -> Double {
        let table = [63.7, 9.92, 5.84, 4.60, 4.03, 3.71, 3.50, 3.36, 3.25, 3.17, 3.11, 3.05]
        return degrees <= table.count ? table[max(0, degrees - 1)] : 3.05
    }
}

/// Where the workers of a load find each other.
public struct FleetMembership: Sendable, Equatable {
    /// A folder that all of them share, a new one for each run.
    public var folder: String
    /// How long they wait for each other before the load, in seconds.
    public var patience: Double

    /// Makes it of its parts.
    public init(folder: String, patience: Double = 60) {
        self.folder = folder
        self.patience = patience
    }

    /// The folder of a worker's results, unless it has another one.
    public func folder(ofSegment segment: Int) -> String { "\(folder)/worker-\(segment)" }
}

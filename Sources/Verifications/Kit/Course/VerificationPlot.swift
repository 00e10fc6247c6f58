/// What a verification saw, as numbers that a chart is drawn of: decisions over time, a ratio over requests.
public struct VerificationPlot: Codable, Equatable, Sendable {
    /// The most points of one line; a course that has more thins them out.
    public static let maximumPoints = 2_000

    /// A bounded label, e.g. `decisions`.
    public var name: String
    /// What it shows, for people.
    public var title: String
    /// What stands along the axis, with its unit: `seconds`.
    public var x: String
    /// What stands up the axis, with its unit: `requests`.
    public var y: String
    /// What is drawn, the most important line last.
    public var lines: [Line]

    /// One line of a plot.
    public struct Line: Codable, Equatable, Sendable {
        /// What it is, e.g. `admitted`.
        public var name: String
        /// How it is drawn.
        public var kind: Kind
        /// Pairs of x and y, by rising x.
        public var points: [[Double]]

        /// Makes a line.
        public init(name: String, kind: Kind, points: [[Double]]) {
            self.name = name
            self.kind = kind
            self.points = points
        }
    }

    /// How a line is drawn.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// From point to point.
        case line
        /// A value holds until the next point.
        case steps
        /// Single points.
        case dots
        /// Single points that want to be seen.
        case crosses
    }

    /// At most `maximumPoints` of some points, evenly chosen, the first and the last among them.
    package static func thinned(_ points: [[Double]]) -> [[Double]] {
        guard points.count > maximumPoints else { return points }
        return (0..<maximumPoints).map { points[$0 * (points.count - 1) / (maximumPoints - 1)] }
    }

    /// Makes a plot.
    public init(name: String, title: String, x: String, y: String, lines: [Line]) {
        self.name = name
        self.title = title
        self.x = x
        self.y = y
        self.lines = lines
    }
}

internal import Measures
internal import Scenarios

/// A stage of the load as it was meant, as it stands in a result.
public struct StageResult: Codable, Equatable, Sendable {
    /// The load that it belongs to; absent where loads have no names.
    public var load: String?
    /// `arrivals` per second, `users`, or `iterations` by a number of users.
    public var kind: Kind
    /// When it begins, in seconds from the start of the run. After a stage of iterations whose end is not known
    /// beforehand, the instants go on as if it had taken no time.
    public var start: Double
    /// When it ends, likewise; absent: with its last iteration.
    public var end: Double?
    /// Arrivals per second, or users, at its beginning.
    public var from: Double
    /// The same at its end.
    public var to: Double
    /// True where it is not measured.
    public var warmup: Bool

    /// What a stage holds steady or changes.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Open load: arrivals per second.
        case arrivals
        /// Closed load: users.
        case users
        /// Closed load: a number of iterations, shared by users.
        case iterations
    }
}

extension StageResult {
    /// The stages of a scenario's loads, load by load.
    static func stages(of scenario: Scenario) -> [StageResult] { scenario.loads.flatMap(stages) }

    private static func stages(of load: Load) -> [StageResult] {
        var start = Span(load.start).seconds
        return load.stages.map { stage in
            let length = stage.duration.map { Span($0).seconds }
            defer { start += length ?? 0 }
            let (kind, from, to): (Kind, Double, Double) =
                switch stage {
                case .arrivals(let stage): (.arrivals, stage.from, stage.to)
                case .users(let stage): (.users, Double(stage.from), Double(stage.to))
                case .iterations(let stage): (.iterations, Double(stage.users), Double(stage.users))
                }
            return StageResult(
                load: load.name, kind: kind, start: start, end: length.map { start + $0 }, from: from, to: to,
                warmup: stage.isWarmup)
        }
    }
}

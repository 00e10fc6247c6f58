/// A stage of load.
public enum Stage: Sendable, Equatable {
    /// Open load: iterations begin at the schedule's instants, whatever the target does.
    case arrivals(ArrivalStage)
    /// Closed load: users that begin an iteration when their last one is done.
    case users(UserStage)
    /// Closed load of a fixed number of iterations.
    case iterations(IterationStage)

    /// True where the stage is not measured.
    public var isWarmup: Bool {
        switch self {
        case .arrivals(let stage): stage.warmup
        case .users(let stage): stage.warmup
        case .iterations(let stage): stage.warmup
        }
    }

    /// True where the stage sends nothing: `0/s`, or no users. Nothing is measured in it.
    public var isIdle: Bool {
        switch self {
        case .arrivals(let stage): stage.from == 0 && stage.to == 0
        case .users(let stage): stage.from == 0 && stage.to == 0
        case .iterations: false
        }
    }

    /// How long the stage lasts; nil where it ends with its last iteration.
    public var duration: Duration? {
        switch self {
        case .arrivals(let stage): stage.duration
        case .users(let stage): stage.duration
        case .iterations: nil
        }
    }
}

/// `{arrivals: 20/s to 200/s, for: 20s, spacing: poisson}`
public struct ArrivalStage: Sendable, Equatable {
    /// How arrivals lie in time.
    public enum Spacing: String, CaseIterable, Sendable {
        /// At equal distances (in a ramp: at equal areas under the rate).
        case even
        /// Independent of each other: exponential distances.
        case poisson
    }

    /// Arrivals per second at the beginning.
    public var from: Double
    /// Arrivals per second at the end; the rate changes linearly.
    public var to: Double
    /// How long the stage lasts.
    public var duration: Duration
    /// How arrivals lie in time.
    public var spacing: Spacing
    /// True where the stage is not measured.
    public var warmup: Bool

    /// Makes a stage.
    public init(from: Double, to: Double, duration: Duration, spacing: Spacing = .even, warmup: Bool = false) {
        self.from = from
        self.to = to
        self.duration = duration
        self.spacing = spacing
        self.warmup = warmup
    }
}

/// `{users: 0 to 50, for: 30s}`
public struct UserStage: Sendable, Equatable {
    /// Users at the beginning.
    public var from: Int
    /// Users at the end; the number changes linearly.
    public var to: Int
    /// How long the stage lasts.
    public var duration: Duration
    /// True where the stage is not measured.
    public var warmup: Bool

    /// Makes a stage.
    public init(from: Int, to: Int, duration: Duration, warmup: Bool = false) {
        self.from = from
        self.to = to
        self.duration = duration
        self.warmup = warmup
    }
}

/// `{iterations: 10000, users: 20}`
public struct IterationStage: Sendable, Equatable {
    /// Iterations in all.
    public var iterations: Int
    /// Users that share them.
    public var users: Int
    /// True where the stage is not measured.
    public var warmup: Bool

    /// Makes a stage.
    public init(iterations: Int, users: Int, warmup: Bool = false) {
        self.iterations = iterations
        self.users = users
        self.warmup = warmup
    }
}

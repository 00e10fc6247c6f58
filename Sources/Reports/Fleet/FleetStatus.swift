internal import VerificationKit

/// How the processes stand that share a load, at an instant.
public struct FleetStatus: Codable, Equatable, Sendable {
    /// The folder that they share.
    public var folder: String
    /// How many segments the load is dealt to.
    public var segments: Int
    /// The scenario's name; absent where no log was begun.
    public var name: String?
    /// When the load began or begins, UTC (RFC 3339); absent where that is not said.
    public var started: String?
    /// Whole seconds of the load that the foremost worker's log has.
    public var seconds: Int
    /// The stage that is going on, as shown; absent where none is.
    public var stage: String?
    /// All of them together: percentiles of the samples of all.
    public var sum: Figures
    /// The workers, in the order of their segments.
    public var workers: [Worker]
    /// What is wrong, or left out, a sentence each; absent where there is nothing to say.
    public var notes: [String]?

    /// How a worker stands.
    public enum State: String, Codable, CaseIterable, Sendable {
        /// It was not seen yet.
        case missing
        /// It waits for the load to begin.
        case waiting
        /// It sends its load.
        case loading
        /// Its load came to its end.
        case ended
        /// A signal ended it.
        case interrupted
        /// A broken objective with `abort` ended it.
        case aborted
        /// Another worker had it end.
        case stopped
        /// It shows no more that it lives, or left a log without an end.
        case lost
        /// The workers don't fit together, or did not come: nothing was sent.
        case refused

        /// True where it changes no more by itself.
        public var isOver: Bool {
            switch self {
            case .missing, .waiting, .loading: false
            case .ended, .interrupted, .aborted, .stopped, .lost, .refused: true
            }
        }
    }

    /// What was measured: rates and latencies of the last five seconds, counts since the load began.
    public struct Figures: Codable, Equatable, Sendable {
        /// Arrivals a second that open load intends; absent where none is open, or no worker loads.
        public var asked: Double?
        /// Exchanges a second that came to their end; absent where no worker loads.
        public var done: Double?
        /// Response times in milliseconds; absent where no exchange had one.
        public var p50: Double?
        /// As above.
        public var p95: Double?
        /// Measured exchanges since the load began.
        public var exchanges: UInt64
        /// Those of them that did not end `ok`.
        public var bad: UInt64
        /// Arrivals dropped.
        public var dropped: UInt64
        /// Users busy at the end of the last second: each has an exchange open, or thinks.
        public var users: Int
        /// Actual − intended start at the 99th percentile, in milliseconds; absent where nothing was sent.
        public var startLag: Double?

        /// Nothing yet.
        public init() { (exchanges, bad, dropped, users) = (0, 0, 0, 0) }

        enum CodingKeys: String, CodingKey {
            case asked = "asked_per_second"
            case done = "done_per_second"
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case exchanges, bad, dropped, users
            case startLag = "start_lag_p99_ms"
        }
    }

    /// One of the processes.
    public struct Worker: Codable, Equatable, Sendable {
        /// The number of its segment, from 0.
        public var segment: Int
        /// The name of its machine; absent where that is not known.
        public var host: String?
        /// How it stands.
        public var state: State
        /// When a lost worker showed last that it lives, by the folder's clock, UTC (RFC 3339); absent else.
        public var since: String?
        /// The seconds of its log.
        public var seconds: Int
        /// What it measured; absent where it has no log.
        public var figures: Figures?

        /// Makes it of its parts.
        public init(segment: Int, host: String? = nil, state: State, since: String? = nil) {
            self.segment = segment
            self.host = host
            self.state = state
            self.since = since
            seconds = 0
        }
    }

    /// That of a folder of which nothing is known yet.
    public init(folder: String) {
        self.folder = folder
        (segments, seconds, workers, sum) = (0, 0, [], Figures())
    }

    enum CodingKeys: String, CodingKey {
        case folder, segments, name, started, seconds, stage, sum, workers, notes
    }

    /// True where nothing changes any more: each worker's load is over. Those that never came are not waited for.
    public var isOver: Bool {
        workers.contains { $0.state.isOver } && workers.allSatisfy { $0.state.isOver || $0.state == .missing }
    }

    /// How many workers stand how, in words: `3 loading, 1 lost`.
    public var shownStates: String {
        let counts = State.allCases.compactMap { state in
            let count = workers.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        return counts.joined(separator: ", ")
    }
}

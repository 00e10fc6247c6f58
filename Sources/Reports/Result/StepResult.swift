public import Measures

/// What was measured of a step, as it stands in a result.
public struct StepResult: Codable, Equatable, Sendable {
    /// The step's index in the scenario, from 0.
    public var number: Int
    /// The flow it belongs to.
    public var flow: String
    /// The load that sends it; absent where loads have no names.
    public var load: String?
    /// The step that it is a named entry of, and which counts what it counts; absent for a whole step.
    public var partOf: String?
    /// What carried it: `native` or `curl`.
    public var transport: String
    /// Its measured exchanges, without those that the end of the run cut off.
    public var count: UInt64
    /// Exchanges per second of the measured load; of one of several loads, of that one's measured time.
    public var rate: Double
    /// How they ended; only outcomes that occurred.
    public var outcomes: [String: UInt64]
    /// Its exchanges that a stall of the sending process touched; absent where there was none.
    public var stalled: UInt64?
    /// Finished − intended start; each measure is absent where no exchange had it.
    public var responseTime: LatencyFigures?
    /// Finished − actual start.
    public var serviceTime: LatencyFigures?
    /// Actual − intended start.
    public var startLag: LatencyFigures?
    /// First byte − actual start.
    public var firstByte: LatencyFigures?
    /// Looking up hosts.
    public var dns: LatencyFigures?
    /// Setup of connections.
    public var connect: LatencyFigures?
    /// TLS handshakes.
    public var tls: LatencyFigures?
    /// What the server says it spent calculating.
    public var calculationTime: LatencyFigures?
    /// WebSocket round trips.
    public var roundTrip: LatencyFigures?
    /// WebSocket pings.
    public var ping: LatencyFigures?
    /// From a WebSocket message to those that it led to.
    public var fanOut: LatencyFigures?
    /// First event of a stream − intended start.
    public var firstEvent: LatencyFigures?
    /// Between two events of a stream.
    public var eventGap: LatencyFigures?
    /// How many events streams had; absent where the step has none.
    public var events: EventsResult?
    /// The distributions of `StepResult.distributed` measures by their names, so that results merge exactly and curves can
    /// be drawn; absent in results of older versions.
    public var distributions: [String: SparseHistogram]?
    /// Bytes on the connections.
    public var bytes: Bytes
    /// Why the measured load never came to the step; absent where it did.
    public var neverRan: String?
    /// Messages that say why exchanges were not `ok`, at most five.
    public var examples: [String]?
    /// Of these messages, by the message: what an answer that led to it began with, secrets replaced, on one line; absent
    /// where no such answer had a text.
    public var excerpts: [String: String]?
    /// Its first wrong calculated answers; absent where there was none.
    public var wrongAnswers: [WrongAnswerResult]?
    /// Whether the same requests got the same answers; absent where the step need not be deterministic.
    public var determinism: DeterminismResult?

    /// Bytes on the connections.
    public struct Bytes: Codable, Equatable, Sendable {
        /// Bytes received.
        public var received: UInt64
        /// Bytes sent.
        public var sent: UInt64
    }

    /// The measures whose whole distribution stands in a result.
    public static let distributed: [LatencyMeasure] = [
        .responseTime, .serviceTime, .calculationTime, .roundTrip, .firstEvent, .eventGap,
    ]

    /// The exchanges that the end of the run cut off; neither good nor bad, and not part of `count`.
    public var unfinished: UInt64 { outcomes[.unfinished] ?? 0 }

    /// A name of a row for tables: a part stands below the step that it belongs to.
    func shown(_ name: String) -> String { partOf == nil ? name : "· \(name)" }

    /// The exchanges that did not end `ok`.
    public var bad: UInt64 { count - min(count, outcomes[.ok] ?? 0) }

    enum CodingKeys: String, CodingKey {
        case number, flow, load
        case partOf = "part_of"
        case transport, count, rate, outcomes, stalled
        case responseTime = "response_time_ms"
        case serviceTime = "service_time_ms"
        case startLag = "start_lag_ms"
        case firstByte = "first_byte_ms"
        case dns = "dns_ms"
        case connect = "connect_ms"
        case tls = "tls_ms"
        case calculationTime = "calculation_time_ms"
        case roundTrip = "round_trip_ms"
        case ping = "ping_ms"
        case fanOut = "fan_out_ms"
        case firstEvent = "first_event_ms"
        case eventGap = "event_gap_ms"
        case events
        case distributions, bytes
        case neverRan = "never_ran"
        case examples, excerpts
        case wrongAnswers = "wrong_answers"
        case determinism
    }
}

extension [String: UInt64] {
    /// How many exchanges ended so, of counts by the labels of outcomes; nil where none did.
    public subscript(outcome: Outcome) -> UInt64? { self[outcome.label] }
}

/// A calculated answer that was not what it had to be, as it stands in a result.
public struct WrongAnswerResult: Codable, Equatable, Sendable {
    /// What was wrong with it.
    public var kind: WrongAnswer.Kind
    /// When it came, in seconds from the run's start.
    public var at: Double
    /// What was asked: the request's body, of a request without one its target; at most 500 bytes.
    public var input: String
    /// Where in the answer the value stands; absent: the whole body.
    public var path: String?
    /// What it had to be.
    public var expected: String?
    /// What it was; absent where there was none.
    public var observed: String?
}

/// Whether the same requests got the same answers, as it stands in a result.
public struct DeterminismResult: Codable, Equatable, Sendable {
    /// Different requests that were remembered.
    public var inputs: UInt64
    /// Answers that were compared with an earlier one to the same request.
    public var repeated: UInt64
    /// Those of them that differed from it.
    public var differing: UInt64
    /// Answers that could not be compared, since too many different requests came before.
    public var notCompared: UInt64

    enum CodingKeys: String, CodingKey {
        case inputs, repeated, differing
        case notCompared = "not_compared"
    }
}

/// The iterations of a flow, as they stand in a result.
public struct FlowResult: Codable, Equatable, Sendable {
    /// The flow's index in the scenario, from 0.
    public var number: Int
    /// The load that runs it; absent where loads have no names.
    public var load: String?
    /// Iterations begun; absent in results of older versions, as what follows.
    public var begun: UInt64?
    /// Those that were given up. Those that neither came to their end nor were given up were cut off by the run's end.
    public var givenUp: UInt64?
    /// Those that were given up by `IterationCounts.Reason`; absent where none was.
    public var givenUpBy: [String: UInt64]?
    /// Iterations that came to their end.
    public var iterations: UInt64
    /// Their share of all flows' iterations, 0...1; of one of several loads, of those of its flows.
    public var share: Double
    /// Finished − intended start of the iteration; absent where there was none.
    public var iterationTime: LatencyFigures?

    enum CodingKeys: String, CodingKey {
        case number, load, begun
        case givenUp = "given_up"
        case givenUpBy = "given_up_by"
        case iterations, share
        case iterationTime = "iteration_time_ms"
    }
}

/// A run over time, as it stands in a result.
public struct SeriesResult: Codable, Equatable, Sendable {
    /// The width of a slice in seconds.
    public var widthSeconds: Int
    /// The slices in the order of time.
    public var slices: [Slice]

    /// One stretch of the run.
    public struct Slice: Codable, Equatable, Sendable {
        /// Its first second.
        public var start: Int
        /// The seconds it covers.
        public var seconds: Int
        /// Arrivals and iterations begun.
        public var started: UInt64
        /// Iterations that came to their end.
        public var iterations: UInt64
        /// Iterations that were given up; absent in results of older versions.
        public var givenUp: UInt64?
        /// Exchanges whose answer arrived whole.
        public var completed: UInt64
        /// Exchanges that did not end `ok`.
        public var bad: UInt64
        /// Arrivals dropped.
        public var dropped: UInt64
        /// The most users busy at the end of one of its seconds.
        public var users: Int
        /// Bytes received.
        public var bytesReceived: UInt64
        /// Bytes sent.
        public var bytesSent: UInt64
        /// How exchanges ended; only outcomes that occurred.
        public var outcomes: [String: UInt64]
        /// Response time in milliseconds, to two digits; absent where no exchange had one.
        public var p50: Double?
        /// As above.
        public var p95: Double?
        /// As above.
        public var p99: Double?
        /// The longest response time, exactly.
        public var max: Double?
        /// Response times in pairs with blanks between, shortest first: the smallest of a place in microseconds, then its
        /// count; to two digits. Absent where no exchange had one, and in results of older versions.
        public var latencies: String?
        /// What each load did, by its name; absent where loads have no names.
        public var loads: [String: LoadSlice]?
        /// What was changed by hand in it, such as `readers 80/s`; absent where nothing was.
        public var changes: [String]?

        enum CodingKeys: String, CodingKey {
            case start, seconds, started, iterations
            case givenUp = "given_up"
            case completed, bad, dropped, users
            case bytesReceived = "bytes_received"
            case bytesSent = "bytes_sent"
            case outcomes
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
            case max = "max_ms"
            case latencies = "latencies_us"
            case loads, changes
        }
    }

    /// What one of several loads did in a stretch of the run.
    public struct LoadSlice: Codable, Equatable, Sendable {
        /// Arrivals and iterations begun.
        public var started: UInt64
        /// Exchanges whose answer arrived whole.
        public var completed: UInt64
        /// Exchanges that did not end `ok`.
        public var bad: UInt64
        /// Arrivals dropped.
        public var dropped: UInt64
        /// The most of its users busy at the end of one of the seconds.
        public var users: Int
        /// Response time in milliseconds, to two digits; absent where no exchange had one.
        public var p50: Double?
        /// As above.
        public var p95: Double?
        /// As above.
        public var p99: Double?

        enum CodingKeys: String, CodingKey {
            case started, completed, bad, dropped, users
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
        }
    }

    enum CodingKeys: String, CodingKey {
        case widthSeconds = "width_seconds"
        case slices
    }
}

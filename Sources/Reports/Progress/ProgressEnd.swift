public import Measures

/// The last line of `progress.jsonl`: what is known of a load only when it has ended. A killed run has none.
public struct ProgressEnd: Codable, Equatable, Sendable {
    /// How the load ended.
    public var ending: RunResult.Ending
    /// The objective whose `abort` ended it.
    public var abortedBy: String?
    /// Why another process of the same load had this one stop; absent where none had.
    public var stoppedBy: PeerStop?
    /// The length of the measured load in nanoseconds.
    public var measured: Int64
    /// The length of its open stages in nanoseconds.
    public var openLoad: Int64
    /// From the start of the first stage to the end of the last exchange, in nanoseconds.
    public var wall: Int64
    /// Measured arrivals that open load intended; absent where no stage was open.
    public var intended: UInt64?
    /// Of each load the measured length, that of its open stages, and what it intended; absent where loads have no names.
    public var loads: [LoadEnd]?
    /// For each reactor the share of time it was running, 0...1.
    public var saturation: [Double]
    /// How long busy reactors were back on normal scheduling, in nanoseconds; absent in logs of older versions.
    public var fellBack: Int64?
    /// Reactors that did not come round to the end, so that what they measured last is missing; absent where all did.
    public var abandoned: Int?
    /// For each step up to five messages that say why exchanges were not `ok`.
    public var examples: [[String]]
    /// Of these messages, what an answer that led to it began with; absent in logs of older versions.
    public var excerpts: [[String: String]]?
    /// For each step its first wrong answers.
    public var wrongAnswers: [[WrongAnswerResult]]

    /// What is known of one of several loads when it has ended.
    public struct LoadEnd: Codable, Equatable, Sendable {
        /// The length of its measured stages in nanoseconds.
        public var measured: Int64
        /// The length of the open ones of them in nanoseconds.
        public var openLoad: Int64
        /// Measured arrivals that it intended; absent where no stage was open.
        public var intended: UInt64?

        enum CodingKeys: String, CodingKey {
            case measured = "measured_ns"
            case openLoad = "open_load_ns"
            case intended
        }

        var load: MeasuredLoad {
            var load = MeasuredLoad()
            load.length = Span(nanoseconds: measured)
            load.openLength = Span(nanoseconds: openLoad)
            load.intendedArrivals = intended
            return load
        }
    }

    enum CodingKeys: String, CodingKey {
        case ending
        case abortedBy = "aborted_by"
        case stoppedBy = "stopped_by"
        case measured = "measured_ns"
        case openLoad = "open_load_ns"
        case wall = "wall_ns"
        case intended, loads, saturation
        case fellBack = "fell_back_ns"
        case abandoned, examples, excerpts
        case wrongAnswers = "wrong_answers"
    }

    /// The end of a load.
    ///
    /// - Parameters:
    ///   - stoppedBy: Why another process had this one stop.
    ///   - redact: Replaces the scenario's secrets.
    public init(_ measurement: RunMeasurement, stoppedBy: PeerStop? = nil, redact: (String) -> String) {
        self.stoppedBy = stoppedBy
        switch measurement.ending {
        case .completed: ending = .completed
        case .interrupted: ending = .interrupted
        case .aborted(let objective):
            ending = .aborted
            abortedBy = redact(objective)
        }
        measured = measurement.measured.nanoseconds
        openLoad = measurement.openLoad.nanoseconds
        wall = measurement.wall.nanoseconds
        intended = measurement.intendedArrivals
        if !measurement.loads.isEmpty {
            loads = measurement.loads.map {
                LoadEnd(
                    measured: $0.measured.nanoseconds, openLoad: $0.openLoad.nanoseconds, intended: $0.intendedArrivals)
            }
        }
        saturation = measurement.saturation
        fellBack = measurement.scheduling?.fellBack.nanoseconds
        abandoned = measurement.abandoned > 0 ? measurement.abandoned : nil
        examples = measurement.examples.map { $0.map(redact) }
        excerpts = measurement.excerpts.map { RunResult.redacted($0, redact) }
        wrongAnswers = measurement.wrongAnswers.map { step in step.map { WrongAnswerResult($0, redact: redact) } }
    }
}

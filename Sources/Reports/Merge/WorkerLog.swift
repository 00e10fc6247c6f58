internal import FoundationEssentials
internal import Measures

/// The folder of one of the processes that shared a load: its log, read second by second, and what else it left.
final class WorkerLog {
    /// The folder as it was named.
    let folder: String
    /// What its seconds belong to.
    private(set) var header: ProgressHeader
    /// Which segment it carried, and when it began.
    let record: WorkerRecord
    /// How far its log was read.
    private(set) var course = LogCourse()
    /// Its own start lag and generator delay.
    private(set) var startLag = LatencyHistogram()
    private(set) var generatorDelay = LatencyHistogram()

    private let reader: ProgressReader
    private var isOver = false

    /// The path of its log.
    var path: String { Self.path(in: folder) }

    private static func path(in folder: String) -> String { "\(folder)/progress.jsonl" }

    /// Opens the log of a folder.
    ///
    /// - Throws: `FileFailure`, `ResultFile.Malformed`.
    init(_ folder: String) throws {
        self.folder = folder
        reader = try ProgressReader(Self.path(in: folder))
        header = reader.header
        record = header.worker ?? WorkerRecord(segment: 0, count: 1, host: "", began: 0)
    }

    /// Its next second; nil behind the last one.
    ///
    /// - Throws: `FileFailure`; `ResultFile.Malformed` with all faults of the log.
    func next() throws -> ProgressLine? {
        guard !isOver else { return nil }
        switch try reader.next() {
        case .success(.second(let line)):
            course.take(line)
            if let lag = line.startLag {
                startLag.add(lag)
            } else {
                for step in line.steps {
                    if let lag = step.latencies[LatencyMeasure.startLag.label] { startLag.add(lag) }
                }
            }
            if let delay = line.generatorDelay { generatorDelay.add(delay) }
            return line
        case .success(.end(let end)):
            course.take(end)
            // Nothing may stand behind it, which the reader says.
            return try next()
        case .success(.header):
            return try next()
        case nil:
            isOver = true
            return nil
        case .failure(let fault):
            try ProgressLog.scan(path) { _ in }
            throw ResultFile.Malformed(path: path, reason: fault.description)
        }
    }

    /// True where its load came to an end, whichever.
    var hasEnded: Bool { course.end != nil }

    /// The result that it left; nil where it left none, or one of another run.
    var result: RunResult? {
        guard let result = try? ResultFile.read("\(folder)/result.json"), result.rebuilt == nil,
            result.started == header.started
        else { return nil }
        return result
    }

    /// Keeps no header of its own beside one that says the same of the load: a thousand of them would hold a thousand texts of the
    /// scenario.
    func share(_ other: ProgressHeader) {
        var shared = other
        shared.started = header.started
        shared.reactors = header.reactors
        shared.scheduling = header.scheduling
        shared.worker = header.worker
        header = shared
        reader.header = shared
    }

    /// What it learnt of the names that it looked up, by the names, and the exchanges that it kept.
    var leavings: (names: [String: NameResult], exchanges: [ExchangeResult])? {
        guard let bytes = try? InputFile.bytes(of: "\(folder)/result.json"),
            let leavings = try? JSONDecoder().decode(Leavings.self, from: Data(bytes)),
            leavings.started == header.started
        else { return nil }
        return (leavings.names ?? [:], leavings.evidence == nil ? [] : FailuresFile.exchanges(in: folder))
    }

    /// As much of its result as is wanted of each of a thousand workers.
    private struct Leavings: Decodable {
        var started: String
        var names: [String: NameResult]?
        var evidence: EvidenceResult?
    }
}

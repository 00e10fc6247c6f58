internal import FoundationEssentials
internal import Measures

/// The folder of one of the processes that shared a load: its log, read second by second, and what else it left.
final class WorkerLog {
    /// The folder as it was named.
    let folder: String
    /// What its seconds belong to.
    let header: ProgressHeader
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
    func next(of measurement: RunMeasurement) throws -> LoggedSecond? {
        guard !isOver else { return nil }
        switch try reader.next() {
        case .success(.second(let line)):
            course.take(line)
            let second = LoggedSecond(line, of: measurement)
            startLag.add(second.interval.startLag)
            generatorDelay.add(second.interval.generatorDelay)
            return second
        case .success(.end(let end)):
            course.take(end)
            // Nothing may stand behind it, which the reader says.
            return try next(of: measurement)
        case .success(.header):
            return try next(of: measurement)
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

    /// What it learnt of the names that it looked up, by the names.
    var names: [String: NameResult] { leavings?.names ?? [:] }

    /// The exchanges that it kept.
    var exchanges: [ExchangeResult] { leavings?.evidence == nil ? [] : FailuresFile.exchanges(in: folder) }

    /// As much of its result as is wanted of each of a thousand workers; nil where it left none.
    private var leavings: Leavings? {
        guard let bytes = try? InputFile.bytes(of: "\(folder)/result.json"),
            let leavings = try? JSONDecoder().decode(Leavings.self, from: Data(bytes)),
            leavings.started == header.started
        else { return nil }
        return leavings
    }

    private struct Leavings: Decodable {
        var started: String
        var names: [String: NameResult]?
        var evidence: EvidenceResult?
    }
}

internal import Measures
internal import VerificationKit

/// The logs of the processes that share a load, followed while they grow, and what they come to together: histograms are added up, and
/// no percentile is averaged. One second of one log is in memory at a time, but for the last ones of each.
public struct FleetProgress: Sendable {
    private let folder: String
    /// True where the metrics of the whole are wanted, so that every second of every log is read.
    private let wantsMetrics: Bool
    private var logs: [Int: FollowedLog] = [:]
    /// What the others are held against.
    private var first: ProgressHeader?
    /// Segments that are left out, and why.
    private var leftOut: [Int: String] = [:]
    private var fleetMetrics: FleetMetrics?
    /// True where logs have more than was read of them: what is known is not the newest, and metrics not all.
    public private(set) var isBehind = false

    /// Follows the logs of a shared folder.
    ///
    /// - Parameter wantsMetrics: True where `metrics` is asked for: all of each log is read then, not only its last seconds.
    public init(folder: String, wantsMetrics: Bool) {
        self.folder = folder
        self.wantsMetrics = wantsMetrics
    }

    /// The scenario's name, when the load began and how many segments there are, by the log that was read first.
    public var header: (name: String, started: String, segments: Int?)? {
        first.map { ($0.name, $0.started, $0.worker?.count) }
    }

    /// The metrics of the whole, as those of one run; nil before its first second, or where they were not wanted.
    public var metrics: RunMetrics? { fleetMetrics?.metrics(isRunning: logs.values.contains { $0.end == nil }) }

    /// How much is read at a time, so that whoever has hours of logs to read can be told to end.
    private var budget: Int64 { wantsMetrics ? 1 << 23 : 1 << 26 }

    /// Reads what has come since to the logs of these segments; of much of it a part, and the rest the next time (`isBehind`).
    public mutating func look(at segments: some Sequence<Int>) {
        var left = budget
        isBehind = false
        for segment in segments where leftOut[segment] == nil {
            guard left > 0 else {
                isBehind = true
                return
            }
            let before = logs[segment]?.file.offset ?? 0
            look(segment, atMost: left)
            left -= max(0, (logs[segment]?.file.offset ?? before) - before)
            if isBehind(segment) { isBehind = true }
        }
    }

    /// True where a log has more than was read of it.
    public func isBehind(_ segment: Int) -> Bool { logs[segment].map { !$0.file.isReadToItsEnd } ?? false }

    private mutating func look(_ segment: Int, atMost bytes: Int64) {
        var log = logs[segment] ?? FollowedLog("\(folder)/worker-\(segment)/progress.jsonl")
        // Its metrics go in with the rest once it is known to belong to the others.
        if log.header == nil {
            guard readHeader(of: &log, segment) else { return }
        }
        var metrics = fleetMetrics
        fleetMetrics = nil
        let state = log.look(all: wantsMetrics, atMost: bytes) { metrics?.take($0, of: segment) }
        fleetMetrics = metrics
        switch state {
        case .same: logs[segment] = log
        case .absent: leaveOut(segment, "the log of worker \(segment) is gone")
        case .replaced: leaveOut(segment, "the log of worker \(segment) was begun again")
        case .unreadable(let code):
            leaveOut(segment, "\(FileFailure(path: log.file.path, operation: "read", code: code))")
        }
    }

    /// False where nothing more is to be read now.
    private mutating func readHeader(of log: inout FollowedLog, _ segment: Int) -> Bool {
        switch log.readHeader() {
        case .absent: return false
        case .same: break
        case .replaced:
            logs[segment] = nil
            return false
        case .unreadable(let code):
            leaveOut(segment, "\(FileFailure(path: log.file.path, operation: "read", code: code))")
            return false
        }
        if let fault = log.fault {
            leaveOut(segment, "\(log.file.path): line 1: \(fault)")
            return false
        }
        guard let header = log.header else {
            logs[segment] = log
            return false
        }
        let worker = header.worker ?? WorkerRecord(segment: 0, count: 1, host: "", began: 0)
        if worker.segment != segment || segment >= worker.count {
            leaveOut(segment, "\(log.file.path) says that it is of segment \(worker.shown)")
            return false
        }
        guard let first else {
            self.first = header
            if wantsMetrics { fleetMetrics = FleetMetrics(header) }
            return true
        }
        let differences = header.differences(from: first)
        guard differences.isEmpty else {
            leaveOut(
                segment, "\(log.file.path) is of another run than the first: \(differences.joined(separator: "; "))")
            return false
        }
        return true
    }

    /// What is wrong with a log takes its worker out of the figures: half of it would be taken for all.
    private mutating func leaveOut(_ segment: Int, _ reason: String) {
        leftOut[segment] = "\(reason): its figures are left out"
        guard logs.removeValue(forKey: segment) != nil, wantsMetrics, let first else { return }
        // What it added can't be taken away again: the others are read once more.
        fleetMetrics = FleetMetrics(first)
        for other in logs.keys { logs[other]?.rewind() }
        isBehind = true
    }

    // MARK: What is known

    /// How the load of a segment ended; nil where its log doesn't say.
    public func end(of segment: Int) -> (ending: RunResult.Ending, stoppedBy: PeerStop?)? {
        logs[segment]?.end.map { ($0.ending, $0.stoppedBy) }
    }

    /// True where a segment has a log that belongs to the others.
    public func hasLog(_ segment: Int) -> Bool { logs[segment]?.header != nil }

    /// How long the log of a segment is, in bytes: it grows for as long as its worker lives.
    public func size(of segment: Int) -> Int64 { logs[segment]?.file.size ?? 0 }

    /// The name of a segment's machine.
    public func host(of segment: Int) -> String? {
        logs[segment]?.header?.worker.flatMap { $0.host.isEmpty ? nil : $0.host }
    }

    /// The seconds of the longest log, and the stage that it is in.
    public var foremost: (seconds: Int, stage: String?) {
        let last = logs.values.compactMap(\.last).max { $0.second < $1.second }
        return (last.map { $0.second &+ 1 } ?? 0, last?.stage)
    }

    /// The seconds of a segment's log.
    public func seconds(of segment: Int) -> Int { logs[segment]?.last.map { $0.second &+ 1 } ?? 0 }

    /// What a segment measured; nil where it has no log.
    ///
    /// - Parameter isLoading: True where it sends: then it has rates.
    public func figures(of segment: Int, isLoading: Bool) -> FleetStatus.Figures? {
        guard let log = logs[segment], log.header != nil else { return nil }
        return figures(of: [(log, isLoading)])
    }

    /// What all segments measured together.
    ///
    /// - Parameter loading: Those that send.
    public func sum(loading: Set<Int>) -> FleetStatus.Figures {
        figures(of: logs.sorted { $0.key < $1.key }.map { ($0.value, loading.contains($0.key)) })
    }

    private func figures(of logs: [(log: FollowedLog, isLoading: Bool)]) -> FleetStatus.Figures {
        var figures = FleetStatus.Figures()
        var (response, startLag) = (LatencyHistogram(), LatencyHistogram())
        // The last seconds of all: one that is behind, or lost, has fewer of them.
        let newest = logs.compactMap(\.log.last?.second).max() ?? 0
        for (log, isLoading) in logs {
            if let last = log.last {
                figures.exchanges &+= last.total.exchanges
                figures.bad &+= last.total.bad
                figures.dropped &+= last.total.dropped
                if isLoading { figures.users += last.users }
            }
            if isLoading {
                if let asked = log.asked { figures.asked = (figures.asked ?? 0) + asked }
                if let done = log.done { figures.done = (figures.done ?? 0) + done }
            }
            for second in log.shown where second.number > newest - FollowedLog.shownSeconds {
                for histogram in second.response { response.add(histogram.histogram) }
                for histogram in second.startLag { startLag.add(histogram.histogram) }
            }
        }
        figures.asked = figures.asked.map(Rounding.thousandths)
        figures.done = figures.done.map(Rounding.thousandths)
        figures.p50 = response.percentile(50).map(Rounding.milliseconds)
        figures.p95 = response.percentile(95).map(Rounding.milliseconds)
        figures.startLag = startLag.percentile(99).map(Rounding.milliseconds)
        return figures
    }

    /// What is wrong with logs, a sentence each.
    public var notes: [String] {
        let damaged = logs.sorted { $0.key < $1.key }.compactMap { segment, log -> String? in
            guard let fault = log.fault else { return nil }
            let lines = log.faults == 1 ? "a line" : "\(log.faults) lines"
            return "\(log.file.path): \(lines) of it can't be read (\(fault)), which loadgate merge will refuse"
        }
        let late = Array(lateOnes.prefix(Self.toldAtMost))
        return (leftOut.sorted { $0.key < $1.key }.map(\.value) + damaged).prefix(Self.toldAtMost) + late
    }

    private static let toldAtMost = 10
    /// As merging has it.
    private static let allowedSkew = Span(nanoseconds: 100_000_000)

    /// Those that began later than merging allows.
    private var lateOnes: [String] {
        let workers = logs.sorted { $0.key < $1.key }.compactMap(\.value.header?.worker)
        guard let first = workers.map(\.began).min() else { return [] }
        return workers.compactMap { worker in
            let (late, isFar) = worker.began.subtractingReportingOverflow(first)
            guard !isFar, late > Self.allowedSkew.nanoseconds / 1_000 else { return nil }
            return "worker \(worker.shown) began \(Figure.short(Double(late) / 1e3, decimals: 1)) ms after the first"
        }
    }
}

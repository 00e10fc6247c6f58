import CLinux
import Foundation
import Measures
import NIOConcurrencyHelpers
package import Reports

/// How the workers of a load stand, told by the files in the folder that they share. Nothing is written there.
package struct FleetWatch {
    /// A folder that no fleet has.
    package struct NoFleet: Error, CustomStringConvertible {
        var folder: String
        var isFolder: Bool

        package var description: String {
            isFolder
                ? "\(folder) is not the folder of a fleet: expected what workers wrote (fleet.0.ready, worker-0), as "
                    + "loadgate run --fleet names it"
                : "there is no folder \(folder): expected the one that workers share (loadgate run --fleet)"
        }
    }

    private let folder: FleetFolder
    private var progress: FleetProgress
    private var signs = WorkerSigns()
    /// What workers said when they came; it is said once.
    private var arrivals: [Int: FleetFolder.Arrival] = [:]
    private var segments: Set<Int> = []
    private var word: FleetFolder.Word?
    /// What was known of the folder at the last look.
    package private(set) var status: FleetStatus
    /// True where another look in a moment would tell more: whether a worker lives is not known yet.
    package private(set) var isUnsettled = true

    /// A worker is lost after so long without a sign, as the workers themselves have it; one without a shared folder, whose log grows
    /// once a second, after a longer time.
    private static let silence = Span(seconds: 2)
    private static let silenceOfLog = Span(seconds: 5)

    /// - Parameter wantsMetrics: True where `metrics` is asked for: all of each log is read then.
    /// - Throws: `NoFleet`.
    package init(_ path: String, wantsMetrics: Bool = false) throws {
        folder = FleetFolder(path: path)
        progress = FleetProgress(folder: path, wantsMetrics: wantsMetrics)
        status = FleetStatus(folder: path)
        guard folder.word != nil || !folder.segments.isEmpty else {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            throw NoFleet(folder: path, isFolder: isThere && isFolder.boolValue)
        }
    }

    /// True where logs have more than could be read at once: another look reads on.
    package var isBehind: Bool { progress.isBehind }

    /// The metrics of all workers together, as those of one run.
    package var metrics: RunMetrics? { progress.metrics }

    /// Looks at the folder.
    ///
    /// - Parameter now: By the clock that is never set.
    package mutating func look(at now: Instant = Instant(nanoseconds: loadgate_monotonic())) {
        segments.formUnion(folder.segments)
        arrivals.merge(folder.arrivals(of: segments.filter { arrivals[$0] == nil })) { one, _ in one }
        // Gone for a moment where it is written.
        word = folder.word ?? word
        progress.look(at: segments.sorted())
        let count = count
        var signs: [Int: WorkerSigns.Sign] = [:]
        var beats: [Int: FleetFolder.Beat] = [:]
        for segment in 0..<count where progress.end(of: segment) == nil {
            let beat = folder.beat(of: segment)
            beats[segment] = beat
            signs[segment] = WorkerSigns.Sign(beat: beat, log: beat == nil ? progress.size(of: segment) : nil)
        }
        self.signs.take(signs, at: now)
        isUnsettled = false
        var workers: [FleetStatus.Worker] = []
        for segment in 0..<count { workers.append(worker(segment, beats[segment], at: now)) }
        let loading = Set(workers.filter { $0.state == .loading }.map(\.segment))
        for index in workers.indices {
            workers[index].figures = progress.figures(of: index, isLoading: loading.contains(index))
        }
        var status = FleetStatus(folder: folder.path)
        status.segments = count
        status.workers = workers
        status.name = progress.header?.name
        status.started =
            progress.header?.started
            ?? word?.start.map { Date(timeIntervalSince1970: Double($0) / 1_000_000).formatted(.iso8601) }
        (status.seconds, status.stage) = progress.foremost
        if loading.isEmpty { status.stage = nil }
        status.sum = progress.sum(loading: loading)
        let notes = said + progress.notes + strangers(count)
        status.notes = notes.isEmpty ? nil : notes
        self.status = status
    }

    /// How many segments there are: the first worker's word, or that of whoever is there.
    private var count: Int {
        let said = (arrivals[0] ?? arrivals.min { $0.key < $1.key }?.value)?.count ?? progress.header?.segments
        return min(max(1, said ?? (segments.max() ?? 0) + 1), Self.mostSegments)
    }

    private static let mostSegments = 10_000

    private mutating func worker(
        _ segment: Int, _ beat: FleetFolder.Beat?, at now: Instant
    ) -> FleetStatus.Worker {
        let host = arrivals[segment]?.host ?? progress.host(of: segment)
        var worker = FleetStatus.Worker(segment: segment, host: host, state: state(segment, beat, at: now))
        worker.seconds = progress.seconds(of: segment)
        if worker.state == .lost { worker.since = folder.signed(by: segment)?.formatted(.iso8601) }
        return worker
    }

    private mutating func state(_ segment: Int, _ beat: FleetFolder.Beat?, at now: Instant) -> FleetStatus.State {
        if let end = progress.end(of: segment) {
            switch end.ending {
            case .completed: return .ended
            case .aborted: return .aborted
            case .interrupted: return end.stoppedBy == nil ? .interrupted : .stopped
            }
        }
        if word?.refused != nil || (word?.stop != nil && word?.start == nil) { return .refused }
        let wasBegun = beat != nil || progress.hasLog(segment)
        guard wasBegun || word?.start != nil else { return arrivals[segment] == nil ? .missing : .waiting }
        if !wasBegun, arrivals[segment] == nil { return .missing }
        // What stands in the rest of its log is not known yet.
        if progress.isBehind(segment) { return .loading }
        let hasBeats = beat != nil || word?.start != nil
        if signs.isSilent(segment, for: hasBeats ? Self.silence : Self.silenceOfLog, at: now) { return .lost }
        if !signs.isAlive(segment) {
            isUnsettled = true
            // The others know it already.
            if let stop = word?.stop, stop.cause == .lost, stop.segment == segment { return .lost }
        }
        return progress.seconds(of: segment) > 0 ? .loading : .waiting
    }

    /// What was said to all.
    private var said: [String] {
        (word?.refused ?? []) + (word?.stop.map { ["the load was ended: \($0.reason)"] } ?? [])
    }

    private func strangers(_ count: Int) -> [String] {
        let others = segments.filter { $0 >= count }.sorted()
        guard !others.isEmpty else { return [] }
        let named = others.prefix(5).map(String.init).joined(separator: ", ") + (others.count > 5 ? ", …" : "")
        return [
            "of \(count) segments there is none \(named), but something in the folder says that it is: it is left out"
        ]
    }
}

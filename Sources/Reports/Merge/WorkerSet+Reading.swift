internal import Dispatch
internal import Measures
internal import Objectives

extension WorkerSet {
    /// The next second of all workers added up; nil behind the last one.
    func nextSecond(of measurement: RunMeasurement) throws -> LoggedSecond? {
        var sum: LoggedSecond?
        // So many lines are in memory at a time, however many workers there are.
        for first in stride(from: 0, to: workers.count, by: Self.batch) {
            for case let line? in try Self.nextLines(of: workers[first..<min(first + Self.batch, workers.count)]) {
                if sum == nil { sum = LoggedSecond(line, of: measurement) } else { sum?.add(line, of: measurement) }
            }
        }
        return sum
    }

    private static var batch: Int { 64 }

    /// The next line of each of some workers, in their order. Reading them takes nine tenths of a merge, so all processors do it.
    private static func nextLines(of workers: ArraySlice<WorkerLog>) throws -> [ProgressLine?] {
        let workers = Array(workers)
        guard workers.count > 1 else { return try workers.map { try $0.next() } }
        var lines = [Result<ProgressLine?, any Error>](repeating: .success(nil), count: workers.count)
        lines.withUnsafeMutableBufferPointer { places in
            // Each place and each worker is touched by one of the threads alone.
            nonisolated(unsafe) let (places, workers) = (places, workers)
            DispatchQueue.concurrentPerform(iterations: workers.count) { number in
                places[number] = Result { try workers[number].next() }
            }
        }
        return try lines.map { try $0.get() }
    }

    /// How the load ended, all logs read.
    var end: ProgressEnd { .merged(workers.map(\.course.known), ended: workers.compactMap(\.course.end)) }

    /// True where every segment came to its end.
    var isWhole: Bool {
        missing.isEmpty && workers.allSatisfy { $0.course.end.map { $0.stoppedBy == nil } ?? false }
    }

    /// What all processes have used: processor time together, and the memory of the largest.
    var use: ProgressLine.ProcessUse? {
        let uses = workers.compactMap(\.course.use)
        guard !uses.isEmpty else { return nil }
        return .init(
            cpuSeconds: uses.reduce(0) { $0 + $1.cpuSeconds }, peakMemoryBytes: uses.map(\.peakMemoryBytes).max() ?? 0)
    }

    /// Why the load was not the planned one.
    var reasons: [GeneratorAudit.Reason] {
        var reasons: [GeneratorAudit.Reason] = []
        if !missing.isEmpty {
            let numbers = missing.prefix(Self.shownAtMost).map(String.init).joined(separator: ", ")
            let more = missing.count > Self.shownAtMost ? " and \(missing.count - Self.shownAtMost) more" : ""
            reasons.append(
                .init(
                    kind: .worker,
                    cause: "\(missing.count) of \(count) workers left nothing: "
                        + "\(missing.count == 1 ? "segment" : "segments") \(numbers)\(more)",
                    hint: "name their folders; where there are none, see why they did not start"))
        }
        let lost = workers.filter { !$0.hasEnded }
        reasons += lost.prefix(Self.shownAtMost).map { worker in
            let seconds = worker.course.seconds == 1 ? "1 second" : "\(worker.course.seconds) seconds"
            let host = worker.record.host.isEmpty ? "" : " on \(worker.record.host)"
            return .init(
                kind: .worker,
                cause: "worker \(worker.record.shown)\(host) did not come to its end: its log has \(seconds)",
                hint: "it was killed, lost its disk, or still runs: see \(worker.folder), and what its machine says")
        }
        if lost.count > Self.shownAtMost {
            reasons.append(
                .init(
                    kind: .worker, cause: "\(lost.count - Self.shownAtMost) more workers did not come to their end",
                    hint: "see their folders"))
        }
        return reasons
    }

    private static var shownAtMost: Int { 5 }

    /// Why workers were stopped by others.
    private var stops: [String] {
        var stops: [String] = []
        for case let stop? in workers.map({ $0.course.end?.stoppedBy }) where !stops.contains(stop.reason) {
            stops.append(stop.reason)
        }
        return stops.prefix(Self.shownAtMost).map { "the others were stopped: \($0)" }
    }

    /// The workers as a result has them, all logs read.
    func result(allowedSkew: Span) -> FleetResult {
        let first = workers.map(\.record.began).min() ?? 0
        return FleetResult(
            segments: count, missing: missing.isEmpty ? nil : missing, skew: Rounding.thousandths(skew.milliseconds),
            allowedSkew: Rounding.thousandths(allowedSkew.milliseconds),
            notes: notes.isEmpty && stops.isEmpty ? nil : notes + stops,
            workers: workers.map { .init($0, first: first) })
    }
}

import CLinux
import Dispatch
import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import Reports

/// One of the workers that share a load, among the others: they begin together, and where one of them ends early, all do.
///
/// Each watches the next one that is not done, in a ring, so that a thousand workers read two files each. Safe from any thread.
///
/// `@unchecked Sendable`: a timer may be used from any thread; the compiler doesn't know.
package final class FleetMember: @unchecked Sendable {
    /// Why the workers don't begin.
    package struct Refusal: Error, CustomStringConvertible {
        /// All that is wrong, a sentence each.
        var problems: [String]

        package var description: String { problems.joined(separator: "\nloadgate: ") }
    }

    /// A worker of the segment is there already, or was: an engine may start one twice.
    package struct Taken: Error, CustomStringConvertible {
        var folder: String
        var segment: LoadRun.Segment

        package var description: String {
            "\(folder) is in use, or was: a worker \(segment.index)/\(segment.count) was there before; name a new folder for each run"
        }
    }

    /// Whether an error says that another process carries the segment: it was there first, or writes where this one would.
    package static func isTaken(_ error: any Error) -> Bool { error is Taken || error is FolderLock.InUse }

    /// How often a worker shows that it lives, and looks at what others say.
    private static let period = 0.25
    /// After how many looks without a sign a worker is lost.
    private static let silence = 8
    /// How long before the load the workers are told when it begins, in seconds: all have to have read that.
    private static let lead = 2.0

    private let folder: FleetFolder
    private let segment: LoadRun.Segment
    private let patience: Double
    /// The clock of the folder; nil where it can't be compared.
    let clock: FolderClock?
    private let state = NIOLockedValueBox(State())
    private let queue: DispatchQueue
    private let timer: any DispatchSourceTimer

    private struct State: Sendable {
        var beats = 0
        var watched: Int?
        var last: FleetFolder.Beat?
        var silent = 0
        var start: Int64?
        var stop: PeerStop?
    }

    // A timer that was never activated must not be released.
    deinit { timer.activate() }

    /// Goes to a shared folder.
    ///
    /// - Throws: `SystemError` where the folder can't be made, `Taken`.
    init(_ location: FleetMembership, segment: LoadRun.Segment) throws {
        folder = FleetFolder(path: location.folder)
        // What throws comes before the timer is made, which without its deinit would be released as it is.
        try folder.make()
        // Before anything is written where the first one writes.
        if folder.arrivals(of: [segment.index])[segment.index] != nil {
            throw Taken(folder: location.folder, segment: segment)
        }
        self.segment = segment
        patience = location.patience
        queue = DispatchQueue(label: "loadgate.fleet")
        timer = DispatchSource.makeTimerSource(queue: queue)
        clock = FolderClock(of: location.folder, name: "fleet.\(segment.index).clock")
    }

    /// Waits until all workers are there.
    ///
    /// - Returns: When the load begins, by the clock here.
    /// - Throws: `Refusal` where they don't fit together or don't come, `Taken`, `Interrupted`.
    func join(digest: String?, target: String, interruption: Interruption, note: (String) -> Void) throws -> Date {
        let arrival = FleetFolder.Arrival(
            segment: segment.index, count: segment.count, host: ProcessInfo.processInfo.hostName,
            process: ProcessInfo.processInfo.processIdentifier, digest: digest, target: target)
        guard folder.word == nil, try folder.write(arrival) else {
            throw Taken(folder: folder.path, segment: segment)
        }
        note("fleet: worker \(segment.index)/\(segment.count) waits for the others in \(folder.path)")
        if segment.index == 0 { try folder.write(gather(interruption)) }
        // The first one is the last to give up.
        let word = try poll(for: patience + (segment.index == 0 ? 0 : 5), interruption) { folder.word }
        if let stop = word?.stop { throw Refusal(problems: ["fleet: \(stop.reason)"]) }
        if let problems = word?.refused { throw Refusal(problems: problems) }
        guard let start = word?.start else {
            throw Refusal(problems: [
                "fleet: worker 0/\(segment.count) did not say when to begin within \(Self.shown(patience + 5)): see whether it runs, "
                    + "and in the same folder (\(folder.path))"
            ])
        }
        state.withLockedValue { $0.start = start }
        return clock?.here(start) ?? Date(timeIntervalSince1970: Double(start) / 1_000_000)
    }

    /// Waits for all workers, and decides.
    private func gather(_ interruption: Interruption) throws -> FleetFolder.Word {
        var arrivals: [Int: FleetFolder.Arrival] = [:]
        let all = 0..<segment.count
        _ = try poll(for: patience, interruption) {
            arrivals.merge(folder.arrivals(of: all.filter { arrivals[$0] == nil })) { one, _ in one }
            return arrivals.count == segment.count ? true : nil
        }
        let problems = problems(arrivals, all)
        guard problems.isEmpty else { return .init(refused: problems) }
        let now = Date(timeIntervalSinceNow: Self.lead)
        return .init(start: clock?.there(now) ?? FolderClock.microseconds(now))
    }

    private func problems(_ arrivals: [Int: FleetFolder.Arrival], _ all: Range<Int>) -> [String] {
        var problems: [String] = []
        let missing = all.filter { arrivals[$0] == nil }
        if !missing.isEmpty {
            let named = missing.prefix(10).map(String.init).joined(separator: ", ") + (missing.count > 10 ? ", …" : "")
            problems.append(
                "fleet: \(missing.count) of \(segment.count) workers did not come within \(Self.shown(patience)) "
                    + "(segments \(named)); --fleet-wait waits longer")
        }
        let mine = arrivals[0]
        for other in arrivals.values.sorted(by: { $0.segment < $1.segment }) {
            let who = "fleet: worker \(other.segment)/\(other.count) on \(other.host)"
            if other.count != segment.count {
                problems.append("\(who) is one of \(other.count), worker 0 is one of \(segment.count)")
            }
            if other.digest != mine?.digest { problems.append("\(who) has another scenario file than worker 0") }
            if other.target != mine?.target {
                problems.append("\(who) has the target \(other.target), worker 0 has \(mine?.target ?? "none")")
            }
        }
        return problems
    }

    /// Asks until there is an answer, at most so many seconds.
    private func poll<Answer>(
        for seconds: Double, _ interruption: Interruption, _ ask: () -> Answer?
    ) throws -> Answer? {
        let end = Self.now + Span(seconds: seconds)
        while true {
            if let answer = ask() { return answer }
            if interruption.happened {
                tell(.interrupted, "worker \(segment.index)/\(segment.count) was interrupted before the load began")
                throw Interrupted()
            }
            guard Self.now < end else { return nil }
            usleep(50_000)
        }
    }

    /// Begins to show that this worker lives, and to look at what the others say.
    ///
    /// - Parameter stop: Called once where all have to stop, from a thread of its own.
    func watch(_ stop: @escaping @Sendable (PeerStop) -> Void) {
        timer.schedule(deadline: .now(), repeating: Self.period, leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in
            guard let self, let found = self.look() else { return }
            stop(found)
        }
        timer.activate()
    }

    /// Shows that this worker lives. Gives why all have to stop, the first time.
    private func look() -> PeerStop? {
        let beat = state.withLockedValue { state in
            state.beats += 1
            return FleetFolder.Beat(count: state.beats, isDone: false)
        }
        try? folder.write(beat, of: segment.index)
        guard state.withLockedValue({ $0.stop == nil }) else { return nil }
        let found = folder.word?.stop ?? lost()
        guard let found else { return nil }
        state.withLockedValue { $0.stop = found }
        return found
    }

    /// The watched worker where it shows no more that it lives; all are told.
    private func lost() -> PeerStop? {
        guard segment.count > 1 else { return nil }
        var next = state.withLockedValue { $0.watched } ?? (segment.index + 1) % segment.count
        var beat = folder.beat(of: next)
        // Those that are done are watched no more; the one behind them is.
        while beat?.isDone == true, next != segment.index {
            next = (next + 1) % segment.count
            beat = folder.beat(of: next)
        }
        guard next != segment.index else { return nil }
        let isSilent = state.withLockedValue { state in
            if state.watched != next || beat != state.last { state.silent = 0 } else { state.silent += 1 }
            (state.watched, state.last) = (next, beat)
            return state.silent >= Self.silence
        }
        guard isSilent else { return nil }
        let stop = PeerStop(
            segment: next, cause: .lost,
            reason:
                "worker \(next)/\(segment.count) shows no more that it lives, for \(Self.shown(Double(Self.silence) * Self.period))"
        )
        tell(stop)
        return stop
    }

    /// Tells all to stop because of this worker.
    func tell(_ cause: PeerStop.Cause, _ reason: String) {
        tell(PeerStop(segment: segment.index, cause: cause, reason: reason))
    }

    private func tell(_ stop: PeerStop) {
        let (start, isFirst) = state.withLockedValue { state in
            defer { state.stop = state.stop ?? stop }
            return (state.start, state.stop == nil)
        }
        // Whoever was first is right.
        guard isFirst || stop.cause == .lost, folder.word?.stop == nil else { return }
        try? folder.write(.init(start: start, stop: stop))
    }

    /// This worker's load is over: nobody has to watch it any more.
    func finish() {
        timer.cancel()
        // The last sign may be on its way.
        queue.sync {}
        let beats = state.withLockedValue(\.beats)
        try? folder.write(.init(count: beats + 1, isDone: true), of: segment.index)
    }

    /// This worker's part is written.
    func leave() {
        let beats = state.withLockedValue(\.beats)
        try? folder.write(.init(count: beats + 2, isDone: true, hasWritten: true), of: segment.index)
    }

    private static var now: Instant { Instant(nanoseconds: loadgate_monotonic()) }

    private static func shown(_ seconds: Double) -> String { "\(Figure.short(seconds, decimals: 1)) s" }
}

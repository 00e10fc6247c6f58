internal import Dispatch
public import Foundation
public import Measures
internal import NIOConcurrencyHelpers
public import Reports

/// Pushes what one run measures to its receivers, while it goes on and at its end. It never holds the load up: what is told is
/// added up and made into messages on a queue of its own, and sent on a thread for each receiver.
public final class PushSession: Sendable {
    /// What is added up; touched on `queue` only.
    private struct Course {
        var header: ProgressHeader
        var total: RunMetrics
        /// When the load began, and until when it was told; nanoseconds since 1970.
        var start: Int64
        var end: Int64
    }

    private let run: PushedRun
    private let senders: [PushSender]
    private let queue = DispatchQueue(label: "loadgate.push", qos: .utility)
    private let course = NIOLockedValueBox<Course?>(nil)
    private let redact: @Sendable (String) -> String

    /// Begins to push; nil where there is nowhere to push to.
    ///
    /// - Parameters:
    ///   - scenario: The scenario's name.
    ///   - redact: Replaces secrets, those of the targets among them.
    ///   - onProblem: Is told, once for each target, that it doesn't take something, and why.
    public init?(
        _ targets: [PushTarget], scenario: String, version: String, redact: @escaping @Sendable (String) -> String,
        onProblem: @escaping @Sendable (String) -> Void
    ) {
        guard !targets.isEmpty else { return nil }
        let id = (0..<2).map { _ in UInt64.random(in: .min ... .max) }.map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        run = PushedRun(scenario: redact(scenario), version: version, id: id.joined())
        self.redact = redact
        senders = targets.map { target in
            PushSender(target) { reason in
                onProblem(
                    redact(
                        "push to \(target.shown): \(reason): the run goes on; what the receiver doesn't take is left out"
                    ))
            }
        }
    }

    /// What tells this run apart from others of its scenario in what is pushed.
    public var id: String { run.id }

    /// The load, whose log begins like this, begins at an instant of the wall clock.
    public func begin(_ header: ProgressHeader, started: Date) {
        let start = Self.nanoseconds(started)
        course.withLockedValue {
            $0 = Course(header: header, total: RunMetrics(header), start: start, end: start)
        }
    }

    /// Takes a second of the load, by its number from 0.
    ///
    /// - Parameters:
    ///   - load: How much of the load was measured up to its end.
    ///   - probes: The last number of each probe.
    public func take(_ second: Interval, number: Int, load: MeasuredLoad, probes: [String: Double]) {
        queue.async { [self] in
            tell { course in
                course.total.take(second, load: load, probes: probes)
                var alone = RunMetrics(course.header)
                alone.take(second, load: load, probes: probes)
                course.end = course.start + Int64(number + 1) * 1_000_000_000
                return alone
            }
        }
    }

    /// The load is over; verifications may follow.
    public func endLoad() {
        queue.async { [self] in
            tell { course in
                course.total.endLoad()
                var alone = RunMetrics(course.header)
                alone.endLoad()
                course.end = max(course.end + 1, Self.nanoseconds(Date()))
                return alone
            }
        }
    }

    /// Pushes what the run came to, and waits for that, 5 s at most.
    ///
    /// - Returns: What came of all, for each target.
    public func finish(_ result: RunResult) -> [PushResult] {
        queue.sync {
            let known = course.withLockedValue { $0 }
            let now = Self.nanoseconds(Date())
            let snapshot = PushSnapshot(
                run: run, start: known?.start ?? now, end: max(now, (known?.end ?? 0) + 1),
                content: .end(MetricSet(result)))
            for sender in senders { sender.end(sender.target.format.message(snapshot)) }
        }
        return senders.map { sender in
            let counts = sender.wait()
            return PushResult(
                to: redact(sender.target.shown), run: run.id, sent: counts.sent, dropped: counts.dropped,
                refused: counts.refused, rejectedPoints: counts.rejected > 0 ? counts.rejected : nil,
                isComplete: counts.isComplete, reason: counts.reason.map(redact))
        }
    }

    /// Sends nothing more, and ends the wait of `finish`; also where the run came to no result.
    public func giveUp() { for sender in senders { sender.giveUp() } }

    /// Makes messages of what a change of the course leaves.
    private func tell(_ change: (inout Course) -> RunMetrics) {
        dispatchPrecondition(condition: .onQueue(queue))
        course.withLockedValue { course in
            guard var known = course else { return }
            // Taken out, so that what is added up isn't copied.
            course = nil
            let alone = change(&known)
            let snapshot = PushSnapshot(
                run: run, start: known.start, end: known.end, content: .second(total: known.total, alone: alone))
            for sender in senders { sender.offer(sender.target.format.message(snapshot)) }
            course = known
        }
    }

    private static func nanoseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1e6).rounded()) * 1_000
    }
}

import CLinux
import Dispatch
public import Measures
import NIOConcurrencyHelpers
import Scenarios

/// One run of a plan: reactors on Dispatch queues, and their reports put together.
///
/// `@unchecked Sendable`: what changes after `init` is confined to the collector's queue.
public final class LoadRun: @unchecked Sendable {
    /// Which part of the load this process carries: arrivals, users and rows whose number is `index` modulo `count`.
    public struct Segment: Sendable {
        /// From 0.
        public var index: Int
        /// At least 1.
        public var count: Int

        /// Makes a segment; the whole load by default.
        public init(index: Int = 0, count: Int = 1) {
            self.index = index
            self.count = count
        }
    }

    /// What was measured in one second of the run.
    public struct Second: Sendable {
        /// Its number, from 0.
        public var number: Int
        /// What all reactors measured in it.
        public var interval: Interval
        /// True where the whole second is measured load: no warm-up, no graceful stop.
        public var isMeasured: Bool
        /// The number of the stage in which it began; nil after the load's end.
        public var stage: Int?
        /// The load's planned length; nil where that depends on iterations yet to be done.
        public var planned: Span?
        /// How much of the load was measured up to its end.
        public var load: MeasuredLoad
    }

    /// When the load begins.
    public let start: Instant
    private let plan: RunPlan
    private let reactors: [Reactor]
    private let queue = DispatchQueue(label: "loadgate.collector")
    /// Touched on `queue` only.
    private var collector: RunCollector
    private let inbox: Inbox
    private let done = DispatchSemaphore(value: 0)
    /// How long reactors that are told to end at once may take, in seconds; those that do not come round are left behind.
    private static let abandonment = 5

    /// The processors that this process may use; a reactor each is the default.
    public static var usableProcessors: Int { Int(loadgate_usable_processors()) }

    /// Prepares a run; nothing is sent before `run`. `delay`: how long until the load begins.
    ///
    /// Throws `SystemError` where the process has no descriptors left, `UnusableSetting` where the scenario asks for
    /// something that this machine can't do.
    public init(
        _ plan: RunPlan, destinations: Destinations, reactors count: Int = LoadRun.usableProcessors,
        segment: Segment = Segment(), delay: Span = Span(nanoseconds: 20_000_000)
    ) throws {
        self.plan = plan
        // A reactor without a user could carry nothing, and would drop its share of the arrivals.
        let fewestUsers = max(1, plan.loadPlan.fewestUsers / segment.count)
        let count = min(count, fewestUsers)
        // What the process itself needs besides connections: reports, logs, epolls.
        let descriptors = max(count, Descriptors.raiseLimit() - 64)
        let start = ReactorClock.now() + delay
        self.start = start
        collector = RunCollector(plan: plan, reactors: count, segment: segment, start: start)
        let inbox = Inbox()
        self.inbox = inbox
        let answers = AnswerMemory()
        // Of each table the rows, and the iterations of closed load.
        let dealer = NumberDealer(kinds: plan.scenario.data.count + 1)
        var made: [Reactor] = []
        for number in 0..<count {
            let share = Reactor.Share(
                part: segment.index + segment.count * number, stride: segment.count * count, segment: segment)
            made.append(
                try Reactor(
                    plan: plan, destinations: destinations, share: share, start: start,
                    entropy: UInt64.random(in: .min ... .max), descriptors: descriptors / count, dealer: dealer,
                    answers: answers, report: { inbox.deliver($0, from: number) }))
        }
        reactors = made
    }

    /// The way from the reactors, which are made before the run, to the run.
    private final class Inbox: Sendable {
        private let receiver = NIOLockedValueBox<(@Sendable (Reactor.Report, Int) -> Void)?>(nil)

        func open(_ receive: @escaping @Sendable (Reactor.Report, Int) -> Void) {
            receiver.withLockedValue { $0 = receive }
        }

        func close() { receiver.withLockedValue { $0 = nil } }

        func deliver(_ report: Reactor.Report, from reactor: Int) {
            receiver.withLockedValue { $0 }?(report, reactor)
        }
    }

    /// How many reactors carry the load: as many as asked for, or as there are users for.
    public var reactorCount: Int { reactors.count }

    /// Sends the load and waits for its end. `onSecond` is called once a second, on one queue, in order.
    public func run(onSecond: @escaping @Sendable (Second) -> Void) -> RunMeasurement {
        inbox.open { [self] report, reactor in
            queue.async { self.take(report, from: reactor, onSecond: onSecond) }
        }
        for (number, reactor) in reactors.enumerated() {
            DispatchQueue(label: "loadgate.reactor.\(number)", qos: .userInteractive).async { reactor.run() }
        }
        let watch = watchCalls()
        done.wait()
        watch?.cancel()
        inbox.close()
        return queue.sync { collector.finish() }
    }

    /// Sees that no call into libcurl keeps a reactor; nil where there are none.
    private func watchCalls() -> (any DispatchSourceTimer)? {
        let watches = reactors.compactMap(\.watch)
        guard !watches.isEmpty else { return nil }
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "loadgate.watch", qos: .userInteractive))
        timer.schedule(
            deadline: .now(), repeating: .milliseconds(CurlWatch.period),
            leeway: .milliseconds(CurlWatch.period / 10))
        timer.setEventHandler { watches.forEach { $0.check() } }
        timer.resume()
        return timer
    }

    /// Ends the load early: no new iterations, and those under way may go on for the graceful stop. A second
    /// interruption ends them, too; what else asks for a stop that is under way already changes nothing.
    public func stop(_ ending: RunMeasurement.Ending) {
        let now = ReactorClock.now()
        queue.async { [self] in
            if collector.measurement.ending == .completed {
                collector.stop(at: now, ending)
                for reactor in reactors { reactor.mailbox.post(.stop(at: now)) }
            } else if ending == .interrupted {
                reactors.forEach { $0.quit() }
                queue.asyncAfter(deadline: .now() + .seconds(Self.abandonment)) { [self] in abandon() }
            }
        }
    }

    /// Ends the run without the reactors that do not come round.
    private func abandon() {
        guard !collector.allEnded else { return }
        inbox.close()
        collector.abandon(at: ReactorClock.now())
        done.signal()
    }

    private func take(_ report: Reactor.Report, from reactor: Int, onSecond: @Sendable (Second) -> Void) {
        dispatchPrecondition(condition: .onQueue(queue))
        var complete: [Second] = []
        switch report {
        case .second(let number, let interval):
            complete = collector.take(second: number, interval, from: reactor)
        case .stageDone(let stage, let instant):
            if let latest = collector.takeDone(stage: stage, at: instant) { follow(stage, at: latest) }
        case .ended(let number, let interval, let findings, let instant):
            complete = collector.takeLast(second: number, interval, findings, at: instant, from: reactor)
        }
        complete.forEach(onSecond)
        if case .ended = report, collector.allEnded { done.signal() }
    }

    /// A stage of fixed iterations is done everywhere.
    private func follow(_ stage: Int, at instant: Instant) {
        let isLast = stage + 1 == plan.loadPlan.stages.count
        for reactor in reactors {
            reactor.mailbox.post(isLast ? .stop(at: instant) : .enter(stage: stage + 1, at: instant))
        }
    }
}

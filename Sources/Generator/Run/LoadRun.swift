import CLinux
import Dispatch
public import Measures
import Scenarios
import Synchronization

/// One run of a plan: reactors on Dispatch queues, and their reports put together.
public final class LoadRun: Sendable {
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
    }

    private let plan: RunPlan
    private let reactors: [Reactor]
    private let segment: Segment
    private let start: Instant
    private let queue = DispatchQueue(label: "loadgate.collector")
    private let state: Mutex<RunCollector>
    private let done = DispatchSemaphore(value: 0)

    /// The processors that this process may use; a reactor each is the default.
    public static var usableProcessors: Int { Int(loadgate_usable_processors()) }

    /// Prepares a run; nothing is sent before `run`. `delay`: how long until the load begins.
    ///
    /// Throws `SystemError` where the process has no descriptors left.
    public init(
        _ plan: RunPlan, destinations: Destinations, reactors count: Int = LoadRun.usableProcessors,
        segment: Segment = Segment(), delay: Span = Span(nanoseconds: 20_000_000)
    ) throws(SystemError) {
        self.plan = plan
        self.segment = segment
        // What the process itself needs besides connections: reports, logs, epolls.
        let descriptors = max(16, Descriptors.raiseLimit() - 64)
        let start = ReactorClock.now() + delay
        self.start = start
        state = Mutex(RunCollector(plan: plan, reactors: count, segment: segment, start: start))
        var made: [Reactor] = []
        let inbox = Inbox()
        for number in 0..<count {
            let share = Reactor.Share(part: segment.index + segment.count * number, stride: segment.count * count)
            made.append(
                try Reactor(
                    plan: plan, destinations: destinations, share: share, start: start,
                    entropy: UInt64.random(in: .min ... .max), descriptors: descriptors / count,
                    report: { inbox.deliver($0, from: number) }))
        }
        reactors = made
        self.inbox = inbox
    }

    private let inbox: Inbox

    /// The way from the reactors, which are made before the run, to the run.
    private final class Inbox: Sendable {
        private let receiver = Mutex<(@Sendable (Reactor.Report, Int) -> Void)?>(nil)

        func open(_ receive: @escaping @Sendable (Reactor.Report, Int) -> Void) { receiver.withLock { $0 = receive } }

        func close() { receiver.withLock { $0 = nil } }

        func deliver(_ report: Reactor.Report, from reactor: Int) { receiver.withLock { $0 }?(report, reactor) }
    }

    /// Sends the load and waits for its end. `onSecond` is called once a second, on one queue, in order.
    public func run(onSecond: @escaping @Sendable (Second) -> Void) -> RunMeasurement {
        inbox.open { [self] report, reactor in
            queue.async { self.take(report, from: reactor, onSecond: onSecond) }
        }
        for (number, reactor) in reactors.enumerated() {
            DispatchQueue(label: "loadgate.reactor.\(number)", qos: .userInteractive).async { reactor.run() }
        }
        done.wait()
        inbox.close()
        return state.withLock { $0.finish() }
    }

    /// Ends the load early: iterations under way may go on for the graceful stop. Called again, it ends at once.
    public func stop(_ ending: RunMeasurement.Ending) {
        let now = ReactorClock.now()
        let again = state.withLock { collector in
            defer { collector.stop(at: now, ending) }
            return collector.measurement.ending != .completed
        }
        for reactor in reactors { reactor.mailbox.post(again ? .quit : .stop(at: now)) }
    }

    private func take(_ report: Reactor.Report, from reactor: Int, onSecond: @Sendable (Second) -> Void) {
        dispatchPrecondition(condition: .onQueue(queue))
        var complete: [Second] = []
        var ended = false
        state.withLock { collector in
            switch report {
            case .second(let number, let interval):
                complete = collector.take(second: number, interval, from: reactor)
            case .stageDone(let stage, let instant):
                if let latest = collector.takeDone(stage: stage, at: instant) { follow(stage, at: latest) }
            case .ended(let number, let interval, let examples, let instant):
                complete = collector.takeLast(
                    second: number, interval, examples: examples, at: instant, from: reactor)
                ended = collector.allEnded
            }
        }
        complete.forEach(onSecond)
        if ended { done.signal() }
    }

    /// A stage of fixed iterations is done everywhere.
    private func follow(_ stage: Int, at instant: Instant) {
        let isLast = stage + 1 == plan.loadPlan.stages.count
        for reactor in reactors {
            reactor.mailbox.post(isLast ? .stop(at: instant) : .enter(stage: stage + 1, at: instant))
        }
    }
}

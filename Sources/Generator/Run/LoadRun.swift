import CLinux
import Dispatch
public import Measures
import NIOConcurrencyHelpers
import Scenarios
public import Scheduling

/// One run of a plan: reactors on Dispatch queues, and their reports put together.
///
/// `@unchecked Sendable`: what changes after `init` is confined to the collector's queue.
public final class LoadRun: @unchecked Sendable {
    /// Which part of the load this process carries: arrivals, users and rows whose number is `index` modulo `count`.
    public typealias Segment = RunSegment

    /// What was measured in one second of the run.
    public struct Second: Sendable {
        /// Its number, from 0.
        public var number: Int
        /// What all reactors measured in it.
        public var interval: Interval
        /// True where the whole second is measured load: no warm-up, no graceful stop.
        public var isMeasured: Bool
        /// Of each load what is known of it by now, in the scenario's order.
        public var loads: [LoadState]
        /// The load's planned length; nil where that depends on iterations yet to be done.
        public var planned: Span?
        /// How much of the load was measured up to its end.
        public var load: MeasuredLoad
        /// What somebody changed of the loads in it.
        public var changes: [LoadChange]
    }

    /// How one of the loads stands in a second of the run.
    public struct LoadState: Sendable {
        /// True where the whole second is measured load.
        public var isMeasured: Bool
        /// The number of its stage in which the second began; nil before its first stage and after its end.
        public var stage: Int?
        /// How much of it was measured up to the second's end.
        public var load: MeasuredLoad
        /// How it goes beside its plan.
        public var pace: LoadPace
    }

    /// When the run begins; a load may begin later.
    public let start: Instant
    private let plan: RunPlan
    private let reactors: [Reactor]
    private let queue = DispatchQueue(label: "loadgate.collector")
    /// Touched on `queue` only.
    private var collector: RunCollector
    private let inbox: Inbox
    private let names: NameTable?
    /// The addresses as the reactors number them.
    private let addresses: NIOLockedValueBox<AddressChoice>
    private let done = DispatchSemaphore(value: 0)
    /// How long reactors that are told to end at once may take, in seconds; those that do not come round are left behind.
    private static let abandonment = 5

    /// The processors that this process may use; a reactor each is the default.
    public static var usableProcessors: Int { Int(loadgate_usable_processors()) }

    /// What was granted of the scheduling that was asked for.
    public let scheduling: SchedulingGrant

    /// Prepares a run; nothing is sent to its targets before `run`. `delay`: how long until the load begins; `lead`: how long
    /// of it is left at least when the reactors are ready, for what is still to be made ready beside them.
    ///
    /// The first run of a process rehearses on a loopback socket of its own (`Rehearsal`), so that the first exchange is as
    /// punctual as the others.
    ///
    /// Throws `SystemError` where the process has no descriptors left, `UnusableSetting` where the scenario asks for
    /// something that this machine can't do, or real-time scheduling was demanded and is not granted.
    public convenience init(
        _ plan: RunPlan, destinations: Destinations, reactors count: Int = LoadRun.usableProcessors,
        segment: Segment = Segment(), scheduling: SchedulingMode = .auto, delay: Span = Span(nanoseconds: 20_000_000),
        lead: Span = Span(nanoseconds: 20_000_000)
    ) throws {
        let begun = ReactorClock.now()
        let grant = SchedulingGrant(asked: scheduling)
        if scheduling == .realtime, let reason = grant.reason {
            throw UnusableSetting("real-time scheduling: \(reason); \(RunScheduling.remedy)")
        }
        ReceiveStamps.keep()
        Rehearsal.carryOut(for: plan, reactors: count, scheduling: grant)
        try self.init(
            rehearsed: plan, destinations: destinations, reactors: count, segment: segment, scheduling: grant,
            start: begun + delay, atLeast: min(delay, lead))
    }

    /// `start`: when the load is to begin, but not before `atLeast` from when everything is ready.
    init(
        rehearsed plan: RunPlan, destinations: Destinations, reactors count: Int, segment: Segment,
        scheduling: SchedulingGrant, start: Instant, atLeast: Span
    ) throws {
        self.plan = plan
        self.scheduling = scheduling
        names = destinations.names
        addresses = NIOLockedValueBox(AddressChoice(destinations, pick: .first, part: 0))
        // A reactor without a user could carry nothing, and would drop its share of the arrivals.
        let fewestUsers = max(1, (plan.loads.map(\.fewestUsers).min() ?? 1) / segment.count)
        let count = min(count, fewestUsers)
        // What the process itself needs besides connections: reports, logs, epolls.
        let descriptors = max(count, Descriptors.raiseLimit() - 64)
        let inbox = Inbox()
        self.inbox = inbox
        let answers = AnswerMemory()
        // Of each table the rows, and of each load the iterations of its closed stages.
        let dealer = NumberDealer(kinds: plan.scenario.data.count + plan.loads.count)
        var made: [Reactor] = []
        for number in 0..<count {
            let share = Reactor.Share(
                part: segment.index + segment.count * number, stride: segment.count * count, segment: segment)
            made.append(
                try Reactor(
                    plan: plan, destinations: destinations, share: share, number: number, scheduling: scheduling,
                    entropy: UInt64.random(in: .min ... .max), descriptors: descriptors / count, dealer: dealer,
                    answers: answers, report: { inbox.deliver($0, from: number) }))
        }
        reactors = made
        let budget = HotMemory.allowance / count
        for reactor in made { reactor.prepareMemory(budget: budget) }
        let start = max(start, ReactorClock.now() + atLeast)
        self.start = start
        for reactor in made { reactor.schedule(at: start) }
        collector = RunCollector(
            plan: plan, reactors: count, segment: segment, start: start, scheduling: scheduling.run)
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
    ///
    /// - Parameter onAttempts: Is given the exchanges of each reactor as they end, once a second, on the same queue, those of a
    ///   second before it is; of scenarios with a drill only.
    public func run(
        onAttempts: @escaping @Sendable ([Attempt]) -> Void = { _ in },
        onSecond: @escaping @Sendable (Second) -> Void
    ) -> RunMeasurement {
        inbox.open { [self] report, reactor in
            queue.async {
                if case .attempts(let attempts) = report {
                    onAttempts(attempts)
                } else {
                    self.take(report, from: reactor, onSecond: onSecond)
                }
            }
        }
        names?.follow(from: start) { [addresses, reactors] update in
            addresses.withLockedValue { $0.take(update) }
            for reactor in reactors { reactor.mailbox.post(.moved(update)) }
        }
        for (number, reactor) in reactors.enumerated() {
            DispatchQueue(label: "loadgate.reactor.\(number)", qos: .userInteractive).async { reactor.run() }
        }
        let watch = watchCalls()
        done.wait()
        watch?.cancel()
        inbox.close()
        // What follows the load may still want to know.
        names?.follow(from: start) { [addresses] update in addresses.withLockedValue { $0.take(update) } }
        var measurement = queue.sync { collector.finish() }
        let records = names?.records ?? []
        measurement.names = addresses.withLockedValue { records.with(measurement.total.addresses, of: $0) }
        return measurement
    }

    /// For each step all addresses that its endpoint has had so far, by their numbers in `Attempt`.
    public var addressesOfSteps: [[String]] {
        let known = addresses.withLockedValue { $0.known.map { $0.map(\.numericHost) } }
        return plan.steps.map { known.indices.contains($0.origin) ? known[$0.origin] : [] }
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

    /// How long a change needs at most to reach all reactors.
    private static let notice = Span(nanoseconds: 20_000_000)

    /// Changes the pace of a load, by its number, a moment from now. What is changed stands in the measurement, and `isDone`
    /// is told when: nil where the load was over.
    public func change(_ load: Int, to pace: LoadPace, isDone: @escaping @Sendable (LoadChange?) -> Void) {
        queue.async { [self] in
            let instant = max(start, ReactorClock.now() + Self.notice)
            guard plan.loads.indices.contains(load), collector.change(load, to: pace, at: instant) else {
                isDone(nil)
                return
            }
            for reactor in reactors { reactor.mailbox.post(.change(load: load, to: pace, at: instant)) }
            isDone(collector.measurement.changes.last)
        }
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
        case .attempts: break
        case .second(let number, let interval):
            complete = collector.take(second: number, interval, from: reactor)
        case .stageDone(let stage, let load, let instant):
            if let latest = collector.takeDone(stage: stage, of: load, at: instant) {
                follow(stage, of: load, at: latest)
            }
        case .ended(let number, let interval, let findings, let instant):
            complete = collector.takeLast(second: number, interval, findings, at: instant, from: reactor)
        }
        complete.forEach(onSecond)
        if case .ended = report, collector.allEnded { done.signal() }
    }

    /// A load's stage of fixed iterations is done everywhere.
    private func follow(_ stage: Int, of load: Int, at instant: Instant) {
        let isLast = stage + 1 == plan.loads[load].stages.count
        for reactor in reactors {
            reactor.mailbox.post(
                isLast ? .end(load: load, at: instant) : .enter(stage: stage + 1, load: load, at: instant))
        }
    }
}

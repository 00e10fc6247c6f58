public import Measures
import Objectives
public import Scenarios

/// Takes the attempts of a drill as they end, and keeps what its measures need: outages, seconds, windows of the steady state.
/// Memory grows with the length of the load, not with its rate, but for attempts that wait for their order.
public struct AttemptLog: Sendable {
    private let scenario: Scenario
    private let start: Instant
    private let flowOf: [Int]
    /// For each step whether it is a part of another: an outage is of the whole, objectives are of either.
    private let areParts: [Bool]
    private let steady: SteadyState
    let settleSeconds: Int
    let steadySeconds: Int
    private var order: AttemptOrder
    private var window: [Interval] = []
    private var current: Interval
    private var currentSecond = 0

    /// By flow.
    private(set) var all: [OutageTracker]
    private(set) var fresh: [OutageTracker]
    private(set) var pooled: [OutageTracker]
    /// The same with failures that a stall of this process touched.
    private(set) var withStalled: [OutageTracker]
    /// By flow the intended send of its last success, and of the first exchange since then that was never answered.
    private(set) var lastSuccess: [Instant?]
    private var firstUnanswered: [Attempt?]
    /// By flow how long its slowest success took.
    private var slowest: [Span]
    /// By second of intended sends.
    private(set) var seconds: [DrillSecond] = []
    /// For each second: how the window of `settle` seconds that begins with it meets the objectives. Those that the load's end
    /// cut off are missing.
    private(set) var windows: [SteadyState.Assessment] = []
    /// For each second: how the `steady` seconds up to its end meet them.
    private(set) var before: [SteadyState.Assessment] = []
    /// The last `settle` seconds.
    private(set) var lastWindow: Interval?
    /// Failures by the instants of their intended sends and ends, up to a bound; and the successes right after them.
    private(set) var failures: [(intended: Instant, finished: Instant, step: Int)] = []
    private(set) var successes: [(intended: Instant, finished: Instant, step: Int)] = []
    /// How many failed, and by step how many had at its last success that was kept.
    private var failed = 0
    private var failedBefore: [Int]
    /// For each second whether an exchange was sent for which a connection was opened, and one over a kept connection.
    private(set) var kinds: [(fresh: Bool, pooled: Bool)] = []
    /// What was sent to which address.
    private(set) var addresses = AddressLog()
    private(set) var total: UInt64 = 0
    private(set) var stalledFailures: UInt64 = 0
    /// The intended sends of each flow's steps: how many, the first and the last.
    private(set) var sends: [(count: Int, first: Instant, last: Instant)]
    /// Spans in which attempts were under way, as far as t₀ needs them: the intended send and the end of each second's longest.
    private(set) var underWay: [(from: Instant, to: Instant)] = []

    /// Failures and first successes kept at most.
    private static let most = 200_000

    /// A log of nothing. `start`: the beginning of the load.
    public init(_ scenario: Scenario, start: Instant) {
        self.scenario = scenario
        self.start = start
        flowOf = scenario.flowOfSteps
        areParts = scenario.steps.map(\.isPart)
        failedBefore = Array(repeating: 0, count: flowOf.count)
        steady = SteadyState(scenario)
        let drill = scenario.drill
        settleSeconds = max(1, Int((drill?.settle ?? .seconds(10)) / .seconds(1)))
        steadySeconds = max(1, Int((drill?.steady ?? .seconds(10)) / .seconds(1)))
        order = AttemptOrder(timeout: scenario.longestTimeout)
        let flows = scenario.flowsAndLogin.count
        all = Array(repeating: OutageTracker(), count: flows)
        fresh = all
        pooled = all
        withStalled = all
        lastSuccess = Array(repeating: nil, count: flows)
        firstUnanswered = Array(repeating: nil, count: flows)
        slowest = Array(repeating: .zero, count: flows)
        sends = Array(repeating: (0, .distantFuture, start), count: flows)
        current = Interval(steps: scenario.steps.count, flows: scenario.flows.count)
    }

    /// Takes attempts that ended by now.
    public mutating func take(_ attempts: [Attempt], now: Instant) {
        order.add(attempts.filter { $0.outcome != .notSent })
        for attempt in order.take(at: now) { enter(attempt) }
    }

    /// The load is over, at `end`: what was silent up to there was silent.
    mutating func finish(end: Instant) {
        for attempt in order.take(at: .distantFuture) { enter(attempt) }
        let seconds = Int((end - start).nanoseconds / 1_000_000_000)
        while currentSecond < seconds { endSecond() }
        for flow in all.indices {
            _ = all[flow].finish()
            _ = withStalled[flow].finish()
            _ = fresh[flow].finish()
            _ = pooled[flow].finish()
        }
    }

    private mutating func enter(_ attempt: Attempt) {
        let flow = flowOf[Int(attempt.step)]
        let second = Int((attempt.intended - start).nanoseconds / 1_000_000_000)
        while currentSecond < second { endSecond() }
        if areParts[Int(attempt.step)] {
            if attempt.outcome != .unfinished, attempt.outcome == .ok || !attempt.isStalled { tally(attempt) }
            return
        }
        if attempt.outcome == .unfinished {
            // How it would have ended is not known; that nothing came for so long is.
            if firstUnanswered[flow] == nil { firstUnanswered[flow] = attempt }
            note(underWay: attempt)
            return
        }
        note(underWay: attempt)
        withStalled[flow].take(attempt)
        if attempt.outcome != .ok, attempt.isStalled {
            // What this process brought about is not the target's.
            stalledFailures += 1
            return
        }
        if attempt.outcome == .ok {
            lastSuccess[flow] = attempt.intended
            firstUnanswered[flow] = nil
            slowest[flow] = max(slowest[flow], attempt.finished - attempt.intended)
        }
        all[flow].take(attempt)
        if attempt.isFresh { fresh[flow].take(attempt) } else { pooled[flow].take(attempt) }
        sends[flow].count += 1
        sends[flow].first = min(sends[flow].first, attempt.intended)
        sends[flow].last = max(sends[flow].last, attempt.intended)
        total += 1
        addresses.take(attempt, start: start)
        note(attempt)
        record(attempt)
    }

    private mutating func note(underWay attempt: Attempt) {
        if underWay.last.map({ attempt.finished > $0.to }) ?? true {
            if let last = underWay.last, last.to >= attempt.intended {
                underWay[underWay.count - 1].to = attempt.finished
            } else if underWay.count < Self.most {
                underWay.append((attempt.intended, attempt.finished))
            }
        }
    }

    private mutating func note(_ attempt: Attempt) {
        let entry = (attempt.intended, attempt.finished, Int(attempt.step))
        if attempt.outcome == .ok {
            // The first one of each step after a failure shows when it was there again.
            let step = Int(attempt.step)
            if failedBefore[step] < failed, successes.count < Self.most { successes.append(entry) }
            failedBefore[step] = failed
        } else {
            failed += 1
            if failures.count < Self.most { failures.append(entry) }
        }
    }

    /// Counts an attempt for the objectives.
    private mutating func tally(_ attempt: Attempt) {
        let step = Int(attempt.step)
        var tally = current.steps[step] ?? StepTally()
        tally.isPart = areParts[step]
        current.steps[step] = nil
        tally.outcomes.count(attempt.outcome)
        tally.record(attempt.finished - attempt.intended, as: .responseTime)
        tally.record(attempt.finished - attempt.sent, as: .serviceTime)
        current.steps[step] = tally
    }

    private mutating func record(_ attempt: Attempt) {
        tally(attempt)
        while seconds.count <= currentSecond { seconds.append(DrillSecond()) }
        while kinds.count <= currentSecond { kinds.append((false, false)) }
        if attempt.isFresh { kinds[currentSecond].fresh = true } else { kinds[currentSecond].pooled = true }
        if attempt.outcome == .ok {
            seconds[currentSecond].good += 1
            if attempt.answeredBy != 0 { seconds[currentSecond].answeredBy[attempt.answeredBy, default: 0] += 1 }
        } else {
            seconds[currentSecond].bad += 1
        }
    }

    private mutating func endSecond() {
        while seconds.count <= currentSecond { seconds.append(DrillSecond()) }
        window.append(current)
        if window.count > max(settleSeconds, steadySeconds) { window.removeFirst() }
        if window.count >= settleSeconds {
            let sum = sum(of: settleSeconds)
            lastWindow = sum
            windows.append(steady.assessment(of: sum, seconds: settleSeconds))
        }
        before.append(
            window.count >= steadySeconds
                ? steady.assessment(of: sum(of: steadySeconds), seconds: steadySeconds)
                : SteadyState.Assessment(obstacle: "the load had lasted for \(window.count) s only"))
        current = Interval(steps: scenario.steps.count, flows: scenario.flows.count)
        currentSecond += 1
    }

    private func sum(of count: Int) -> Interval {
        var sum = Interval(steps: scenario.steps.count, flows: scenario.flows.count)
        for interval in window.suffix(count) { sum.add(interval) }
        return sum
    }

    /// By flow the intended send of the first exchange from which on nothing was answered, though it was waited for longer than
    /// any success had taken: shorter waits are the end of the load, and nobody's fault. nil: there was none.
    var silentSince: [Instant?] {
        zip(firstUnanswered, slowest).map { attempt, slowest in
            attempt.flatMap { $0.finished - $0.intended > slowest ? $0.intended : nil }
        }
    }

    /// What the scenario's load objectives came to over the last `settle` seconds, by their index.
    var lastFindings: [Int: ObjectiveFinding] {
        lastWindow.map { steady.findings(of: $0, seconds: settleSeconds) } ?? [:]
    }
}

extension Scenario {
    /// The number of each step's flow.
    package var flowOfSteps: [Int] {
        flowsAndLogin.enumerated().flatMap { index, flow in flow.steps.map { _ in index } }
    }

    /// The longest timeout of a step.
    var longestTimeout: Span { steps.map { Span($0.timeout) }.max() ?? .zero }
}

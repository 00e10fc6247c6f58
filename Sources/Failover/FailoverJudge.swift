public import Measures
import Objectives
public import Scenarios
import VerificationKit

/// Makes a drill's report of what was logged.
public struct FailoverJudge {
    private let scenario: Scenario
    private let start: Instant
    private let end: Instant
    private var log: AttemptLog
    private let faults: [FaultRecord]
    private var report: DrillReport

    /// - Parameters:
    ///   - start: The beginning of the load.
    ///   - end: The end of its stages.
    ///   - log: All attempts of the load.
    ///   - faults: What became of the faults.
    public init(_ scenario: Scenario, start: Instant, end: Instant, log: AttemptLog, faults: [FaultRecord]) {
        self.scenario = scenario
        self.start = start
        self.end = end
        self.log = log
        self.faults = faults
        report = DrillReport(start: start)
    }

    /// The report.
    ///
    /// - Parameters:
    ///   - roles: Changes that the drill's role probes saw.
    ///   - answerers: Who answered, the first with the number 1.
    ///   - addresses: For each step the addresses of its endpoint, by their numbers in attempts.
    public func report(
        roles: [RoleChange] = [], answerers: [String] = [], addresses: [[String]] = []
    ) -> DrillReport {
        var judge = self
        judge.make(roles, answerers)
        judge.addressUses(addresses)
        return judge.report
    }

    private mutating func make(_ roles: [RoleChange], _ answerers: [String]) {
        log.finish(end: end)
        report.faults = faults
        report.roles = roles
        report.seconds = log.seconds
        report.answerers = answerers
        report.after = log.lastFindings
        let effective = faults.compactMap(\.effective).min()
        report.t0 = effective.map { $0 - start }
        // Users may feel a fault before it is confirmed.
        let began = faults.compactMap(\.applied).min() ?? effective
        guard let began, let t0 = effective else {
            report.inconclusive.append(noEffect)
            return
        }
        for fault in faults where fault.effective == nil {
            report.inconclusive.append("\(fault.source): \(fault.problem ?? "it was not brought about")")
        }
        if let obstacle = steadyObstacle(began) {
            report.inconclusive.append("the steady state did not hold before the first fault: \(obstacle)")
        }
        if !log.underWay.contains(where: { $0.from <= t0 + Span(nanoseconds: 1_000_000_000) && $0.to >= began }) {
            report.inconclusive.append("no request was under way when the fault took effect")
        }
        outages(since: began)
        recovery(t0, began, roles)
        restored()
        budget(since: began)
        lastAnswers(t0)
        stalls(since: began)
    }

    /// What a stall of this process may have hidden.
    private mutating func stalls(since began: Instant) {
        guard log.stalledFailures > 0 else { return }
        let left =
            "\(counted(Int(log.stalledFailures), "failed exchange")) left out: this process was held up meanwhile"
        report.notes.append(left)
        func longest(_ trackers: [OutageTracker]) -> Span {
            trackers.flatMap(\.outages).filter { $0.end ?? .distantFuture >= began }
                .map { $0.length ?? (end - $0.start) }.max() ?? .zero
        }
        let (without, with) = (longest(log.all), longest(log.withStalled))
        // One exchange alone shows an outage up to the next but one.
        if with - without > (report.outage?.resolution ?? gap) + gap + gap {
            report.inconclusive.append("\(left), and an outage may have been longer for them")
        }
    }

    private var noEffect: String {
        let reasons = faults.compactMap { fault in fault.problem.map { "\(fault.source): \($0)" } }
        return "no fault took effect" + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
    }

    /// The last whole second before an instant.
    private func second(before instant: Instant) -> Int {
        Int((instant - start).nanoseconds / 1_000_000_000) - 1
    }

    private mutating func steadyObstacle(_ began: Instant) -> String? {
        // What was under way when the fault came says nothing of the time before it: the window ends before that.
        let struck = log.failures.filter { $0.intended < began && $0.finished >= began }.map(\.intended).min() ?? began
        let left = start + Span(nanoseconds: Int64(second(before: struck) + 1) * Self.second.nanoseconds)
        let isOther = log.failures.contains { $0.intended >= left && $0.finished < began }
        let second = second(before: isOther ? began : struck)
        guard log.before.indices.contains(second) else { return "there was no load" }
        addPhase(.before, upTo: second + 1, lasting: log.steadySeconds, log.before[second])
        return log.before[second].obstacle
    }

    /// How the hypothesis held over so many seconds up to one.
    private mutating func addPhase(
        _ name: DrillReport.Phase.Name, upTo end: Int, lasting seconds: Int, _ assessment: SteadyState.Assessment
    ) {
        report.phases.append(
            DrillReport.Phase(
                name: name, from: Span(nanoseconds: Int64(max(0, end - seconds)) * Self.second.nanoseconds),
                to: Span(nanoseconds: Int64(end) * Self.second.nanoseconds), obstacle: assessment.obstacle,
                objectives: assessment.objectives))
    }

    /// The time between the attempts of a flow.
    private func gap(_ flow: Int) -> Span {
        let sends = log.sends[flow]
        guard sends.count > 1 else { return Self.second }
        return Span(nanoseconds: (sends.last - sends.first).nanoseconds / Int64(sends.count - 1))
    }

    /// The longest of all flows: so far may be off what is told of all of them.
    private var gap: Span {
        log.sends.indices.filter { log.sends[$0].count > 0 }.map { gap($0) }.max() ?? Self.second
    }

    // MARK: Outages

    private mutating func outages(since began: Instant) {
        func struck(_ trackers: [OutageTracker]) -> [(flow: Int, outage: OutageTracker.Outage)] {
            trackers.enumerated().flatMap { flow, tracker in
                tracker.outages.filter { $0.end ?? .distantFuture >= began }.map { (flow, $0) }
            }
        }
        func longest(_ outages: [(flow: Int, outage: OutageTracker.Outage)]) -> Span? {
            if outages.contains(where: { $0.outage.end == nil }) { return nil }
            return outages.compactMap(\.outage.length).max() ?? .zero
        }
        /// Its ends are known up to the time between attempts, and how long those took that tell of them.
        func figure(_ outages: [(flow: Int, outage: OutageTracker.Outage)], gap: Span) -> DrillReport.Figure? {
            longest(outages).map { length in
                let took = outages.filter { $0.outage.length == length }.map(\.outage.longest).max() ?? .zero
                return DrillReport.Figure(length, resolution: gap + took)
            }
        }
        var all = struck(log.all)
        for (flow, first) in log.silentSince.enumerated() {
            // Nothing that was sent from there on was answered, well or not, until the load was over.
            guard let first, !all.contains(where: { $0.flow == flow && $0.outage.end == nil }) else { continue }
            all.append(
                (flow, OutageTracker.Outage(start: first, end: nil, failed: 0, longest: .zero)))
        }
        report.openOutage = all.filter { $0.outage.end == nil }.map { end - $0.outage.start }.max()
        report.outages = all.map { flow, outage in
            DrillReport.Outage(
                flow: flow, start: outage.start - start, end: outage.end.map { $0 - start }, failed: outage.failed)
        }
        // A flow that several loads run is there once for each.
        for name in Set(scenario.flows.map(\.name)) {
            let places = scenario.flows.indices.filter { scenario.flows[$0].name == name && log.sends[$0].count > 0 }
            guard let gap = places.map({ self.gap($0) }).max() else { continue }
            report.flowOutages[name] = .some(figure(all.filter { places.contains($0.flow) }, gap: gap))
        }
        report.outage = figure(all, gap: gap)
        // Which kind was silent is not known, either.
        guard report.openOutage == nil else { return }
        // Nothing is known of connections of a kind that nobody used during an outage.
        if wasUsed(\.fresh, in: all.map(\.outage)) { report.freshOutage = longest(struck(log.fresh)) }
        if wasUsed(\.pooled, in: all.map(\.outage)) { report.pooledOutage = longest(struck(log.pooled)) }
    }

    private func wasUsed(
        _ kind: KeyPath<(fresh: Bool, pooled: Bool), Bool>, in outages: [OutageTracker.Outage]
    ) -> Bool {
        outages.allSatisfy { outage in
            let end = (outage.end ?? .distantFuture) - start
            let seconds =
                second(before: outage.start)
                + 1...max(
                    second(before: outage.start) + 1,
                    min(log.kinds.count, Int(end.nanoseconds / Self.second.nanoseconds)))
            return seconds.contains { log.kinds.indices.contains($0) && log.kinds[$0][keyPath: kind] }
        }
    }

    // MARK: Recovery

    private mutating func recovery(_ t0: Instant, _ began: Instant, _ roles: [RoleChange]) {
        let failures = log.failures.filter { $0.finished >= began }
        report.observed = end - t0
        // When it happened is known up to the time between attempts, and how long the one took that showed it.
        let failure = failures.min { $0.finished < $1.finished }
        let sign = failure.map { ($0.finished, gap + ($0.finished - $0.intended)) }
        let change = roles.map(\.at).filter { $0 >= began }.min().map { ($0, Self.second) }
        report.detection = [sign, change].compactMap(\.self).min { $0.0 < $1.0 }
            .map { .init(max(.zero, $0.0 - t0), resolution: $0.1) }
        report.rtoFirst = firstSuccess(failures, t0)
        report.rto = recovery(since: began).map { .init(max(.zero, $0 - t0), resolution: gap + Self.second) }
        addRecovery(recovery(since: began))
    }

    private static let second = Span(nanoseconds: 1_000_000_000)

    /// The phases that follow the fault: the first window that meets the hypothesis again, and the last one of the load.
    private mutating func addRecovery(_ recovered: Instant?) {
        if let recovered {
            // Where there was no trouble it is the first whole one.
            let first = Int(((recovered - start).seconds).rounded(.up))
            if log.windows.indices.contains(first) {
                addPhase(.recovered, upTo: first + log.settleSeconds, lasting: log.settleSeconds, log.windows[first])
            }
        }
        guard let last = log.windows.last else { return }
        addPhase(
            .after, upTo: log.windows.count - 1 + log.settleSeconds, lasting: log.settleSeconds, last)
    }

    /// The first success after the first failure: of the audited write; else of the flow that was last to have one.
    private func firstSuccess(
        _ failures: [(intended: Instant, finished: Instant, step: Int)], _ t0: Instant
    ) -> DrillReport.Figure? {
        let flows = scenario.flowOfSteps
        let writing = scenario.drill?.audit.flatMap { audit in scenario.steps.firstIndex { $0.name == audit.write } }
        let meant = failures.filter { writing == nil || flows[$0.step] == writing.map { flows[$0] } }
        guard !meant.isEmpty else {
            // Nothing failed: there is something to tell only if something went well since.
            let isAlive = zip(log.lastSuccess, log.sends).allSatisfy { success, sends in
                sends.count == 0 || success.map { $0 >= t0 } ?? false
            }
            return isAlive ? .init(.zero, resolution: gap) : nil
        }
        var worst: DrillReport.Figure?
        for flow in Set(meant.map { flows[$0.step] }) {
            guard let first = meant.filter({ flows[$0.step] == flow }).map(\.intended).min(),
                let success = log.successes.filter({
                    $0.intended >= first && flows[$0.step] == flow && (writing == nil || $0.step == writing)
                }).min(by: { $0.finished < $1.finished })
            else { return nil }
            let figure = DrillReport.Figure(
                max(.zero, success.finished - t0), resolution: gap(flow) + (success.finished - success.intended))
            if figure.value >= worst?.value ?? .zero { worst = figure }
        }
        return worst
    }

    /// The beginning of the first window that meets the objectives, from the first trouble since an instant on: a second with a
    /// failure, or that begins a window which does not meet them. The instant itself where there was no trouble; nil where no such
    /// window came.
    private func recovery(since instant: Instant) -> Instant? {
        let first = max(0, Int((instant - start).nanoseconds / Self.second.nanoseconds))
        let windows = log.windows.indices
        guard first < windows.count else { return nil }
        let trouble = (first..<log.seconds.count).first { second in
            log.seconds[second].bad > 0 || (windows.contains(second) && log.windows[second].obstacle != nil)
        }
        guard let trouble else { return instant }
        guard let found = (trouble..<max(trouble, windows.count)).first(where: { log.windows[$0].obstacle == nil })
        else {
            return nil
        }
        return start + Span(nanoseconds: Int64(found) * Self.second.nanoseconds)
    }

    private mutating func restored() {
        var last: Instant?
        for fault in faults {
            switch fault.undo {
            case .done(let at, _): last = max(last ?? at, at)
            case .failed(_, let problem): report.inconclusive.append("\(fault.source) was not undone: \(problem)")
            case .open where fault.applied != nil: report.inconclusive.append("\(fault.source) was not undone")
            case .open, .notNeeded: break
            }
        }
        guard let last else { return }
        report.observedAfterRestore = max(.zero, end - last)
        report.failback = recovery(since: last).map { .init(max(.zero, $0 - last), resolution: gap + Self.second) }
    }

    /// Bad attempts over those that thirty days allow at this rate.
    private mutating func budget(since began: Instant) {
        let seconds = Double(max(1, log.seconds.count))
        guard let target = scenario.objectives.compactMap(\.budget).first, log.total > 0 else { return }
        let bad = log.seconds.dropFirst(max(0, second(before: began) + 1)).reduce(0) { $0 + $1.bad }
        report.budget = Double(bad) / ((1 - target) * Double(log.total) / seconds * 30 * 86_400)
    }

    /// The first instant at which a fault was undone; nil: none was.
    private var restoredFirst: Instant? {
        faults.compactMap { fault -> Instant? in if case .done(let at, _) = fault.undo { at } else { nil } }.min()
    }

    /// What each address got, and when its last request was sent between t₀ and the first restore.
    private mutating func addressUses(_ addresses: [[String]]) {
        let t0 = faults.compactMap(\.effective).min()
        let uses = log.addresses.uses(of: addresses, start: start, between: t0, and: restoredFirst ?? end)
        report.addresses = uses.count > 1 ? uses : []
    }

    /// When each answerer answered last between t₀ and the first restore.
    private mutating func lastAnswers(_ t0: Instant) {
        let from = Int((t0 - start).nanoseconds / Self.second.nanoseconds)
        let restored = restoredFirst
        let end = restored.map { max(from, second(before: $0)) } ?? log.seconds.count
        let seconds = log.seconds.indices.clamped(to: from..<max(from, end))
        report.lastAnswers = report.answerers.indices.map { index in
            seconds.last { log.seconds[$0].answeredBy[UInt8(index + 1)] ?? 0 > 0 }
                .map { Span(nanoseconds: Int64($0 + 1) * Self.second.nanoseconds) - (t0 - start) }
        }
    }
}

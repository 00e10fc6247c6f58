public import Measures
public import Scenarios
import VerificationKit

/// Judges one objective against what was measured.
///
/// - A percentile passes only if its confidence bound meets the limit, a ratio only if its Clopper–Pearson bound does:
///   the upper bound for `<` and `<=`, the lower one for `>` and `>=`, both for `within`.
/// - Minimum, mean, maximum, count and rate are judged by what was observed, and so is `==`, which no bound can show.
/// - Where the histogram can't tell a percentile from the limit, it is inconclusive: a place of the histogram that holds
///   the limit is at most 0.1 % wide, and one microsecond up to 2 ms. So a percentile that may equal the limit neither
///   passes a strict `<` nor fails a `<=`.
public struct ObjectiveJudge: Sendable {
    /// The objective to judge.
    public let objective: Objective

    let limit: Limit
    private let steps: [Int]
    private let flows: [Int]
    /// The numbers of the measured blocks that it is about.
    private let blocks: [Int]
    /// The numbers of the loads whose time counts; empty where it is the whole run's.
    private let loads: Set<Int>
    private let latency: LatencyMeasure?

    /// Makes the judge of an objective of a scenario.
    public init(_ objective: Objective, scenario: Scenario) {
        self.objective = objective
        limit = Limit(comparison: objective.comparison)
        steps =
            objective.measure.isOfBlocks
            ? BlockSelection(objective.selector, in: scenario).blocks.flatMap(\.block.steps)
            : StepSelection(objective.selector, in: scenario).steps
        flows = FlowSelection(objective.selector, in: scenario).flows
        blocks =
            objective.measure.isOfBlocks
            ? BlockSelection(objective.selector, in: scenario).blocks.map(\.number) : []
        latency = LatencyMeasure(objective.measure)
        loads = Self.loads(objective, steps: steps, flows: flows, in: scenario)
    }

    /// What is measured of some loads counts over their time: nothing is expected of them in the rest of the run.
    private static func loads(_ objective: Objective, steps: [Int], flows: [Int], in scenario: Scenario) -> Set<Int> {
        guard scenario.hasNamedLoads, objective.selector != nil else { return [] }
        if objective.measure == .iterationTime { return Set(flows.map { scenario.loadsOfFlows[$0] }) }
        let ofSteps = scenario.loadsOfSteps
        return Set(steps.map { ofSteps[$0] })
    }

    /// True where a second counts, of which it is known in which loads it was measured; empty: loads have no names.
    func counts(_ measured: [Bool]) -> Bool {
        loads.isEmpty || measured.isEmpty || loads.contains { $0 < measured.count && measured[$0] }
    }

    /// What the objective comes to over a whole run; its window, if it has one, is left out (see `WindowWatch`).
    public func finding(of measurement: RunMeasurement) -> ObjectiveFinding {
        var whole = sample(of: measurement)
        if objective.measure == .iterationTime {
            whole.withoutEnd = flows.reduce(0) { $0 + measurement.total.withoutEnd(ofFlow: $1) }
        }
        if objective.measure.isOfBlocks {
            whole.withoutEnd = blocks.reduce(0) { sum, block in
                sum + (block < measurement.total.blocks.count ? measurement.total.blocks[block]?.withoutTime ?? 0 : 0)
            }
        }
        return finding(of: whole)
    }

    /// What the objective looks at of a whole run.
    func sample(of measurement: RunMeasurement) -> ObjectiveSample {
        sample(
            of: measurement.total,
            seconds: loads.isEmpty ? measurement.measured.seconds : measurement.measuredSeconds(ofLoads: loads))
    }

    /// What the objective looks at of an interval.
    func sample(of interval: Interval, seconds: Double) -> ObjectiveSample {
        if objective.measure == .iterationTime {
            return ObjectiveSample(iterationsOf: flows, in: interval, seconds: seconds)
        }
        if objective.measure.isOfBlocks {
            return ObjectiveSample(
                objective.measure, ofBlocks: blocks, steps: steps, in: interval, seconds: seconds)
        }
        var sample = ObjectiveSample(
            of: interval, measure: latency, steps: steps, allSteps: objective.selector == nil, seconds: seconds)
        if case .load = objective.selector {
            sample.started = flows.reduce(0) { $0 &+ interval.iterationCounts[$1].begun }
            sample.dropped = loads.reduce(0) {
                $0 &+ (interval.loads.indices.contains($1) ? interval.loads[$1].dropped : 0)
            }
        }
        return sample
    }

    /// What the objective comes to over a sample.
    func finding(of sample: ObjectiveSample) -> ObjectiveFinding {
        if objective.selector != nil, steps.isEmpty, isMeasured {
            return noData(
                objective.isOfLoad
                    ? "the scenario has no load of that name" : "the scenario has no step, flow or tag of that name")
        }
        switch objective.measure {
        case .responseTime, .serviceTime, .firstByte, .dns, .connect, .tls, .calculationTime, .startLag, .roundTrip,
            .ping, .fanOut, .firstEvent, .eventGap:
            return latencyFinding(sample, events: sample.outcomes.total, named: "exchange")
        case .events: return eventsFinding(sample)
        case .iterationTime:
            if flows.isEmpty { return noData("iteration_time is of flows, and the scenario has no flow of that name") }
            return latencyFinding(sample, events: sample.latencies?.count ?? 0, named: "iteration that came to its end")
        case .groupTime, .groupErrors, .rounds:
            return blockFinding(sample)
        case .reconnects:
            return reconnectsFinding(sample)
        case .availability:
            let outcomes = sample.outcomes
            return eventFinding(outcomes.good, of: outcomes.total, sample, plain: .ratio, nothing: "no exchange")
        case .errors:
            let outcomes = sample.outcomes
            return eventFinding(outcomes.bad, of: outcomes.total, sample, plain: .ratio, nothing: "no exchange")
        case .dropped:
            guard objective.selector == nil || objective.isOfLoad else {
                return noData(
                    "an arrival is dropped before it has a step: dropped is counted for the whole run and for loads only"
                )
            }
            let arrivals = sample.started + sample.dropped
            return eventFinding(sample.dropped, of: arrivals, sample, plain: .count, nothing: "no arrival")
        case .throughput:
            return throughputFinding(sample)
        case .hitRatio, .byteHitRatio, .outage, .detection,
            .rtoFirst, .rto, .failback, .rpo, .budget, .lostWrites, .splitBrainLoss, .recovered, .duplicates,
            .indeterminate, .staleReads, .unexpected, .capacity,
            .probe:
            if objective.measure == .capacity { return noData("found by loadgate capacity") }
            return noData(
                objective.measure.isOfDrills
                    ? "measured by loadgate drill, while things break" : "not measured by the load")
        }
    }

    private var isMeasured: Bool {
        switch objective.measure {
        case .responseTime, .serviceTime, .firstByte, .dns, .connect, .tls, .calculationTime, .startLag, .roundTrip,
            .ping, .fanOut, .firstEvent, .eventGap, .events, .availability, .errors, .throughput:
            true
        case .iterationTime, .groupTime, .groupErrors, .rounds, .reconnects, .dropped, .hitRatio, .byteHitRatio,
            .outage, .detection,
            .rtoFirst, .rto, .failback, .rpo, .budget, .lostWrites, .splitBrainLoss, .recovered, .duplicates,
            .indeterminate, .staleReads, .unexpected, .capacity, .probe:
            false
        }
    }

    /// What the objective comes to by the ratio of the verification that it names, or of all that have it.
    func finding(of verifications: [VerificationReport]) -> ObjectiveFinding {
        let meant = verifications.filter { report in
            switch objective.selector {
            case .name(let name): report.name == name
            case .tag, .load: false
            case nil: true
            }
        }
        let ratios = meant.flatMap(\.ratios).filter { $0.measure == objective.measure }
        let total = ratios.reduce(0) { $0 + $1.total }
        guard !meant.isEmpty else { return noData("no verification that could tell it was run") }
        guard total > 0 else { return noData("the verification saw nothing that counts") }
        return ratio(ratios.reduce(0) { $0 + $1.events }, of: total)
    }

    // MARK: Measures

    /// What is measured of groups and untils.
    private func blockFinding(_ sample: ObjectiveSample) -> ObjectiveFinding {
        let name = objective.measure.label
        if blocks.isEmpty {
            return noData("\(name) is of groups and untils, and the scenario has none of that name")
        }
        if objective.measure == .groupErrors {
            let outcomes = sample.outcomes
            return eventFinding(outcomes.bad, of: outcomes.total, sample, plain: .ratio, nothing: "no group that ended")
        }
        guard let latencies = sample.latencies, latencies.count > 0 else {
            let begun = sample.withoutEnd
            return noData(
                begun == 0
                    ? "no group or until of that name was begun"
                    : "none of \(Figure.grouped(begun)) that were begun came to its end, or to what it waits for")
        }
        if objective.measure == .groupTime {
            return latencyFinding(sample, events: latencies.count, named: "group that came to its end")
        }
        return RoundJudge(objective).finding(of: RoundCounts(histogram: latencies), unknown: sample.withoutEnd)
    }

    /// `events`: how many of what is `named` there were, with the latency or without.
    private func latencyFinding(
        _ sample: ObjectiveSample, events exchanges: UInt64, named noun: String
    ) -> ObjectiveFinding {
        let latencies = sample.latencies ?? LatencyHistogram()
        let name = objective.measure.label
        switch objective.statistic {
        case .count:
            guard exchanges > 0 else { return noData("there was no \(noun)") }
            return plain(Double(latencies.count), .count, samples: exchanges)
        case .rate:
            guard exchanges > 0, sample.seconds > 0 else { return noData("there was no \(noun)") }
            return plain(Double(latencies.count) / sample.seconds, .perSecond, samples: exchanges)
        case .ratio:
            return noData("\(name) has no ratio")
        case .minimum, .mean, .percentile, .maximum, nil:
            guard let least = latencies.minimum, let mean = latencies.mean, let most = latencies.maximum else {
                return noData(exchanges == 0 ? "there was no \(noun)" : "no \(noun) had a \(name)")
            }
            let samples = latencies.count
            let unfinished =
                switch latency {
                // Who waits for an event that never comes waits longest.
                case .firstEvent: sample.events.silent
                case let latency?: latency.endsWithExchange ? sample.outcomes.unfinished : sample.withoutEnd
                case nil: sample.withoutEnd
                }
            if case .percentile(let percent) = objective.statistic, percent < 100 {
                return PercentileJudge(
                    objective: objective, percent: percent, unit: .milliseconds, unitText: " ms"
                ).finding(of: RankedLatencies(latencies: latencies), unfinished: unfinished)
            }
            if objective.statistic == .minimum {
                return plain(least.milliseconds, among: 0...least.milliseconds, .milliseconds, samples, unfinished)
            }
            if objective.statistic == .mean {
                // Those that were cut off might have taken no time, or any.
                let least = latencies.totalTime.milliseconds / Double(samples + unfinished)
                return plain(mean.milliseconds, among: least...(.infinity), .milliseconds, samples, unfinished)
            }
            // Without a statistic the limit is meant for every exchange.
            return plain(most.milliseconds, among: most.milliseconds...(.infinity), .milliseconds, samples, unfinished)
        }
    }

    private enum Plain {
        case ratio, count
    }

    private func eventFinding(
        _ events: UInt64, of total: UInt64, _ sample: ObjectiveSample, plain kind: Plain, nothing: String
    ) -> ObjectiveFinding {
        guard total > 0 else { return noData("there was \(nothing)") }
        switch objective.statistic {
        case nil where kind == .count, .count:
            return plain(Double(events), .count, samples: total)
        case nil, .ratio:
            return ratio(events, of: total)
        case .rate:
            guard sample.seconds > 0 else { return noData("no time was measured") }
            return plain(Double(events) / sample.seconds, .perSecond, samples: total)
        case .minimum, .mean, .percentile, .maximum:
            return noData("events have a count, a rate and a ratio, but no other figure")
        }
    }

    private func reconnectsFinding(_ sample: ObjectiveSample) -> ObjectiveFinding {
        guard objective.selector == nil else { return noData("reconnects are counted for the whole run only") }
        let samples = sample.outcomes.total
        guard samples > 0 else { return noData("there was no exchange") }
        switch objective.statistic {
        case nil, .count: return plain(Double(sample.reconnects), .count, samples: samples)
        case .rate where sample.seconds > 0:
            return plain(Double(sample.reconnects) / sample.seconds, .perSecond, samples: samples)
        case .rate: return noData("no time was measured")
        case .minimum, .mean, .percentile, .maximum, .ratio:
            return noData("reconnects have a count and a rate, but no other figure")
        }
    }

    private func eventsFinding(_ sample: ObjectiveSample) -> ObjectiveFinding {
        let events = sample.events
        guard events.streams > 0, let mean = events.mean else { return noData("no stream came to an end") }
        let all = Double(events.total)
        // What was cut off would have had more events, and might have had fewer than any other stream.
        switch objective.statistic {
        case .minimum:
            let fewest = Double(events.fewest)
            return plain(fewest, among: 0...fewest, .count, events.streams, events.cutOff)
        case .mean: return plain(mean, among: 0...(.infinity), .number, events.streams, events.cutOff)
        case .maximum:
            let most = Double(events.most)
            return plain(most, among: most...(.infinity), .count, events.streams, events.cutOff)
        case .count, nil: return plain(all, among: all...(.infinity), .count, events.streams, events.cutOff)
        case .rate where sample.seconds > 0:
            let rate = all / sample.seconds
            return plain(rate, among: rate...(.infinity), .perSecond, events.streams, events.cutOff)
        case .rate: return noData("no time was measured")
        case .percentile, .ratio: return noData("events have min, mean, max, a count and a rate, but no other figure")
        }
    }

    private func throughputFinding(_ sample: ObjectiveSample) -> ObjectiveFinding {
        let samples = sample.outcomes.total
        guard samples > 0, sample.seconds > 0 else { return noData("there was no exchange") }
        let completed = Double(sample.outcomes.completed)
        switch objective.statistic {
        case nil, .rate, .mean: return plain(completed / sample.seconds, .perSecond, samples: samples)
        case .count: return plain(completed, .count, samples: samples)
        case .minimum, .maximum, .percentile, .ratio:
            return noData("throughput has a rate and a count, but no other figure; \"in any 10s\" looks at stretches")
        }
    }

    // MARK: Verdicts

    /// Judges by what was observed alone.
    private func plain(_ observed: Double, _ unit: MeasuredUnit, samples: UInt64) -> ObjectiveFinding {
        ObjectiveFinding(
            objective: objective, verdict: limit.holds(observed) ? .pass : .fail, observed: observed,
            samples: samples, unit: unit)
    }

    /// The same beside exchanges that the run's end cut off: with them it would lie in `range`.
    private func plain(
        _ observed: Double, among range: ClosedRange<Double>, _ unit: MeasuredUnit, _ samples: UInt64,
        _ unfinished: UInt64
    ) -> ObjectiveFinding {
        var finding = plain(observed, unit, samples: samples)
        guard unfinished > 0 else { return finding }
        finding.isAtLeast = range.upperBound == .infinity
        switch limit.standing(of: range) {
        case .meets: finding.verdict = .pass
        case .breaks: finding.verdict = .fail
        case .unresolved:
            finding.verdict = .inconclusive
            finding.note = Lack.note(ofUnfinished: unfinished, of: objective.measure)
        }
        return finding
    }

    private func noData(_ reason: String) -> ObjectiveFinding {
        ObjectiveFinding(objective: objective, verdict: .noData, note: reason)
    }

    private func ratio(_ events: UInt64, of total: UInt64) -> ObjectiveFinding {
        let observed = Double(events) / Double(total)
        var finding = plain(observed, .ratio, samples: total)
        guard !limit.isEquality else { return finding }
        let upper = ConfidenceBound.upperRatio(events: events, of: total)
        let lower = ConfidenceBound.lowerRatio(events: events, of: total)
        let (upperHolds, lowerHolds) = (limit.holdsUpper(upper), limit.holdsLower(lower))
        finding.bound = limit.hasUpper && (!upperHolds || lowerHolds) ? upper : lower
        guard finding.verdict == .pass, !(upperHolds && lowerHolds) else { return finding }
        finding.verdict = .inconclusive
        var lacking: [Lack] = []
        if !upperHolds, let most = limit.upper {
            lacking.append(Lack(events: events, of: total, below: most))
        }
        if !lowerHolds, let least = limit.lower {
            // "More than 99.9 % good" says "less than 0.1 % bad".
            lacking.append(Lack(events: total - events, of: total, below: 1 - least))
        }
        finding.note = Lack.note(of: lacking)
        return finding
    }
}

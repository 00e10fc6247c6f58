public import Measures

/// What metrics show of a step.
public struct StepMetrics: Sendable {
    /// The step's name.
    public var step: String
    /// The name of its flow.
    public var flow: String
    /// The load that sends it; nil where loads have no names.
    public var load: String?
    /// True for a part of what another step does.
    public var isPart = false
    /// How its exchanges ended, by outcome.
    public var outcomes: [String: UInt64]
    /// Bytes received.
    public var received: UInt64
    /// Bytes sent.
    public var sent: UInt64
    /// Its distributions by their measures' names.
    public var latencies: [String: LatencyHistogram]
    /// The events of its streams; nil where it has none.
    public var events: UInt64?

    /// Makes it of a step's tally.
    public init(step: String, flow: String, load: String? = nil, isPart: Bool = false, tally: StepTally) {
        self.isPart = isPart
        self.step = step
        self.flow = flow
        self.load = load
        outcomes = tally.outcomes.labelled
        received = tally.bytesReceived
        sent = tally.bytesSent
        events = tally.events.isEmpty ? nil : tally.events.total
        latencies = Dictionary(
            StepResult.distributed.compactMap { measure in tally[measure].map { (measure.label, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Makes it of a step's result.
    init(_ name: String, _ result: StepResult) {
        step = name
        flow = result.flow
        load = result.load
        isPart = result.partOf != nil
        outcomes = result.outcomes
        received = result.bytes.received
        sent = result.bytes.sent
        events = result.events?.total
        latencies = (result.distributions ?? [:]).mapValues(\.histogram)
    }

    /// The most steps that have series of their own. What lies beyond is added up as the step `_other`, so that no scenario
    /// fills a server of metrics.
    public static let limit = 200

    /// The steps that are shown: at most `limit`, and one of all others together.
    static func bounded(_ all: [StepMetrics]) -> [StepMetrics] {
        let others = all.dropFirst(limit - 1).filter { !$0.isPart }
        guard all.count > limit, var rest = others.first else { return all }
        for step in others.dropFirst() {
            rest.outcomes.merge(step.outcomes) { $0 &+ $1 }
            rest.received &+= step.received
            rest.sent &+= step.sent
            if let events = step.events { rest.events = (rest.events ?? 0) &+ events }
            for (measure, histogram) in step.latencies { rest.latencies[measure, default: .init()].add(histogram) }
        }
        rest.step = "_other"
        rest.flow = "_other"
        if rest.load != nil { rest.load = "_other" }
        return all.prefix(limit - 1) + [rest]
    }
}

extension MetricSet {
    /// The families of the steps.
    mutating func add(_ all: [StepMetrics]) {
        let steps = StepMetrics.bounded(all)
        func labels(_ step: StepMetrics) -> [Label] {
            (step.load.map { [("load", $0)] } ?? []) + [("flow", step.flow), ("step", step.step)]
                + (step.isPart ? [("part", "true")] : [])
        }
        add(.exchanges) { family in
            for step in steps {
                // Zero, where none was ok, so that a ratio can be made of it from the first second on.
                for (outcome, count) in step.outcomes.merging(["ok": 0], uniquingKeysWith: +).sorted(by: <) {
                    family.add(count, labels(step) + [("outcome", outcome)])
                }
            }
        }
        add(.received) { family in
            for step in steps { family.add(step.received, labels(step)) }
        }
        add(.sent) { family in
            for step in steps { family.add(step.sent, labels(step)) }
        }
        add(.events) { family in
            for step in steps {
                if let events = step.events { family.add(events, labels(step)) }
            }
        }
        for (measure, metric) in Metric.distributions {
            add(metric) { family in
                for step in steps {
                    if let histogram = step.latencies[measure.label] { family.add(histogram, labels(step)) }
                }
            }
        }
    }
}

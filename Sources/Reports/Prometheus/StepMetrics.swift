public import Measures

/// What is shown of a step to Prometheus.
public struct StepMetrics: Sendable {
    /// The step's name.
    public var step: String
    /// The name of its flow.
    public var flow: String
    /// The load that sends it; nil where loads have no names.
    public var load: String?
    /// How its exchanges ended, by outcome.
    public var outcomes: [String: UInt64]
    /// Bytes received.
    public var received: UInt64
    /// Bytes sent.
    public var sent: UInt64
    /// Its distributions by their measures' names.
    public var latencies: [String: LatencyHistogram]

    /// Makes it of a step's tally.
    public init(step: String, flow: String, load: String? = nil, tally: StepTally) {
        self.step = step
        self.flow = flow
        self.load = load
        outcomes = tally.outcomes.labelled
        received = tally.bytesReceived
        sent = tally.bytesSent
        latencies = Dictionary(
            StepResult.distributed.compactMap { measure in tally[measure].map { (measure.label, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Makes it of a step's result.
    init(_ name: String, _ result: StepResult) {
        step = name
        flow = result.flow
        load = result.load
        outcomes = result.outcomes
        received = result.bytes.received
        sent = result.bytes.sent
        latencies = (result.distributions ?? [:]).mapValues(\.histogram)
    }

    /// The most steps that have series of their own. What lies beyond is added up as the step `_other`, so that no scenario
    /// fills a Prometheus server.
    public static let limit = 200

    /// The steps that are shown: at most `limit`, and one of all others together.
    static func bounded(_ all: [StepMetrics]) -> [StepMetrics] {
        guard all.count > limit, var rest = all.dropFirst(limit - 1).first else { return all }
        for step in all.dropFirst(limit) {
            rest.outcomes.merge(step.outcomes) { $0 &+ $1 }
            rest.received &+= step.received
            rest.sent &+= step.sent
            for (measure, histogram) in step.latencies { rest.latencies[measure, default: .init()].add(histogram) }
        }
        rest.step = "_other"
        rest.flow = "_other"
        if rest.load != nil { rest.load = "_other" }
        return all.prefix(limit - 1) + [rest]
    }
}

extension PrometheusText {
    /// The families of the steps.
    mutating func add(_ all: [StepMetrics]) {
        let steps = StepMetrics.bounded(all)
        func labels(_ step: StepMetrics) -> [Label] {
            (step.load.map { [("load", $0)] } ?? []) + [("flow", step.flow), ("step", step.step)]
        }
        family("loadgate_exchanges_total", .counter, "Measured exchanges, by how they ended.") { family in
            for step in steps {
                // Zero, where none was ok, so that a ratio can be made of it from the first second on.
                for (outcome, count) in step.outcomes.merging(["ok": 0], uniquingKeysWith: +).sorted(by: <) {
                    family.add(count, labels(step) + [("outcome", outcome)])
                }
            }
        }
        family("loadgate_received_bytes_total", .counter, "Bytes received.") { family in
            for step in steps { family.add(step.received, labels(step)) }
        }
        family("loadgate_sent_bytes_total", .counter, "Bytes sent.") { family in
            for step in steps { family.add(step.sent, labels(step)) }
        }
        for (measure, help) in [
            (LatencyMeasure.responseTime, "From the intended start of an exchange to its end."),
            (.serviceTime, "From the actual start of an exchange to its end."),
            (.calculationTime, "What the server says it spent calculating."),
            (.roundTrip, "From the intended send of a WebSocket message to its reply."),
        ] {
            family("loadgate_\(measure.label)_seconds", .histogram, help) { family in
                for step in steps {
                    if let histogram = step.latencies[measure.label] { family.add(histogram, labels(step)) }
                }
            }
        }
    }
}

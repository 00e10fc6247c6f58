import Measures
import Testing

@testable import Reports

@Suite("Metrics") struct MetricTests {
    @Test("each has a name of its own, for OpenTelemetry and for Prometheus")
    func names() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
        #expect(Set(Metric.all.map(\.prometheusName)).count == Metric.all.count)
        #expect(Metric.all.allSatisfy { $0.help.hasSuffix(".") && !$0.help.contains("\n") })
        #expect(Metric.exchanges.name == "loadgate.exchanges")
        #expect(Metric.exchanges.prometheusName == "loadgate_exchanges_total")
        #expect(Metric.received.prometheusName == "loadgate_received_bytes_total")
        #expect(Metric.distributions.map(\.metric.prometheusName).first == "loadgate_response_time_seconds")
        #expect(Metric.distributions.map(\.measure) == StepResult.distributed)
    }

    @Test("what runs and results show are metrics of the list, with labels of theirs, and all of the list are shown")
    func shown() throws {
        var live = RunMetrics(ProgressHeader(scenario: Fixtures.scenario, info: Fixtures.info, reactors: 2))
        live.take(Fixtures.second(), load: .init(), probes: ["pool": 7])
        let sets = [
            live.metrics, MetricSet(DrillReportTests.crowded()), MetricSet(try CapacityReportTests.result()),
            MetricSet(Fixtures.rich),
        ]
        var seen: Set<Metric> = []
        for family in sets.flatMap(\.families) {
            seen.insert(family.metric)
            for sample in family.samples {
                let names = sample.labels.map(\.name)
                #expect(Set(names).count == names.count)
                #expect(Set(names).isSubset(of: family.metric.labels), "\(family.metric.name) \(names)")
                if case .distribution = sample.value {
                    #expect(family.metric.kind == .histogram)
                } else {
                    #expect(family.metric.kind != .histogram)
                }
            }
        }
        #expect(seen.isSubset(of: Metric.all))
        // Those are shown by tests of their own.
        let rare = [
            "calculation_time", "round_trip", "first_event", "event_gap", "events", "groups", "group_time",
            "load_started", "load_dropped", "load_users", "changes",
        ]
        #expect(Set(Metric.all).subtracting(seen).map(\.base).sorted() == rare.sorted())
        let probe = PrometheusCheck(live.text).value("loadgate_probe", ["probe": "pool"])
        #expect(probe == 7)
    }
}

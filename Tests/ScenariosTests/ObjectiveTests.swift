import Testing

@testable import Scenarios

@Suite struct ObjectiveTests {
    private static let names = SelectorNames(
        steps: ["home", "GET /a?b=c", "show-project"], flows: ["browse"], probes: ["pool"],
        verifications: ["cdn"],
        tags: [SelectorNames.Tag(name: "kind", value: "read")])

    private func parse(_ text: String) throws(GrammarError) -> Objective {
        var parser = ObjectiveParser(text, names: Self.names)
        return try parser.parse()
    }

    @Test(
        "An objective is parsed into the measure's own unit",
        arguments: [
            (
                "p95 response_time of browse < 200ms",
                Objective(
                    source: "p95 response_time of browse < 200ms", statistic: .percentile(95), measure: .responseTime,
                    selector: .name("browse"), comparison: .less(200))
            ),
            (
                "p99.9 response_time < 1s in any 10s",
                Objective(
                    source: "p99.9 response_time < 1s in any 10s", statistic: .percentile(99.9), measure: .responseTime,
                    selector: nil, comparison: .less(1000), window: .seconds(10))
            ),
            (
                "availability > 99.5%",
                Objective(
                    source: "availability > 99.5%", statistic: nil, measure: .availability, selector: nil,
                    comparison: .greater(0.995))
            ),
            (
                "ratio availability >= 0.5",
                Objective(
                    source: "ratio availability >= 0.5", statistic: nil, measure: .availability, selector: nil,
                    comparison: .greaterOrEqual(0.5))
            ),
            (
                "errors < 1%",
                Objective(
                    source: "errors < 1%", statistic: .ratio, measure: .errors, selector: nil, comparison: .less(0.01))
            ),
            (
                "errors == 0",
                Objective(
                    source: "errors == 0", statistic: .count, measure: .errors, selector: nil, comparison: .equal(0))
            ),
            (
                "errors <= 30/min",
                Objective(
                    source: "errors <= 30/min", statistic: .rate, measure: .errors, selector: nil,
                    comparison: .lessOrEqual(0.5))
            ),
            (
                "throughput of kind=read > 120/min",
                Objective(
                    source: "throughput of kind=read > 120/min", statistic: nil, measure: .throughput,
                    selector: .tag(name: "kind", value: "read"), comparison: .greater(2))
            ),
            (
                "max service_time of GET /a?b=c within 1ms..2s",
                Objective(
                    source: "max service_time of GET /a?b=c within 1ms..2s", statistic: .maximum, measure: .serviceTime,
                    selector: .name("GET /a?b=c"), comparison: .within(1...2000))
            ),
            (
                "hit_ratio of cdn > 80%",
                Objective(
                    source: "hit_ratio of cdn > 80%", statistic: nil, measure: .hitRatio, selector: .name("cdn"),
                    comparison: .greater(0.8))
            ),
            (
                "rto<30m",
                Objective(
                    source: "rto<30m", statistic: nil, measure: .rto, selector: nil, comparison: .less(1800))
            ),
            (
                "p95 pool within 5..20",
                Objective(
                    source: "p95 pool within 5..20", statistic: .percentile(95), measure: .probe("pool"), selector: nil,
                    comparison: .within(5...20))
            ),
            (
                "p99 iteration_time of browse < 2s",
                Objective(
                    source: "p99 iteration_time of browse < 2s", statistic: .percentile(99), measure: .iterationTime,
                    selector: .name("browse"), comparison: .less(2000))
            ),
            (
                "max iteration_time < 2s",
                Objective(
                    source: "max iteration_time < 2s", statistic: .maximum, measure: .iterationTime, selector: nil,
                    comparison: .less(2000))
            ),
            (
                "count reconnects of home == 0",
                Objective(
                    source: "count reconnects of home == 0", statistic: nil, measure: .reconnects,
                    selector: .name("home"), comparison: .equal(0))
            ),
            (
                "p95 fan_out of browse < 5ms",
                Objective(
                    source: "p95 fan_out of browse < 5ms", statistic: .percentile(95), measure: .fanOut,
                    selector: .name("browse"), comparison: .less(5))
            ),
            (
                "mean response_time of \"home\"<1.5s",
                Objective(
                    source: "mean response_time of \"home\"<1.5s", statistic: .mean, measure: .responseTime,
                    selector: .name("home"), comparison: .less(1500))
            ),
        ])
    func parsed(text: String, expected: Objective) throws {
        #expect(try parse(text) == expected)
    }

    @Test(
        "A wrong objective says what is wrong and where",
        arguments: [
            ("", 0, "expected an objective such as p95 response_time < 200ms"),
            ("p95 reponse_time < 200ms", 4, "unknown measure \"reponse_time\" (did you mean \"response_time\"?)"),
            ("availabilty > 99%", 0, "unknown measure \"availabilty\" (did you mean \"availability\"?)"),
            (
                "xyzzy < 1", 0,
                """
                unknown measure "xyzzy" (measures: response_time, service_time, first_byte, dns, connect, tls, \
                calculation_time, start_lag, round_trip, ping, fan_out, first_event, event_gap, events, iteration_time, \
                group_time, group_errors, rounds, availability, errors, dropped, throughput, reconnects, hit_ratio, …)
                """
            ),
            ("response_time < 200ms", 0, "say which response_time: min, mean, max or a percentile such as p95"),
            ("p101 response_time < 1s", 0, "\"p101\" is not a percentile: these are above p0 and at most p100"),
            ("p0 response_time < 1s", 0, "\"p0\" is not a percentile: these are above p0 and at most p100"),
            ("avg response_time < 1s", 0, "unknown statistic \"avg\" (did you mean \"mean\"?)"),
            ("p(95) response_time < 1s", 0, "unknown statistic \"p(95)\" (did you mean \"p95\"?)"),
            ("best response_time < 1s", 0, "unknown statistic \"best\" (min, mean, max, count, rate, ratio, p95 …)"),
            ("p95 < 200ms", 4, "expected a measure after p95, such as response_time"),
            ("p95 response_time < 200", 20, "\"200\" lacks a unit: expected a duration such as 250ms, 10s, 5m"),
            ("p95 response_time < fast", 20, "expected a duration such as 250ms, 10s, 5m, found \"fast\""),
            ("p95 response_time < 2sec", 20, "expected a duration such as 250ms, 10s, 5m, found \"2sec\""),
            ("p95 response_time = 2s", 18, "expected a comparison (<, <=, >, >=, == or within), found \"=\""),
            ("p95 response_time of home = 2s", 26, "expected a comparison (<, <=, >, >=, == or within), found \"=\""),
            ("p95 response_time of home != 2s", 26, "expected a comparison (<, <=, >, >=, == or within), found \"!=\""),
            ("p95 response_time", 17, "expected a comparison (<, <=, >, >=, == or within), found nothing"),
            ("p95 response_time <", 19, "expected a value after <"),
            ("p95 response_time < 2s please", 23, "unexpected \"please\" after the objective"),
            (
                "count response_time < 2s", 0,
                "count doesn't fit response_time: expected min, mean, max or a percentile such as p95"
            ),
            ("p95 availability > 99%", 0, "p95 doesn't fit availability: it is one ratio"),
            ("max rto < 1s", 0, "max doesn't fit rto: it is one duration"),
            ("mean dropped == 0", 0, "mean doesn't fit dropped: it is one count"),
            ("p99 throughput > 1/s", 0, "p99 doesn't fit throughput: it is one rate"),
            ("availability > 99.9", 15, "\"99.9\" is not a ratio: write 99.9%, or a fraction up to 1"),
            ("availability > 200%", 15, "\"200%\" is not a ratio: a ratio is at most 100%"),
            ("availability > high", 15, "expected a ratio such as 99.9% or 0.999, found \"high\""),
            ("errors < 0.01", 9, "expected a count such as 0 or 10, found \"0.01\" (a ratio stands as 1%)"),
            ("dropped < 1%", 10, "expected a count such as 0 or 10, found \"1%\""),
            ("throughput > 50", 13, "\"50\" lacks a unit: expected a rate such as 50/s, 100/min, 10/h"),
            ("throughput > 50/d", 13, "expected a rate such as 50/s, 100/min, 10/h, found \"50/d\""),
            (
                "p95 response_time of brwose < 1s", 21,
                "no step or flow is called \"brwose\" (did you mean \"browse\"?)"
            ),
            (
                "p95 response_time of nothing < 1s", 21,
                "no step or flow is called \"nothing\" (there are: browse, home, GET /a?b=c, show-project)"
            ),
            (
                "p95 response_time of kind=raed < 1s", 21,
                "no step has the tag \"kind=raed\" (did you mean \"kind=read\"?)"
            ),
            ("iteration_time < 1s", 0, "say which iteration_time: min, mean, max or a percentile such as p95"),
            ("p95 reconnects == 0", 0, "p95 doesn't fit reconnects: it is one count"),
            ("reconnects < 1%", 13, "expected a count such as 0 or 10, found \"1%\""),
            (
                "p95 iteration_time of home < 1s", 22,
                "iteration_time is of a flow, and none is called \"home\" (there are: browse)"
            ),
            (
                "p95 iteration_time of kind=read < 1s", 22,
                "iteration_time is of a flow, and none is called \"kind=read\" (there are: browse)"
            ),
            ("p95 response_time of < 1s", 21, "expected a step, a flow or tag=value after of"),
            ("p95 response_time within 5", 25, "expected two values such as 5..20 after within, found \"5\""),
            ("p95 response_time within 2s..1s", 25, "\"2s..1s\" is empty: the first is the greater"),
            ("p95 response_time < 1s in 10s", 26, "expected \"in any\" and a duration, such as in any 10s"),
            (
                "p95 response_time < 1s in any 10", 30,
                "\"10\" lacks a unit: expected a duration such as 250ms, 10s, 5m"
            ),
            ("p95 response_time < 1s in any 0s", 30, "a window is longer than 0s"),
        ])
    func refused(text: String, offset: Int, message: String) {
        #expect(throws: GrammarError(offset: offset, message: message)) { try parse(text) }
    }

    @Test("Outside of a scenario, a selector may name anything, and a problem has its column")
    func standalone() throws {
        #expect(try Objective(parsing: "p95 response_time of anything < 1s").selector == .name("anything"))
        #expect(try Objective(parsing: "p95 response_time of a=b < 1s").selector == .tag(name: "a", value: "b"))
        let problem = Problem(
            file: "objective", line: 1, column: 13,
            message: "expected a comparison (<, <=, >, >=, == or within), found \"~\"")
        #expect(throws: problem) { try Objective(parsing: "max connect ~ 1s") }
    }
}

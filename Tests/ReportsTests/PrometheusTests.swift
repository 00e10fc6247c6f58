import Foundation
import Measures
import Testing
import VerificationKit

@testable import Reports

@Suite("Prometheus") struct PrometheusTests {
    @Test("the file of a run is valid, and its figures are the run's")
    func file() throws {
        let check = PrometheusCheck(PrometheusReport.text(of: Fixtures.result(bad: 5)))
        #expect(check.faults == [])
        let list = ["flow": "browse", "step": "list-projects"]
        #expect(check.value("loadgate_exchanges_total", list.merging(["outcome": "ok"]) { $1 }) == 950)
        #expect(check.value("loadgate_exchanges_total", list.merging(["outcome": "http_5xx"]) { $1 }) == 50)
        // A step without an exchange has its zero.
        #expect(check.value("loadgate_exchanges_total", ["step": "rare", "outcome": "ok"]) == 0)
        // 0.50, 0.51 … 1.49 ms, ten times each: 51 values are at most 1 ms, one at most 0.5 ms; their sum is 995 ms.
        func bucket(_ bound: String) -> Double? {
            check.value("loadgate_response_time_seconds_bucket", list.merging(["le": bound]) { $1 })
        }
        #expect(bucket("0.00025") == 0)
        #expect(bucket("0.0005") == 10)
        #expect(bucket("0.001") == 510)
        #expect(bucket("0.0025") == 1_000)
        #expect(bucket("+Inf") == 1_000)
        #expect(check.value("loadgate_response_time_seconds_sum", list) == 0.995)
        #expect(check.value("loadgate_verdict", ["verdict": "fail"]) == 1)
        #expect(check.value("loadgate_verdict", ["verdict": "pass"]) == 0)
        #expect(check.value("loadgate_objective_pass", ["severity": "advisory"]) == 0)
        #expect(check.value("loadgate_start_lag_p99_seconds") == 0.00002)
        #expect(check.value("loadgate_running") == 0)
    }

    @Test("hostile names stay in their quotes")
    func hostile() throws {
        let check = PrometheusCheck(PrometheusReport.text(of: Fixtures.rich))
        #expect(check.faults == [])
        #expect(check.value("loadgate_comparison_ratio", ["step": "list-projects", "measure": "p95"]) == 1.25)
        #expect(check.samples.contains { $0.labels["step"]?.contains("\"q\" 'a' | `c`") == true })
    }

    @Test("an objective that stands there twice is one series, and passes where both do")
    func twice() {
        var result = Fixtures.result()
        result.objectives.append(result.objectives[0])
        result.objectives[3].verdict = .fail
        let check = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(check.faults == [])
        #expect(check.value("loadgate_objective_pass", ["objective": result.objectives[0].objective]) == 0)
    }

    @Test("a thousand steps make two hundred series, and no exchange is lost")
    func bounded() {
        var result = Fixtures.result()
        let step = result.steps["list-projects"]
        result.steps = [:]
        for number in 0..<1_000 {
            result.steps["step \(number)"] = step
            result.steps["step \(number)"]?.number = number
        }
        let check = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(check.faults == [])
        let exchanges = check.samples.filter { $0.name == "loadgate_exchanges_total" }
        #expect(exchanges.count == 200)
        #expect(exchanges.reduce(0) { $0 + $1.value } == 1_000_000)
        #expect(check.value("loadgate_response_time_seconds_count", ["step": "_other"]) == 801_000)
    }

    @Test("live figures add up the seconds so far")
    func live() throws {
        var metrics = RunMetrics(ProgressHeader(scenario: Fixtures.scenario, info: Fixtures.info, reactors: 2))
        #expect(PrometheusCheck(metrics.text).faults == [])
        var load = MeasuredLoad()
        for second in 1...3 {
            load.length = Span(seconds: Double(second))
            metrics.take(Fixtures.second(bad: 1), load: load)
        }
        let check = PrometheusCheck(metrics.text)
        #expect(check.faults == [])
        #expect(check.value("loadgate_running") == 1)
        #expect(check.value("loadgate_users") == 3)
        #expect(check.value("loadgate_measured_seconds") == 3)
        #expect(check.value("loadgate_started_total") == 300)
        #expect(check.value("loadgate_exchanges_total", ["step": "list-projects", "outcome": "ok"]) == 297)
        #expect(check.value("loadgate_response_time_seconds_count", ["step": "show-project"]) == 30)
        // What a scraper follows from second to second is what stands in the file at the end.
        let names = Set(check.types.keys)
        let file = Set(PrometheusCheck(PrometheusReport.text(of: Fixtures.result())).types.keys)
        #expect(names.subtracting(file) == ["loadgate_users"])
        metrics.endLoad()
        #expect(PrometheusCheck(metrics.text).value("loadgate_running") == 0)
    }
}

import Fetch
import Measures
import Testing
import VerificationKit

@testable import Push
@testable import Reports

@Suite("InfluxDB's line protocol") struct InfluxLineTests {
    private func lines(_ snapshot: PushSnapshot) -> LineCheck {
        LineCheck(String(decoding: InfluxFormat().message(snapshot), as: UTF8.self))
    }

    @Test("a second is told by what happened in it")
    func second() {
        let check = lines(PushFixtures.snapshot(seconds: 3))
        #expect(check.faults == [])
        #expect(Set(check.lines.map(\.time)) == [PushFixtures.start + 3_000_000_000])
        let list = ["scenario": "sign off", "run_id": PushFixtures.id, "flow": "browse", "step": "list"]
        #expect(check.value("loadgate_exchanges", list.merging(["outcome": "ok"]) { $1 }) == "95i")
        #expect(check.value("loadgate_exchanges", list.merging(["outcome": "http_5xx"]) { $1 }) == "5i")
        #expect(check.value("loadgate_exchanges", ["step": "rare"]) == "0i")
        #expect(check.value("loadgate_received", list) == "10000i")
        #expect(check.value("loadgate_users") == "3.0")
        #expect(check.value("loadgate_measured") == "3.0")
        #expect(check.value("loadgate_probe", ["probe": "queue"]) == "7.5")
        // 0.50, 0.51 … 1.49 ms.
        let fields = [
            "count": "100i", "sum": "0.0995", "min": "0.0005", "p50": "0.00099", "p90": "0.00139", "p95": "0.00144",
            "p99": "0.00148", "max": "0.00149",
        ]
        for (field, value) in fields {
            #expect(check.value("loadgate_response_time", list, field) == value, "\(field)")
        }
    }

    @Test("at the end the totals are told, in measurements named as the Prometheus metrics")
    func end() {
        let result = PushFixtures.result
        let check = lines(
            PushSnapshot(run: PushFixtures.run, start: 0, end: 5, content: .end(MetricSet(result))))
        #expect(check.faults == [])
        #expect(check.value("loadgate_exchanges_total", ["step": "list", "outcome": "ok"]) == "950i")
        #expect(check.value("loadgate_verdict", ["verdict": result.verdict.rawValue]) == "1.0")
        #expect(check.value("loadgate_response_time_seconds", ["step": "list"], "count") == "1000i")
        #expect(check.value("loadgate_response_time_seconds", ["step": "list"], "sum") == "0.995")
        #expect(Set(check.lines.map(\.measurement)).isSubset(of: Set(Metric.all.map(\.prometheusName))))
    }

    @Test("no name breaks a line, and none becomes another one's")
    func hostile() {
        let names = [
            "a b,c=d", "tail\\", "\\", "a\\,b", "a\nb", "a b", "a\r\nb", "\"quoted\" 'q'", "#x", "ü漢🔑\u{301}",
            "\u{0}\u{7f}",
            ", =", "=", "x value=1i 1\nevil,y=z value=1i 1",
        ]
        var seen: Set<String> = []
        for name in names {
            let check = lines(PushFixtures.snapshot(seconds: 1, step: name))
            #expect(check.faults == [], "\(name)")
            #expect(!check.lines.contains { $0.measurement.contains("evil") })
            let steps = Set(check.lines.compactMap { $0.tags["step"] }).subtracting(["rare"])
            #expect(steps.count == 1, "\(name)")
            #expect(seen.isDisjoint(with: steps), "\(name)")
            seen.formUnion(steps)
        }
        #expect(seen.contains("a b,c=d"))
        #expect(seen.contains("ü漢🔑\u{301}"))
        #expect(seen.contains("a\u{240A}b"))
        #expect(seen.contains("tail\u{FF3C}"))
    }

    @Test("what InfluxDB 1 and 2 answer is understood")
    func answers() {
        func reception(_ status: Int, _ body: String = "") -> Reception {
            InfluxFormat().reception(of: FetchAnswer(status: status, fields: [], body: Array(body.utf8)))
        }
        #expect(reception(204) == .taken)
        #expect(
            reception(400, #"{"error":"partial write: field type conflict"}"#)
                == .refused(reason: "status 400: partial write: field type conflict"))
        #expect(
            reception(401, #"{"code":"unauthorized","message":"unauthorized access"}"#)
                == .refused(reason: "status 401: unauthorized access"))
        #expect(
            reception(404, #"{"error":"database not found: \"x\""}"#)
                == .refused(reason: #"status 404: database not found: "x""#))
        #expect(reception(503, #"{"error":"timeout"}"#) == .later(after: nil, reason: "status 503: timeout"))
        let long = reception(500, "{\"error\":\"\(String(repeating: "x", count: 9_999))\"}")
        #expect(long == .refused(reason: "status 500: \(String(repeating: "x", count: 200))…"))
    }
}

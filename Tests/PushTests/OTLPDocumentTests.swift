import Fetch
import Foundation
import Measures
import Testing
import VerificationKit

@testable import Push
@testable import Reports

@Suite("OpenTelemetry metrics as JSON") struct OTLPDocumentTests {
    private typealias Members = [String: Any]

    private func document(_ snapshot: PushSnapshot) throws -> Members {
        let bytes = OTLPFormat().message(snapshot)
        return try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? Members)
    }

    private func metrics(_ document: Members) throws -> [String: Members] {
        let resources = try #require(document["resourceMetrics"] as? [Members])
        #expect(resources.count == 1)
        let scopes = try #require(resources[0]["scopeMetrics"] as? [Members])
        let list = try #require(scopes[0]["metrics"] as? [Members])
        return Dictionary(list.map { ($0["name"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func attributes(_ object: Members) -> [String: String] {
        let list = object["attributes"] as? [Members] ?? []
        return Dictionary(
            list.map { ($0["key"] as? String ?? "", ($0["value"] as? Members)?["stringValue"] as? String ?? "") },
            uniquingKeysWith: { _, last in last })
    }

    private func points(_ metric: Members?, _ kind: String) throws -> [Members] {
        let body = try #require(metric?[kind] as? Members)
        if kind != "gauge" { #expect(body["aggregationTemporality"] as? Int == 2) }
        #expect(body["isMonotonic"] as? Bool == (kind == "sum" ? true : nil))
        return try #require(body["dataPoints"] as? [Members])
    }

    @Test("sums and distributions are totals since the beginning, whole numbers are texts")
    func second() throws {
        let document = try document(PushFixtures.snapshot(seconds: 3))
        let resources = try #require(document["resourceMetrics"] as? [Members])
        let resource = attributes(try #require(resources[0]["resource"] as? Members))
        #expect(
            resource == [
                "service.name": "loadgate", "service.version": "0.1.0", "service.instance.id": PushFixtures.id,
            ])
        let metrics = try metrics(document)
        let exchanges = try points(metrics["loadgate.exchanges"], "sum")
        let failed = try #require(exchanges.first { attributes($0)["outcome"] == "http_5xx" })
        #expect(
            attributes(failed) == [
                "scenario": "sign off", "flow": "browse", "step": "list", "outcome": "http_5xx",
            ])
        // Five a second.
        #expect(failed["asInt"] as? String == "15")
        #expect(failed["startTimeUnixNano"] as? String == "1769860800000000000")
        #expect(failed["timeUnixNano"] as? String == "1769860803000000000")
        let received = try points(metrics["loadgate.received"], "sum")
        #expect(metrics["loadgate.received"]?["unit"] as? String == "By")
        #expect(received.first { attributes($0)["step"] == "list" }?["asInt"] as? String == "30000")
        let users = try points(metrics["loadgate.users"], "gauge")
        #expect(users[0]["asInt"] as? String == "3")
        #expect(users[0]["startTimeUnixNano"] == nil)
        #expect(try points(metrics["loadgate.probe"], "gauge")[0]["asDouble"] as? Double == 7.5)
    }

    @Test("a distribution has the run's own counts, and each latency in one bucket")
    func distribution() throws {
        let metrics = try metrics(document(PushFixtures.snapshot(seconds: 2)))
        #expect(metrics["loadgate.response_time"]?["unit"] as? String == "s")
        let points = try points(metrics["loadgate.response_time"], "histogram")
        #expect(points.count == 1)
        #expect(points[0]["count"] as? String == "200")
        // 0.50, 0.51 … 1.49 ms, twice: 2 × 99.5 ms.
        #expect(points[0]["sum"] as? Double == 0.199)
        #expect(points[0]["min"] as? Double == 0.0005)
        #expect(points[0]["max"] as? Double == 0.00149)
        let bounds = try #require(points[0]["explicitBounds"] as? [Double])
        #expect(Array(bounds.prefix(5)) == [0.0001, 0.00025, 0.0005, 0.001, 0.0025])
        let counts = try #require(points[0]["bucketCounts"] as? [String])
        #expect(counts.count == bounds.count + 1)
        // 0.50 alone; 0.51 … 1.00; 1.01 … 1.49.
        #expect(Array(counts.prefix(6)) == ["0", "0", "2", "100", "98", "0"])
    }

    @Test("at the end it tells what the run came to, with the names that it had before")
    func end() throws {
        let result = PushFixtures.result
        let snapshot = PushSnapshot(
            run: PushFixtures.run, start: PushFixtures.start, end: PushFixtures.start + 10,
            content: .end(MetricSet(result)))
        let metrics = try metrics(document(snapshot))
        let verdicts = try points(metrics["loadgate.verdict"], "gauge")
        for verdict in verdicts {
            let isOwn = attributes(verdict)["verdict"] == result.verdict.rawValue
            #expect(verdict["asInt"] as? String == (isOwn ? "1" : "0"))
        }
        let exchanges = try points(metrics["loadgate.exchanges"], "sum")
        #expect(exchanges.first { attributes($0)["outcome"] == "http_5xx" }?["asInt"] as? String == "50")
        #expect(try points(metrics["loadgate.response_time"], "histogram")[0]["count"] as? String == "1000")
        #expect(try points(metrics["loadgate.running"], "gauge")[0]["asInt"] as? String == "0")
    }

    @Test("hostile names stay in their quotes")
    func hostile() throws {
        let name = "a\"b\\c\u{0}\u{1b}[31m\n=,{ü漢🔑\u{301}"
        let metrics = try metrics(document(PushFixtures.snapshot(seconds: 1, step: name)))
        let exchanges = try points(metrics["loadgate.exchanges"], "sum")
        #expect(exchanges.contains { attributes($0)["step"] == name })
    }

    @Test("a number that JSON has not is left out, and the document stays whole")
    func numbers() throws {
        var metrics = MetricSet()
        metrics.add(.probe) { family in
            family.add(.infinity, [("probe", "a")])
            family.add(.nan, [("probe", "b")])
            family.add(1.5, [("probe", "c")])
            family.add(UInt64.max, [("probe", "d")])
        }
        let snapshot = PushSnapshot(run: PushFixtures.run, start: 0, end: 1, content: .end(metrics))
        let points = try points(self.metrics(document(snapshot))["loadgate.probe"], "gauge")
        #expect(points.map { attributes($0)["probe"] } == ["c", "d"])
        #expect(points[1]["asInt"] as? String == "9223372036854775807")
    }

    @Test("what a receiver answers is understood")
    func answers() {
        func reception(_ status: Int, _ body: String = "", _ fields: [HeaderLine] = []) -> Reception {
            OTLPFormat().reception(of: FetchAnswer(status: status, fields: fields, body: Array(body.utf8)))
        }
        #expect(reception(200) == .taken)
        #expect(reception(200, "{}") == .taken)
        #expect(reception(200, #"{"partialSuccess":{}}"#) == .taken)
        #expect(reception(200, "\u{a}\u{2}\u{8}\u{1}") == .taken)
        #expect(
            reception(200, #"{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too  old\n"}}"#)
                == .partly(rejected: 3, reason: "too old"))
        #expect(
            reception(200, #"{"partialSuccess":{"rejectedDataPoints":3}}"#)
                == .partly(rejected: 3, reason: "3 points were rejected"))
        #expect(
            reception(200, #"{"partialSuccess":{"errorMessage":"deprecated"}}"#)
                == .partly(rejected: 0, reason: "deprecated"))
        #expect(
            reception(400, #"{"code":3,"message":"bad data"}"#) == .refused(reason: "status 400: bad data"))
        #expect(reception(404, "<html>") == .refused(reason: "status 404"))
        #expect(reception(307) == .refused(reason: "status 307: a redirect is not followed"))
        for status in [429, 502, 503, 504] {
            #expect(reception(status) == .later(after: nil, reason: "status \(status)"))
        }
        #expect(
            reception(429, "", [HeaderLine("retry-after", "7")])
                == .later(after: Span(seconds: 7), reason: "status 429"))
        #expect(
            reception(503, "", [HeaderLine("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")])
                == .later(after: .zero, reason: "status 503"))
        #expect(reception(503, "", [HeaderLine("Retry-After", "soon")]) == .later(after: nil, reason: "status 503"))
    }
}

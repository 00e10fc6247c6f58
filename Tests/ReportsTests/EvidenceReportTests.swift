import Foundation
import Measures
import Scenarios
import Testing

@testable import Reports

@Suite("Exchanges that were kept whole, in each report") struct EvidenceReportTests {
    private static func evidence(_ kind: ExchangeEvidence.Kind, _ number: Int, _ text: String = "it's <b>")
        -> ExchangeEvidence
    {
        var one = ExchangeEvidence(
            kind: kind, step: 0, outcome: kind == .slow ? .ok : .http5xx, intended: Span(seconds: Double(number)),
            finished: Span(seconds: Double(number) + 0.25))
        one.reason = kind == .slow ? nil : "status 503"
        one.started = Span(seconds: Double(number) + 0.001)
        one.connection = 7
        one.connectionAge = Span(seconds: 2)
        one.address = "127.0.0.1:8080"
        one.request = "GET /\(number) HTTP/1.1\nHost: x\nX-A: \(text)"
        one.status = 503
        one.head = "HTTP/1.1 503 Busy\nX-B: \(text)"
        one.body = kind == .slow ? nil : text
        one.curl = "curl -sS -i 'http://127.0.0.1:8080/\(number)'"
        one.variables = ["TOKEN"]
        one.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
        return one
    }

    private static func result(_ evidence: [ExchangeEvidence]) throws -> RunResult {
        let text = """
            name: a
            target: http://127.0.0.1:1
            trace_url: "https://traces.example/${trace.id}"
            flows: {a: {steps: [{get: /}]}}
            load: [{users: 1, for: 1s}]
            """
        let traceURL = try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(text, file: "s.yaml").traceURL
        return Fixtures.result(bad: 5) { scenario, measurement in
            scenario.traceURL = traceURL
            measurement.evidence = evidence
        }
    }

    @Test("failures.jsonl has a line for each, which reads back; result.json counts them and names their traces")
    func file() throws {
        let result = try Self.result([Self.evidence(.failed, 1), Self.evidence(.failed, 2), Self.evidence(.slow, 3)])
        try Fixtures.withFolder { folder in
            #expect(ReportFiles.write(of: result, into: folder).isEmpty)
            #expect(FailuresFile.exchanges(in: folder) == result.keptExchanges)
            try ResultFile.write(result, to: folder + "/result.json")
            let read = try ResultFile.read(folder + "/result.json")
            #expect(read.keptExchanges.isEmpty)
            #expect(read.evidence == result.evidence)
            // Five failed by the fixture's counts, two are kept.
            #expect(read.evidence?.failed == 2 && read.evidence?.slow == 1)
            #expect(read.evidence?.leftOut == (result.bad - 2))
            #expect(read.evidence?.traces?.count == 3)
            #expect(read.evidence?.traces?.first?.url == "https://traces.example/4bf92f3577b34da6a3ce929d0e0e4736")
        }
    }

    @Test("Where there is nothing to show there is no file, and none of an earlier run stays")
    func nothing() throws {
        try Fixtures.withFolder { folder in
            let (some, none) = (try Self.result([Self.evidence(.failed, 1)]), try Self.result([]))
            #expect(ReportFiles.write(of: some, into: folder).isEmpty)
            #expect(FileManager.default.fileExists(atPath: folder + "/failures.jsonl"))
            #expect(ReportFiles.write(of: none, into: folder).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder + "/failures.jsonl"))
        }
    }

    @Test("The page folds each, with a link to its trace; no text acts")
    func page() throws {
        let result = try Self.result([Self.evidence(.failed, 1, Fixtures.hostile), Self.evidence(.slow, 3)])
        let page = HTMLReport.text(of: result)
        #expect(page.contains("What failed, exchange by exchange"))
        #expect(page.contains("<a href=\"https://traces.example/4bf92f3577b34da6a3ce929d0e0e4736\""))
        #expect(page.contains("curl -sS -i &#39;http://127.0.0.1:8080/1&#39;"))
        // A slow one is not to be repeated.
        #expect(!page.contains("http://127.0.0.1:8080/3&#39;"))
        #expect(!page.contains("<b>&amp;"))
    }

    @Test("A link that is none of the web is no link")
    func link() throws {
        var result = try Self.result([Self.evidence(.failed, 1)])
        result.keptExchanges[0].traceURL = "javascript:alert(1)"
        #expect(!HTMLReport.text(of: result).contains("javascript:alert"))
        #expect(!MarkdownReport.text(of: result).contains("javascript:alert"))
    }

    @Test("The terminal shows the first with its command, whole; JUnit ten, Markdown three")
    func others() throws {
        let result = try Self.result((1...12).map { Self.evidence(.failed, $0) })
        let summary = TerminalSummary(result, width: 80).text()
        #expect(
            summary.contains(
                "The first that failed\n  list-projects: http_5xx: status 503, at 1.250 s, after 250.0 ms\n"))
        #expect(summary.contains("\n    127.0.0.1:8080, connection 7 (2.000 s old)\n"))
        #expect(summary.contains("\n    give a value first to TOKEN\n  curl -sS -i 'http://127.0.0.1:8080/1'\n"))
        #expect(summary.contains("all 12 that were kept, whole: failures.jsonl"))
        let junit = JUnitReport.text(of: result)
        #expect(junit.components(separatedBy: "curl -sS").count == 11)
        let markdown = MarkdownReport.text(of: result)
        #expect(markdown.components(separatedBy: "curl -sS").count == 4)
        #expect(markdown.contains("[4bf92f3577b34da6a3ce929d0e0e4736](<https://traces.example/"))
    }

    @Test("Another step's failures are shown before one's many")
    func order() throws {
        var other = Self.evidence(.failed, 9)
        other.step = 1
        let result = try Self.result([Self.evidence(.failed, 1), Self.evidence(.failed, 2), other])
        #expect(result.failedExchanges.map(\.at) == [1.25, 9.25, 2.25])
    }
}

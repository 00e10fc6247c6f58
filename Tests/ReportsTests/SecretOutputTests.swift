import Foundation
import Measures
import Objectives
import RateLimitVerification
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Reports

@Suite("Secrets in outputs")
struct SecretOutputTests {
    private static let alphabets = [
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "abcXYZ0189\"'/\\&<>%+=|,;`$*",
        "aäöüßéλЖ漢字🔑019",
        "0123456789abcdef",
    ]

    /// Random secrets in random codings, cut off at random, in every place of a result that may hold what a server, a command or
    /// a file said; then every writer, and what they wrote decoded and searched.
    @Test(
        "No writer shows a piece of a secret, in whatever coding it came and wherever it was cut off",
        arguments: alphabets)
    func outputs(_ alphabet: String) throws {
        var random = SeededRandom(seed: 7)
        for length in [16, 38, 200] {
            let letters = Array(alphabet)
            let secret = "q" + String((0..<length).map { _ in letters.randomElement(using: &random) ?? "x" }) + "z"
            func text() -> String {
                let coding = SecretCoding.all.randomElement(using: &random) ?? SecretCoding.all[0]
                let coded = Array(coding.encode(secret))
                let start = Bool.random(using: &random) ? 0 : Int.random(in: 0..<coded.count, using: &random)
                let end =
                    Bool.random(using: &random) ? coded.count : Int.random(in: start...coded.count, using: &random)
                return "said: " + String(coded[start..<end]) + (end < coded.count ? "…" : " | \"quoted\"")
            }
            let result = Self.result(secret, text)
            let search = SecretSearch(["secret": secret])
            try Fixtures.withFolder { folder in
                try ResultFile.write(result, to: folder + "/result.json")
                #expect(ReportFiles.write(of: result, into: folder).isEmpty)
                var outputs = [
                    "terminal": TerminalSummary(result, style: .colour, width: 80, isDetailed: true).text(
                        reportPath: "x"),
                    "progress": try Self.progress(secret, text, folder),
                ]
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                    outputs[name] = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
                }
                #expect(outputs.count >= 8)
                for (name, output) in outputs {
                    #expect(search.findings(in: Array(output.utf8)) == [], "\(secret) in \(name)")
                }
                #expect(outputs["result.json"]?.contains("${env:S}") == true)
            }
        }
    }

    private static func scenario(_ secret: String, _ text: () -> String) -> Scenario {
        var scenario = Fixtures.scenario
        scenario.secrets.add(secret, shown: "${env:S}")
        scenario.secrets.prepare()
        scenario.description = text()
        scenario.objectives[0].section = text()
        scenario.objectives[0].criterion = text()
        return scenario
    }

    private static func measurement(_ text: () -> String) -> RunMeasurement {
        var measurement = Fixtures.measurement(bad: 3)
        Fixtures.enrich(&measurement)
        measurement.examples[0] = (0..<5).map { _ in text() }
        for message in measurement.examples[0] { measurement.excerpts[0][message] = text() }
        for index in measurement.wrongAnswers[0].indices {
            measurement.wrongAnswers[0][index].input = text()
            measurement.wrongAnswers[0][index].expected = text()
            measurement.wrongAnswers[0][index].observed = text()
        }
        for kind in ExchangeEvidence.Kind.allCases {
            var one = ExchangeEvidence(
                kind: kind, step: 0, outcome: kind == .slow ? .ok : .http5xx, intended: .zero,
                finished: Span(seconds: 1))
            (one.reason, one.request, one.head, one.body) = (text(), text(), text(), text())
            (one.bodyNote, one.lastURL, one.curl) = (text(), text(), text())
            measurement.evidence.append(one)
        }
        return measurement
    }

    private static func result(_ secret: String, _ text: () -> String) -> RunResult {
        var scenario = scenario(secret, text)
        var declared = DeclaredVerification(
            name: "api",
            rule: RateLimitRule(
                request: VerifiedRequest(url: Text("/api")), limit: 100, window: .seconds(60)))
        declared.criterion = text()
        scenario.verifications = [declared]
        let report = VerificationReport(
            kind: "rate_limit", name: "api",
            findings: [
                VerificationFinding(
                    check: "limit", verdict: .fail, expected: text(), observed: text(), evidence: text(),
                    exhibits: [
                        Exhibit(
                            request: text(), answer: text(), sent: Span(nanoseconds: 1), received: Span(nanoseconds: 2))
                    ])
            ])
        var series = ProbeSeries(name: "probe", every: Span(seconds: 1))
        for second in 0..<3 {
            let asked = Span(seconds: Double(second))
            series.append(
                ProbeSample(asked: asked, answered: asked, reading: .failed(text())), skipped: 0)
        }
        let measurement = measurement(text)
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario), probes: [series],
            verifications: [report], endedServices: [text()])
        var info = Fixtures.info
        info.scenarioText = text()
        info.target = text()
        return RunResult(
            scenario: scenario, measurement: measurement, judgement: judgement, probes: [series], info: info)
    }

    private static func progress(_ secret: String, _ text: () -> String, _ folder: String) throws -> String {
        let scenario = scenario(secret, text)
        var info = Fixtures.info
        info.scenarioText = text()
        let path = folder + "/progress.jsonl"
        let log = try ProgressLog(path: path, header: ProgressHeader(scenario: scenario, info: info, reactors: 1))
        try log.append(ProgressEnd(measurement(text), redact: scenario.secrets.redact))
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}

import Measures
import Scenarios
import Testing

@testable import InputVerification
@testable import VerificationKit

/// A scenario with one `input:` entry, and what it is run against.
struct InputScenario {
    static let json = "{area: 10, coats: 2}"
    static let valid = Array(#"{"area":10,"coats":2}"#.utf8)

    let scenario: Scenario
    let rule: InputRule

    /// `keys`: lines of the entry besides its request.
    init(
        json: String = Self.json, post: String = "/api/v1/calculate", _ keys: String..., target: String? = nil,
        before: String = "description: none", environment: [String: String] = [:]
    ) throws {
        // Ten megabytes take seconds without the optimiser.
        let size = keys.contains { $0.hasPrefix("size:") } ? [] : ["size: 64KiB"]
        let lines = (["post: \(post)", "json: \(json)"] + size + keys).map { "      \($0)" }.joined(separator: "\n")
        let text = """
            name: hostile
            target: http://127.0.0.1:8080
            \(before)
            flows: {main: {steps: [{name: home, get: /}]}}
            load: [{users: 1, for: 1s}]
            verify:
              - input:
            \(lines)
            """
        scenario = try ScenarioReader(environment: environment, kinds: .of(InputRule.self)).read(
            text, file: "s.yaml", target: target)
        guard let rule = scenario.verifications.first?.rule as? InputRule else {
            throw InvalidScenario(problems: [])
        }
        self.rule = rule
    }

    var course: InputCourse { InputCourse(rule, name: "input", in: scenario) }
    var cases: [HostileCase] { HostileDerivation(rule).cases() }

    /// The bodies of a kind, as text.
    func bodies(_ kind: InputKind) -> [String] {
        let tree = JSONTree(rule.body, number: 0, user: nil)
        return cases.filter { $0.kind == kind }.map { String(decoding: $0.body(tree), as: UTF8.self) }
    }

    /// What a simulated server answers.
    struct Answer {
        var status = 400
        var type: String? = "application/json"
        var body = #"{"error":"the body is not valid"}"#
        var outcome = Outcome.ok
        var fields: [HeaderLine] = []

        /// The endpoint's answer to the valid body.
        static let good = Answer(status: 200, body: #"{"total":196.0,"elapsed_ms":0.1}"#)
        static let refusal = Answer()
        static let silence = Answer(status: 0, outcome: .responseTimeout)
        static let cut = Answer(status: 0, outcome: .closedEarly)
    }

    /// What was sent, and what it came to.
    struct Run {
        var report: VerificationReport
        var requests: [PlannedExchange] = []
        var waited = Span.zero

        /// The finding of a check.
        func finding(_ check: String) throws -> VerificationFinding {
            try #require(report.findings.first { $0.check == check })
        }

        /// The findings that are not right, `severity check verdict` each.
        var problems: [String] {
            report.findings.filter { $0.verdict != .pass && !($0.verdict == .noData && $0.severity == .advisory) }
                .map { "\($0.severity) \($0.check) \($0.verdict)" }
        }
    }

    /// Runs the course against a function, whose parameters are the request and its number.
    func run(atMost bound: Int = 5_000, _ answer: (PlannedExchange, Int) -> Answer) -> Run {
        var course = course
        var run = Run(report: course.report())
        var now = Instant(nanoseconds: 1_000_000_000)
        while run.requests.count < bound, let action = course.nextAction() {
            switch action {
            case .wait(let span, _):
                now = now + span
                run.waited = run.waited + span
                course.take([])
            case .read: Issue.record("nothing is to be read")
            case .send(let batch, _):
                let observed = batch.map { planned in
                    let answer = answer(planned, run.requests.count)
                    run.requests.append(planned)
                    let sent = now
                    now = now + (answer.outcome == .responseTimeout ? planned.timeout : Span(nanoseconds: 2_000_000))
                    var observed = ObservedExchange(
                        planned: planned, sent: sent, received: now, outcome: answer.outcome)
                    observed.status = answer.status
                    observed.fields = answer.fields
                    if let type = answer.type { observed.fields.append(HeaderLine("Content-Type", type)) }
                    observed.body = Array(answer.body.utf8)
                    observed.bodyLength = observed.body.count
                    return observed
                }
                course.take(observed)
            }
        }
        run.report = course.report()
        return run
    }

    /// Whether it is the valid request, or the valid body in chunks, which is as valid.
    static func isValid(_ request: PlannedExchange) -> Bool {
        let isJSON = request.fields.values("Content-Type") == ["application/json"]
        return isJSON
            && (request.body == valid
                || request.body == Array("7\r\n{\"area\"\r\n7\r\n:10,\"co\r\n7\r\nats\":2}\r\n0\r\n\r\n".utf8))
    }

    /// A server that knows one valid body and refuses all else.
    static func strict(_ request: PlannedExchange, _: Int) -> Answer { isValid(request) ? .good : .refusal }

    /// Such a server with one weakness: requests whose bodies hold a text are answered otherwise.
    func run(where text: String, _ answer: Answer) -> Run {
        run { request, number in
            !Self.isValid(request) && request.body.contains(text) ? answer : Self.strict(request, number)
        }
    }
}

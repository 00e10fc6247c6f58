import Foundation
import Measures
import Scenarios

@testable import BrowserVerification
@testable import VerificationKit

/// Answers and servers of the tests' own making: values, no sockets.
enum BrowserFixtures {
    /// What a browser sees of an answer with these fields, a line each: `Name: value`.
    static func answer(
        _ fields: String, status: Int = 200, method: String = "GET", target: String = "/", isSecure: Bool = true,
        body: String = "<p>", for purpose: BrowserAnswer.Purpose = .look
    ) -> BrowserAnswer {
        var planned = PlannedExchange(
            isSecure: isSecure, host: "paintbox.example", port: isSecure ? 443 : 80, method: method, target: target)
        planned.fields = [HeaderLine("Authorization", "Bearer secret")]
        return BrowserAnswer(observed(planned, status: status, fields: lines(fields), body: body), for: purpose)
    }

    static func lines(_ fields: String) -> [HeaderLine] {
        fields.split(separator: "\n").map { line in
            let pieces = line.split(separator: ":", maxSplits: 1).map(String.init)
            return HeaderLine(pieces[0], pieces.count == 2 ? pieces[1].trimmingCharacters(in: .whitespaces) : "")
        }
    }

    static func observed(
        _ planned: PlannedExchange, status: Int, fields: [HeaderLine], body: String = ""
    ) -> ObservedExchange {
        var observed = ObservedExchange(
            planned: planned, sent: Instant(nanoseconds: 1_000_000), received: Instant(nanoseconds: 2_000_000),
            outcome: status == 0 ? .refused : .ok)
        observed.status = status
        observed.fields = fields
        observed.body = Array(body.utf8)
        observed.bodyLength = observed.body.count
        return observed
    }

    static func maker(target: String = "https://paintbox.example", identities: Int? = nil) -> RequestMaker {
        var scenario = Scenario(name: "s", target: Text(target), flows: [], load: [])
        scenario.identities = identities.map {
            Identities(count: $0, header: "X-API-Key", value: Text(pieces: [.literal("client-"), .variable(.user)]))
        }
        return RequestMaker(scenario)
    }

    /// Carries a course out with a server that is a function.
    static func run(
        _ course: some VerificationCourse, _ server: (PlannedExchange) -> ObservedExchange
    ) -> (report: VerificationReport, sent: [PlannedExchange]) {
        var course = course
        var sent: [PlannedExchange] = []
        var actions = 0
        while actions < 10_000, let action = course.nextAction() {
            actions += 1
            guard case .send(let batch, _) = action else { continue }
            sent += batch
            course.take(batch.map(server))
        }
        return (course.report(), sent)
    }
}

extension VerificationReport {
    subscript(check: String) -> VerificationFinding? { findings.first { $0.check == check } }

    /// The checks that failed, hard ones first named.
    func failed(_ severity: Objective.Severity = .hard) -> [String] {
        findings.filter { $0.verdict == .fail && $0.severity == severity }.map(\.check)
    }
}

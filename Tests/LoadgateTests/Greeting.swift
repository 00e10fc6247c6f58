import Loadgate
import Measures
import Scenarios
import VerificationKit

/// A kind of verification from outside the product: a service greets whoever asks.
struct Greeting: Verification {
    static let kind = "greeting"
    static let summary = "A service greets whoever asks."

    struct Keys: KeyGroup {
        static let about = GroupAbout("greeting", "A service that greets")
        let request = Included(VerifiedRequestKeys())
        let says = Key("says", .text, "What the answer begins with.", required: true)
    }

    var request: VerifiedRequest
    var says: String

    init?(_ keys: KeyValues<Keys>, _ reading: Reading, _ context: VerifyContext) {
        guard let request = reading.request(keys.request), let says = keys.says?.constant else { return nil }
        self.request = request
        self.says = says
    }

    var namedRequests: [VerifiedRequest] { [request] }

    func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(
            work.maker.exchange(request, number: 0).map {
                GreetingCourse(name: work.declared.name, says: says, asked: $0)
            })
    }
}

/// Asks once, and looks at the answer.
struct GreetingCourse: VerificationCourse {
    let name: String
    let says: String
    let asked: PlannedExchange
    var observed: ObservedExchange?
    var isAsked = false

    var plan: VerificationPlan { VerificationPlan(parts: ["one request"], exchanges: 1, duration: Span(seconds: 1)) }

    mutating func nextAction() -> VerificationAction? {
        defer { isAsked = true }
        return isAsked ? nil : .send([asked], purpose: "asking once")
    }

    mutating func take(_ observed: [ObservedExchange]) { self.observed = observed.first }

    func report() -> VerificationReport {
        let body = observed.map { String(decoding: $0.body, as: UTF8.self) }
        let verdict: Verdict = body.map { $0.hasPrefix(says) ? .pass : .fail } ?? .inconclusive
        return VerificationReport(
            kind: Greeting.kind, name: name,
            findings: [
                VerificationFinding(
                    check: "greets", verdict: verdict, expected: says, observed: body ?? "no answer", evidence: "")
            ])
    }
}

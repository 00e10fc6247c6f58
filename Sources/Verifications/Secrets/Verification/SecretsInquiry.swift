import Foundation
import Measures
import Scenarios

/// Asks the manager about each secret of a rule.
struct SecretsInquiry {
    let rule: SecretRule
    let client: SecretsManagerClient
    let shouldStop: @Sendable () -> Bool

    /// What was seen, in the order of the rule, and how many calls it took.
    func run() -> (observations: [SecretObservation], calls: Int) {
        let clock = ContinuousClock()
        let began = clock.now
        var calls = 0
        let observations = rule.names.map { name in
            let sent = Span(clock.now - began)
            var observation = SecretObservation(name: name, result: .failure(AWSFailure(.unreachable, "interrupted")))
            if !shouldStop() { calls += observe(&observation) }
            observation.sent = sent
            observation.received = Span(clock.now - began)
            return observation
        }
        return (observations, calls)
    }

    /// How many calls it took.
    private func observe(_ observation: inout SecretObservation) -> Int {
        let name = observation.name
        do throws(AWSFailure) {
            // The value lives in this scope only.
            observation.result = .success(SecretFacts(try client.secret(name), asked: rule.fields[name] ?? []))
            guard rule.maxAge != nil else { return 1 }
            // Whether it is renewed by itself is a hint only: without the right to ask, it is not given.
            observation.rotates = (try? client.description(name))?.rotates
            return 2
        } catch {
            observation.result = .failure(error)
            guard error.kind == .scheduledForDeletion else { return 1 }
            observation.deletion = (try? client.description(name))?.deletion
            return 2
        }
    }
}

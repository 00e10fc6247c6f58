import Scenarios
import VerificationKit

/// What the hostile requests of one kind came to.
struct KindTally {
    private let results: [HostileResult]
    private let cases: [HostileCase]
    /// How many were not sent.
    let missing: Int

    init(_ results: [HostileResult], cases: [HostileCase], sent count: Int) {
        self.results = results
        self.cases = cases
        missing = count - results.count
    }

    func count(_ outcome: HostileResult.Outcome) -> Int { results.count { $0.outcome == outcome } }

    /// How much a result counts: 3 it is wrong, 2 it says too little, 1 it may be wrong, 0 it is right.
    private func weight(_ result: HostileResult) -> Int {
        switch result.outcome {
        case .refused: 0
        case .serverError, .otherStatus, .timedOut: 3
        // Who closes before it has all of a large body has protected itself; nobody can tell that from a crash.
        case .cutOff: result.isLarge ? 2 : 3
        case .limited: 2
        case .accepted:
            switch cases[result.number].acceptance {
            case .free: 0
            case .tolerated: 1
            case .refused: 3
            }
        }
    }

    /// The results that are not right, the worst first.
    var telling: [HostileResult] {
        [3, 2, 1].flatMap { wanted in results.filter { weight($0) == wanted } }
    }

    /// How many were accepted although they must be refused.
    var wronglyAccepted: Int { results.count { $0.outcome == .accepted && weight($0) == 3 } }

    /// How many were accepted that others may well accept.
    var tolerated: Int { results.count { weight($0) == 1 } }

    /// How many large bodies ended with the connection.
    var closedOnLarge: Int { results.count { $0.outcome == .cutOff && weight($0) == 2 } }

    private var worst: Int { results.map(weight).max() ?? 0 }

    var verdict: Verdict {
        if worst == 3 { return .fail }
        if results.isEmpty { return .noData }
        if worst == 2 || missing > 0 { return .inconclusive }
        return worst == 1 ? .fail : .pass
    }

    /// Advisory where all that can be said against the endpoint is that it accepts what others may well accept.
    var severity: Objective.Severity { worst == 1 && missing == 0 ? .advisory : .hard }

    /// `12 of 14 refused, 1 accepted, 1 answered 5xx`
    var observed: String {
        var parts = ["\(count(.refused)) of \(results.count) refused"]
        let names: [(HostileResult.Outcome, String)] = [
            (.accepted, "accepted"), (.serverError, "answered 5xx"), (.otherStatus, "answered otherwise"),
            (.timedOut, "not answered in time"), (.cutOff, "closed without an answer"), (.limited, "answered 429"),
        ]
        for (outcome, name) in names where count(outcome) > 0 { parts.append("\(count(outcome)) \(name)") }
        return parts.joined(separator: ", ")
    }
}

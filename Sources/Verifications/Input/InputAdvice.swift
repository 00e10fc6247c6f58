import Scenarios

/// What to do about hostile requests that were not refused.
enum InputAdvice {
    /// What fits the results, a sentence each.
    static func sentences(_ kind: InputKind, _ tally: KindTally, _ rule: InputRule) -> [String] {
        var sentences: [String] = []
        if tally.wronglyAccepted > 0 { sentences.append("Refuse these; or, where they are valid, \(allowance(kind)).") }
        if tally.tolerated > 0 {
            sentences.append(
                "\(tally.tolerated) were accepted that an endpoint may well accept: strict: true makes that count, "
                    + "accepts: [\(kind.rawValue)] says that it is meant.")
        }
        if tally.count(.serverError) > 0 {
            sentences.append(
                "A body that is not valid is the client's mistake: check it before it is used, and answer 4xx.")
        }
        if tally.count(.otherStatus) > 0 {
            sentences.append(
                "A status that neither refuses nor accepts says nothing to a client: expect names what refuses.")
        }
        if tally.count(.timedOut) > 0 {
            sentences.append("A body must not keep the server busy: bound its length, its depth and its time.")
        }
        if tally.count(.cutOff) > tally.closedOnLarge {
            sentences.append("Look for a crash in the server's log.")
        }
        if tally.closedOnLarge > 0 {
            sentences.append(
                "\(tally.closedOnLarge) large bodies ended with the connection, which may be a refusal or a crash: answer "
                    + "413 and read on for a while before closing (RFC 9112 §9.6).")
        }
        if tally.count(.limited) > 0 {
            sentences.append(
                "A limiter's 429 says nothing of the body: give the scenario more identities, or the limiter room.")
        }
        return sentences
    }

    /// How a scenario says that a kind is valid.
    private static func allowance(_ kind: InputKind) -> String {
        switch kind {
        case .missingMembers, .nullMembers: "list the members in optional"
        case .wrongTypes, .quotedValues, .wrongRoots: "name their types in types"
        case .hugeNumbers, .negativeNumbers, .zeros: "give the numbers' bounds in limits"
        default: "say accepts: [\(kind.rawValue)]"
        }
    }
}

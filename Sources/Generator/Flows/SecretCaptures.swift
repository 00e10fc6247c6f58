internal import Credentials
import Scenarios

/// The captures whose values show nowhere. The scenario doesn't know them, an answer gives them, so they are looked for when a text
/// is kept for an output: a failed check's message, the beginning of an answer, a wrong answer. That is a hundred times a step
/// and reactor at most, and needs nothing on the way of a request: the values are the user's own, and on its thread.
///
/// What is replaced are the values that the same user holds at that moment, those of its login included, and those that the
/// step's captures find in the answer itself: a check may fail before they are taken. Values of other users and of
/// earlier iterations are not known any more; of a JSON body, members with names of secrets are hidden all the same
/// (`AnswerExcerpt`).
struct SecretCaptures {
    /// For each capture its number among all, and what is shown in its place.
    let all: [(number: Int, shown: String)]

    init(_ scenario: Scenario, _ names: VariableNames) {
        let secret = Set(scenario.steps.flatMap(\.captures).filter(\.holdsSecret).map(\.name))
        all = names.captures.enumerated().filter { secret.contains($1) }.map { ($0, "${\($1)}") }
    }

    /// Those that a user holds.
    func values(in captures: UnsafeMutablePointer<CapturedValue?>?) -> [(value: String, shown: String)] {
        guard let captures else { return [] }
        return all.compactMap { capture in
            captures[capture.number].map { (String(decoding: $0.text, as: UTF8.self), capture.shown) }
        }
    }
}

extension Capture {
    /// Whether the value is a secret: because the scenario says so, or by its own name or that of the field, cookie or member that
    /// it is taken from.
    var holdsSecret: Bool {
        if isSecret || SensitiveName.isNumber(name) { return true }
        switch source {
        case .header(let name): return SensitiveName.isHeader(name)
        case .cookie(let name): return SensitiveName.isOne(name)
        case .json(let path):
            return path.lastNames.contains { SensitiveName.isNumber($0) }
        case .regex, .status, .body, .hex: return false
        }
    }
}

import Scenarios

/// What an `until` waits for, compiled. Whoever makes one must `release` it.
struct BlockGoal {
    enum Kind {
        /// Something of the last step's answer.
        case answer(AnswerJudge)
        /// Something of what was captured.
        case value(CompiledCondition)
    }

    let kind: Kind
    /// Why it was not reached, up to what was seen last.
    private let unmet: String
    private let source: String
    /// True where the answer's body is looked at.
    let looksAtBody: Bool

    init(_ goal: Block.Goal, most: Int, names: VariableNames) {
        source = goal.source
        unmet = "until \(goal.source) did not hold within \(most == 1 ? "1 round" : "\(most) rounds")"
        switch goal {
        case .answer(let check):
            // Whatever the status: what the step expects is judged by itself.
            let step = Step(name: "", url: Text(""), expect: [0...Int.max], checks: [check])
            kind = .answer(AnswerJudge(step, names: names))
            looksAtBody = check.looksAtBody
        case .value(let condition):
            kind = .value(CompiledCondition(condition, names: names))
            looksAtBody = false
        }
    }

    /// Why it was not reached. `seen`: what the judge of its check says of the last answer, or what the condition looked at.
    func message(seen: String?) -> String {
        guard let seen else { return unmet }
        let observed = seen.hasPrefix(source + ": ") ? String(seen.dropFirst(source.count + 2)) : seen
        return "\(unmet), at last: \(observed)"
    }

    func release() {
        switch kind {
        case .answer(let judge): judge.release()
        case .value(let condition): condition.release()
        }
    }
}

import Measures

/// Why the exchanges of each step failed, as far as it is noted: of the first few failures, in bounded memory.
struct FailureNotes {
    /// Failures of a step that are looked at.
    static let explained = 100
    /// Different messages of a step that are kept.
    static let messages = 5

    private(set) var findings: Reactor.Findings
    private var explained: [Int]
    /// For each step how many answers were begun to be kept for their excerpt alone.
    private var excerptsBegun: [Int]
    private var lacksExcerpt: [Bool]

    init(steps: Int) {
        findings = Reactor.Findings(steps: steps)
        explained = Array(repeating: 0, count: steps)
        excerptsBegun = Array(repeating: 0, count: steps)
        lacksExcerpt = Array(repeating: false, count: steps)
    }

    /// True while a step's failures are looked at.
    func looksAt(_ step: Int) -> Bool { explained[step] < Self.explained }

    /// A failure of a step; false where it is one too many to be looked at.
    mutating func begin(_ step: Int) -> Bool {
        guard looksAt(step) else { return false }
        explained[step] += 1
        return true
    }

    /// Keeps a message; false where the step has as many different ones already.
    mutating func keep(_ message: String, of step: Int) -> Bool {
        if findings.examples[step].contains(message) { return true }
        guard findings.examples[step].count < Self.messages else { return false }
        findings.examples[step].append(message)
        return true
    }

    /// True where a message has the beginning of an answer beside it.
    func hasExcerpt(_ message: String, of step: Int) -> Bool { findings.excerpts[step][message] != nil }

    /// A message's answer had this to show, if anything. Where it still lacks one, the step's next answers are kept.
    mutating func keep(excerpt: String?, of message: String, step: Int) {
        if let excerpt { findings.excerpts[step][message] = excerpt }
        lacksExcerpt[step] = !hasExcerpt(message, of: step) && looksAt(step)
    }

    /// True where the last failure that was explained lacked the body of its answer: then the next ones keep its beginning.
    func wantsExcerpt(_ step: Int) -> Bool { lacksExcerpt[step] }

    /// An answer is about to be kept for its excerpt alone; false where that was done often enough.
    mutating func beginExcerpt(_ step: Int) -> Bool {
        guard mayBeginExcerpt(step) else { return false }
        excerptsBegun[step] += 1
        return true
    }

    /// True while answers of a step may be kept for their excerpt alone.
    func mayBeginExcerpt(_ step: Int) -> Bool { excerptsBegun[step] < Self.explained }

    /// True while a step's wrong answers are listed.
    func lists(_ step: Int) -> Bool { findings.wrongAnswers[step].count < WrongAnswer.kept }

    /// Lists a wrong answer.
    mutating func list(_ answer: WrongAnswer, of step: Int) {
        if lists(step) { findings.wrongAnswers[step].append(answer) }
    }
}

/// What an answer shows of a check.
enum AnswerJudgement: Sendable, Equatable {
    /// An answer's number and what it shows.
    typealias OfAnswer = (answer: Int, judgement: AnswerJudgement)

    /// As it should be; what was seen.
    case holds(String)
    /// Not as it should be; what was seen instead.
    case breaks(String)
    /// The answer has nothing to do with the check.
    case silent
}

/// What decides whether a step is done: `when: ${role} == admin`, `unless: ${token}`.
///
///     condition  := subject [ comparison value ]        without a comparison: the subject has a value
///     comparison := "==" | "!=" | "<" | "<=" | ">" | ">="
///
/// A subject with a capture that hasn't happened has no value: it equals nothing, and no comparison but `!=` holds.
public struct Condition: Sendable, Equatable {
    /// What must hold of the subject.
    public enum Predicate: Sendable, Equatable {
        /// It has a value and is not empty.
        case exists
        /// Compares as text (`==` and `!=` only).
        case text(Check.Comparison, Text)
        /// Compares as numbers.
        case number(Check.Comparison, DecimalNumber)
    }

    /// What is looked at.
    public var subject: Text
    /// What must hold of it.
    public var predicate: Predicate
    /// True for `unless`: the step is done where the predicate does not hold.
    public var isNegated: Bool
    /// The condition as written, for messages.
    public var source: String

    /// Makes a condition.
    public init(subject: Text, predicate: Predicate, isNegated: Bool, source: String) {
        self.subject = subject
        self.predicate = predicate
        self.isNegated = isNegated
        self.source = source
    }
}

/// One sample of a probe.
public struct ProbeSample: Sendable, Equatable {
    /// What came of it.
    public enum Reading: Sendable, Equatable {
        /// The number read; it is finite.
        case value(Double)
        /// None could be read, with the reason in at most `longestMessage` characters.
        case failed(String)
    }

    /// The characters of a reason at most.
    public static let longestMessage = 200

    /// When it was asked for, from the beginning of the load; before it: negative.
    public var asked: Span
    /// When the answer was there, likewise.
    public var answered: Span
    /// What came of it.
    public var reading: Reading

    /// Makes a sample.
    public init(asked: Span, answered: Span, reading: Reading) {
        self.asked = asked
        self.answered = answered
        self.reading = reading
    }

    /// The number read; nil where none could be.
    public var value: Double? { if case .value(let value) = reading { value } else { nil } }

    /// The instant that the number stands for: the value was taken somewhere between question and answer, and the middle
    /// is never far off.
    public var time: Span { Span(nanoseconds: asked.nanoseconds + (answered - asked).nanoseconds / 2) }
}

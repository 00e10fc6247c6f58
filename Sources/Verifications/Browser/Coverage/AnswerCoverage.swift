public import Scenarios

/// Which kinds of answers a verification looks at, and how it comes by them.
public struct AnswerCoverage: Sendable {
    /// A request that leads to a kind of answer.
    public struct Provocation: Sendable {
        /// The request.
        public var request: VerifiedRequest
        /// How often it is sent at most until the kind is seen, 1...10,000.
        public var times: Int

        /// Makes a provocation.
        public init(request: VerifiedRequest, times: Int = 1) {
            self.request = request
            self.times = times
        }
    }

    /// The kinds that the scenario asks for; nil: it leaves that open.
    public var asked: [AnswerKind]?
    /// The scenario's own way to a kind.
    public var provocations: [AnswerKind: Provocation] = [:]

    /// The usual kinds, provoked in the usual ways.
    public init() {}

    /// The kinds to provoke, in their order.
    public var kinds: [AnswerKind] {
        let wanted = asked ?? AnswerKind.usual + provocations.keys
        return AnswerKind.allCases.filter { wanted.contains($0) }
    }
}

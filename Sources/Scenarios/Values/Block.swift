/// Steps of a flow that belong together: done several times, until something holds, or measured as one.
public struct Block: Sendable {
    /// What is done with the steps.
    public enum Kind: Sendable {
        /// They are done so often.
        case repeated(Rounds)
        /// They are done once, and measured as one.
        case group
        /// They are done until this holds after a round; so many rounds at most, 1 or more.
        case until(Goal, most: Int)
    }

    /// How many rounds a `repeat` has.
    public enum Rounds: Sendable, Equatable {
        /// A number drawn at random each time, both bounds included; where they are equal, that one. 1 or more.
        case drawn(ClosedRange<Int>)
        /// What a text comes to when the block begins: a whole number, of which none but the first `most` rounds are done.
        /// Below 1: no round.
        case filled(Text, most: Int)
    }

    /// What an `until` waits for.
    public enum Goal: Sendable, Equatable {
        /// Something of the last step's answer: `json $.state == done`.
        case answer(Check)
        /// Something of what was captured: `${state} == done`.
        case value(Condition)

        /// As written, for messages; secrets in it are shown as written.
        public var source: String {
            switch self {
            case .answer(let check): check.source
            case .value(let condition): condition.source
            }
        }
    }

    /// What is done with the steps.
    public var kind: Kind
    /// The name under which it is measured; unique in the scenario. Nil for a `repeat`, which isn't.
    public var name: String?
    /// What is done in a round, in order.
    public var actions: [Flow.Action]
    /// What must hold for the block to be done; all of them.
    public var conditions: [Condition] = []
    /// From the intended start of one round to that of the next; a round that takes longer is followed at once.
    public var every: Duration?
    /// From the end of one round to the start of the next, drawn at random between the bounds.
    public var pause: ClosedRange<Duration>?

    /// Blocks within each other at most.
    public static let mostDeep = 4
    /// Rounds at most, of all blocks within each other multiplied.
    public static let mostRounds = 1_000_000

    /// Makes a block.
    public init(_ kind: Kind, name: String? = nil, actions: [Flow.Action]) {
        self.kind = kind
        self.name = name
        self.actions = actions
    }

    /// The most rounds that it can have.
    public var mostRounds: Int {
        switch kind {
        case .group: 1
        case .repeated(.drawn(let range)): range.upperBound
        case .repeated(.filled(_, let most)), .until(_, let most): most
        }
    }

    /// True where it may be left out: by a condition, or since no round is to be done.
    public var mayBeLeftOut: Bool {
        if case .repeated(.filled) = kind { return true }
        return !conditions.isEmpty
    }

    /// The step whose answer ends a round; nil where the actions have none.
    public var lastStep: Step? {
        for action in actions.reversed() {
            switch action {
            case .pause: continue
            case .request(let step): return step
            case .block(let block): return block.lastStep
            }
        }
        return nil
    }
}

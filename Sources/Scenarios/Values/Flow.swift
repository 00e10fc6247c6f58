/// What a user does in one iteration.
public struct Flow: Sendable {
    /// One thing that a user does.
    public enum Action: Sendable {
        /// Sends a request and judges the answer.
        case request(Step)
        /// Thinks: waits for a random time between the bounds.
        case pause(ClosedRange<Duration>)
        /// Does several things as one, or again and again.
        case block(Block)
    }

    /// The name by which objectives select it.
    public var name: String
    /// The share of iterations, relative to the other flows' weights; above 0.
    public var weight: Double
    /// What the user does, in order.
    public var actions: [Action]
    /// Labels that every step of the flow has besides its own.
    public var tags: [String: String]
    /// The name of the load whose iterations run it; nil where loads have no names. A flow that several loads run is
    /// there once for each of them.
    public var load: String?

    /// Makes a flow.
    public init(name: String, weight: Double = 1, actions: [Action], tags: [String: String] = [:]) {
        self.name = name
        self.weight = weight
        self.actions = actions
        self.tags = tags
    }

    /// The steps, in order, those within blocks among them, pauses left out; behind each the named entries of its conversation.
    public var steps: [Step] { actions.flatMap(\.steps) }
}

extension Flow.Action {
    /// The steps in it.
    fileprivate var steps: [Step] {
        switch self {
        case .request(let step): [step] + step.parts
        case .pause: []
        case .block(let block): block.actions.flatMap(\.steps)
        }
    }
}

import NIOConcurrencyHelpers

/// The wish to end a run: the first one in order, the second one at once.
public final class Interruption: Sendable {
    private struct State {
        var count = 0
        var react: (@Sendable (Int) -> Void)?
    }

    private let state = NIOLockedValueBox(State())

    /// Makes one that nobody has wished yet.
    public init() {}

    /// True once somebody wished it.
    public var happened: Bool { state.withLockedValue { $0.count > 0 } }

    /// Wishes the end, once more where it was wished before.
    public func interrupt() {
        let (count, react) = state.withLockedValue { state in
            state.count += 1
            return (state.count, state.react)
        }
        react?(count)
    }

    /// Calls `react` with the number of each wish from now on, and at once where one came before.
    public func onSignal(_ react: @escaping @Sendable (Int) -> Void) {
        let count = state.withLockedValue { state in
            state.react = react
            return state.count
        }
        if count > 0 { react(count) }
    }
}

import NIOConcurrencyHelpers

/// Ends a run early: in order where it is asked once, at once where it is asked again.
public final class Interruption: Sendable {
    private struct State {
        var count = 0
        var react: (@Sendable (Int) -> Void)?
    }

    private let state = NIOLockedValueBox(State())

    /// Makes one that was not asked for yet.
    public init() {}

    /// True once it was asked for.
    public var happened: Bool { state.withLockedValue { $0.count > 0 } }

    /// How often it was asked for.
    package var count: Int { state.withLockedValue { $0.count } }

    /// Asks for the end; from any thread.
    public func interrupt() {
        let (count, react) = state.withLockedValue { state in
            state.count += 1
            return (state.count, state.react)
        }
        react?(count)
    }

    /// Calls `react` each time from now on with how often it was asked for, and at once where that was so before.
    public func onInterrupt(_ react: @escaping @Sendable (Int) -> Void) {
        let count = state.withLockedValue { state in
            state.react = react
            return state.count
        }
        if count > 0 { react(count) }
    }
}

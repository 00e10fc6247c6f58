import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM, taken as a wish to end: the first one in order, the second one at once.
final class Interruption: Sendable {
    private struct State {
        var count = 0
        var react: (@Sendable (Int) -> Void)?
        var sources: [any DispatchSourceSignal] = []
    }

    private let state = Mutex(State())

    /// Begins to take the signals. SIGPIPE is ignored: a closed output must not end a run.
    init() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in self?.take() }
            source.resume()
            nonisolated(unsafe) let kept = source
            state.withLock { $0.sources.append(kept) }
        }
    }

    /// True once a signal came.
    var happened: Bool { state.withLock { $0.count > 0 } }

    /// Calls `react` with the number of each signal from now on, and at once where one came before.
    func onSignal(_ react: @escaping @Sendable (Int) -> Void) {
        let count = state.withLock { state in
            state.react = react
            return state.count
        }
        if count > 0 { react(count) }
    }

    private func take() {
        let (count, react) = state.withLock { state in
            state.count += 1
            return (state.count, state.react)
        }
        react?(count)
    }
}

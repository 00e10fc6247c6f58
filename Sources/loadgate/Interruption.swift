import Dispatch
import Glibc
import NIOConcurrencyHelpers

/// SIGINT, SIGTERM and SIGHUP (the terminal was closed), taken as a wish to end: the first one in order, the second one at once.
final class Interruption: Sendable {
    private struct State {
        var count = 0
        var react: (@Sendable (Int) -> Void)?
    }

    private let state = NIOLockedValueBox(State())

    /// Begins to take the signals. SIGPIPE is ignored: a closed output must not end a run.
    init() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // Handler and source keep each other: signals are taken for as long as the process lives.
            source.setEventHandler { [self] in
                take()
                _ = source
            }
            source.resume()
        }
    }

    /// True once a signal came.
    var happened: Bool { state.withLockedValue { $0.count > 0 } }

    /// Calls `react` with the number of each signal from now on, and at once where one came before.
    func onSignal(_ react: @escaping @Sendable (Int) -> Void) {
        let count = state.withLockedValue { state in
            state.react = react
            return state.count
        }
        if count > 0 { react(count) }
    }

    private func take() {
        let (count, react) = state.withLockedValue { state in
            state.count += 1
            return (state.count, state.react)
        }
        react?(count)
    }
}

import CLinux
import Glibc
import NIOConcurrencyHelpers

/// Shows on standard error what verifications are about to do: on a terminal in a line that is drawn anew, else in lines, at
/// most one in two seconds.
final class VerificationProgress: Sendable {
    private struct State {
        var shown: Int64 = .min
        var isDrawn = false
    }

    private static let interval: Int64 = 2_000_000_000

    private let isQuiet: Bool
    private let redact: @Sendable (String) -> String
    private let state = NIOLockedValueBox(State())

    init(isQuiet: Bool, redact: @escaping @Sendable (String) -> String) {
        self.isQuiet = isQuiet
        self.redact = redact
    }

    /// Says something that stays.
    func note(_ text: String) {
        if isQuiet { return }
        clear()
        Console.note(redact(text))
    }

    /// What is being done now; left out where the last one was shown a moment ago.
    func part(_ text: String) {
        if isQuiet || !Console.takesOutput(STDERR_FILENO) { return }
        guard let width = Console.width else {
            let now = loadgate_monotonic()
            let isDue = state.withLockedValue { state in
                guard state.shown == .min || now - state.shown >= Self.interval else { return false }
                state.shown = now
                return true
            }
            if isDue { Console.note(redact(text)) }
            return
        }
        state.withLockedValue { $0.isDrawn = true }
        let line = String(redact(text).prefix(max(1, width - 1)))
        Console.write("\r\u{1b}[K\(line)", to: STDERR_FILENO)
    }

    /// Takes the line away.
    func clear() {
        let drawn = state.withLockedValue { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if drawn { Console.write("\r\u{1b}[K", to: STDERR_FILENO) }
    }
}

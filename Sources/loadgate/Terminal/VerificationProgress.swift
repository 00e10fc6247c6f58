import CLinux
import Glibc
import NIOConcurrencyHelpers
import Reports

/// Shows on standard error what verifications are about to do: on a terminal in a line that is drawn again, else in lines, at
/// most one in two seconds.
final class VerificationProgress: Sendable {
    private static let interval: Int64 = 2_000_000_000

    private let isQuiet: Bool
    private let isLive: Bool
    private let shown = NIOLockedValueBox(Int64.min / 2)
    private let isRedrawn = RedrawnRegion.isPossible

    /// - Parameters:
    ///   - isQuiet: Nothing is shown.
    ///   - isLive: What goes on is shown, not only what went wrong.
    init(isQuiet: Bool, isLive: Bool) {
        self.isQuiet = isQuiet
        self.isLive = isLive
    }

    /// What is being done now; left out where the last one was shown a moment ago.
    func part(_ text: String) {
        if isQuiet || !isLive { return }
        let now = loadgate_monotonic()
        if isRedrawn {
            RedrawnRegion.standardError.show(every: 1_000_000_000) { size in
                let seconds = (loadgate_monotonic() - now) / 1_000_000_000
                return [LivePart.line(text, seconds: Int(seconds), width: size.columns)]
            }
            return
        }
        let isDue = shown.withLockedValue { shown in
            guard now - shown >= Self.interval else { return false }
            shown = now
            return true
        }
        if isDue, Console.takesOutput(STDERR_FILENO) { Console.note(text) }
    }

    /// Takes the line away.
    func clear() { if isRedrawn, isLive, !isQuiet { RedrawnRegion.standardError.end() } }
}

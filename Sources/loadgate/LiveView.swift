import Glibc
import NIOConcurrencyHelpers
import Reports

/// Shows the state of a run on standard error: a line that is drawn anew on a terminal, else a line a second.
final class LiveView: Sendable {
    private let style: TerminalSummary.Style
    private let isDrawn = NIOLockedValueBox(false)

    init() { style = Console.wantsColour(STDERR_FILENO) ? .colour : .plain }

    func show(_ line: LiveLine) {
        // Nobody reads (a pager left standing, Ctrl-S): a line less is better than a run that waits.
        guard Console.takesOutput(STDERR_FILENO) else { return }
        guard let width = Console.width else {
            Console.note(line.plain)
            return
        }
        isDrawn.withLockedValue { $0 = true }
        Console.write(line.redrawn(width: width, style: style), to: STDERR_FILENO)
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        let drawn = isDrawn.withLockedValue { drawn in
            defer { drawn = false }
            return drawn
        }
        if drawn { Console.write("\r\u{1b}[K", to: STDERR_FILENO) }
    }
}

import CLinux
import Dispatch
import Glibc
import NIOConcurrencyHelpers

/// Lines on standard error that are drawn again in place: the one place that does so.
///
/// The cursor rests at the first column of the first line, so that everything below it can be cleared whatever the
/// terminal did to the lines meanwhile: some fold them again when they are resized, some cut them. It is never hidden, so
/// that a process that is killed leaves a sane terminal.
///
/// All writing happens on a queue of its own: a terminal that takes nothing (Ctrl-S) makes nobody wait.
///
/// `@unchecked Sendable`: what is not behind the lock is confined to the queue.
final class RedrawnRegion: @unchecked Sendable {
    /// Gives the lines for a size, none wider than it and fewer than it has rows.
    typealias Content = @Sendable (TerminalSize) -> [String]

    /// The region of this process.
    static let standardError = RedrawnRegion(STDERR_FILENO)

    /// Ten times a second at most.
    private static let interval: Int64 = 100_000_000
    /// How long to wait for a terminal that takes nothing, at the end.
    private static let patience = DispatchTimeInterval.milliseconds(500)

    private struct Wish {
        var content: Content?
        /// How long until it is drawn again by itself, in nanoseconds; nil: not at all.
        var every: Int64?
        /// True where a drawing is on its way, which will show the newest content.
        var isAwaited = false
        /// When it was last drawn.
        var drawn: Int64 = .min / 2
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "loadgate.terminal")
    private let wish = NIOLockedValueBox(Wish())
    /// Touched on `queue` only.
    private var isDrawn = false
    /// Likewise.
    private var signals: [any DispatchSourceSignal] = []

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// True where lines can be drawn again: a terminal that knows its size and more than text.
    static var isPossible: Bool {
        guard TerminalSize(STDERR_FILENO) != nil, let kind = getenv("TERM").map({ String(cString: $0) }) else {
            return false
        }
        return !kind.isEmpty && kind != "dumb"
    }

    // MARK: What others ask for

    /// Shows new content, at once or a tenth of a second after the last.
    ///
    /// - Parameter every: How often it is drawn again even where nobody asks: for what changes with the time.
    func show(every: Int64? = nil, _ content: @escaping Content) {
        wish.withLockedValue {
            $0.content = content
            $0.every = every
        }
        draw()
    }

    /// Writes a message above the lines.
    func note(_ text: String) {
        // Without lines there is nothing to wait for.
        guard wish.withLockedValue({ $0.content != nil }) else {
            Console.write(text, to: descriptor)
            return
        }
        queue.async { [self] in
            let wasDrawn = isDrawn
            clearLines()
            Console.write(text, to: descriptor)
            if wasDrawn { drawLines() }
        }
    }

    /// Takes the lines away, so that something else can be written. Waits for it, but not long for a terminal that takes
    /// nothing.
    func end() {
        wish.withLockedValue {
            $0.content = nil
            $0.every = nil
        }
        let done = DispatchSemaphore(value: 0)
        queue.async { [self] in
            clearLines()
            done.signal()
        }
        _ = done.wait(timeout: .now() + Self.patience)
    }

    // MARK: On the queue

    /// Sees to it that the newest content is drawn.
    private func draw() {
        let delay = wish.withLockedValue { wish -> Int64? in
            if wish.isAwaited { return nil }
            wish.isAwaited = true
            return max(0, wish.drawn + Self.interval - loadgate_monotonic())
        }
        guard let delay else { return }
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(delay))) { [self] in
            wish.withLockedValue { $0.isAwaited = false }
            takeSignals()
            drawLines()
        }
    }

    private func drawLines() {
        dispatchPrecondition(condition: .onQueue(queue))
        let (content, every) = wish.withLockedValue { ($0.content, $0.every) }
        if content != nil, let every { drawAgain(after: every) }
        guard let content, let size = TerminalSize(descriptor), isOurs, Console.takesOutput(descriptor) else { return }
        let lines = content(size).prefix(max(1, size.rows))
        // Line by line over the old ones. What is below is cleared from the last line's end, never from the screen's first
        // place: there tmux takes it for a new screen, and keeps the old one in its history.
        // Without wrapping: a terminal may draw a character wider than it was taken for.
        var text = "\r\u{1b}[?7l" + lines.joined(separator: "\u{1b}[K\r\n") + "\u{1b}[J\r\u{1b}[?7h"
        // The cursor goes back up by as many lines as were begun.
        if lines.count > 1 { text += "\u{1b}[\(lines.count - 1)A" }
        isDrawn = true
        Console.write(text, to: descriptor)
        wish.withLockedValue { $0.drawn = loadgate_monotonic() }
    }

    private func drawAgain(after every: Int64) {
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(every))) { [self] in
            let isDue = wish.withLockedValue {
                $0.every != nil && loadgate_monotonic() - $0.drawn >= every - Self.interval
            }
            if isDue { draw() }
        }
    }

    private func clearLines() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard isDrawn else { return }
        isDrawn = false
        // The blank leads away from what may be the screen's first place (see above).
        if isOurs { Console.write("\r \u{1b}[J\r\u{1b}[K", to: descriptor) }
    }

    /// False where another job has the terminal: after `bg` the shell has it.
    private var isOurs: Bool {
        let owner = tcgetpgrp(descriptor)
        return owner <= 0 || owner == getpgrp()
    }

    // MARK: Signals

    /// Takes the signals of the terminal, from the first drawing on.
    private func takeSignals() {
        guard signals.isEmpty else { return }
        func take(_ number: Int32, _ react: @escaping @Sendable () -> Void) {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: react)
            source.resume()
            signals.append(source)
        }
        take(SIGWINCH) { [self] in draw() }
        take(SIGCONT) { [self] in draw() }
        // Whoever started this process may not want it to be stopped.
        let before = signal(SIGTSTP, SIG_IGN)
        if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { return }
        take(SIGTSTP) { [self] in
            clearLines()
            // SIGTSTP itself is taken, and this can't be.
            kill(getpid(), SIGSTOP)
        }
    }
}

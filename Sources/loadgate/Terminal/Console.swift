import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers
import Reports
import Scenarios

/// Where messages go: results to standard output, all else to standard error.
enum Console {
    /// What no message shows. Known from the time on at which the scenario is read.
    private static let secrets = NIOLockedValueBox(Secrets())

    /// No message shows these from now on.
    static func hide(_ secrets: Secrets) { self.secrets.withLockedValue { $0 = secrets } }

    /// A text as it may be shown.
    static func shown(_ text: String) -> String { secrets.withLockedValue { $0 }.redact(text) }

    /// Writes a message to standard error, above what is drawn again there. It may hold what a server, a program or a file
    /// said, so nothing in it acts on the terminal.
    static func note(_ message: String) {
        let message = shown(message)
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        RedrawnRegion.standardError.note(
            lines.map { DisplayWidth.printable(String($0)) }.joined(separator: "\n") + "\n")
    }

    /// Writes a result to standard output. Where that is full, it is said; a reader that has gone (`| head -1`) has what it
    /// wanted.
    static func result(_ text: String) {
        let code = write(text, to: STDOUT_FILENO)
        guard code != 0, code != EPIPE else { return }
        note("loadgate: can't write standard output: \(String(cString: strerror(code)))")
    }

    /// Writes everything; an output that is closed or full takes what it can, which is no reason to fail a run. Gives 0 or
    /// the error's number.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&request, 1, 1_000) == 1 { continue }
            }
            if written <= 0 { return written < 0 ? errno : EIO }
            bytes = bytes.dropFirst(written)
        }
        return 0
    }

    /// True where a short text can be written without waiting.
    static func takesOutput(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) == 1
    }

    /// True where colours are wanted: a terminal, and neither NO_COLOR (https://no-color.org) nor a dumb terminal.
    static func wantsColour(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// The terminal's width in characters; nil where standard error is none.
    static var width: Int? { TerminalSize(STDERR_FILENO)?.columns }
}

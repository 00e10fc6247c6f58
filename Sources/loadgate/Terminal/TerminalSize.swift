import CLinux
import Glibc

/// The rows and columns of a terminal.
struct TerminalSize: Equatable {
    var columns: Int
    var rows: Int

    /// The size of the terminal behind a descriptor; nil where there is none, or where it doesn't say.
    init?(_ descriptor: Int32) {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        columns = Int(size.ws_col)
        rows = size.ws_row > 0 ? Int(size.ws_row) : 24
    }
}

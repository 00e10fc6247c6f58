import CLinux
import Foundation
import Glibc

/// How this machine's clock stands to that of the machine which keeps a shared folder.
///
/// The file system's server dates what is written. The difference to the clock here, in the middle between before and after a write, is
/// off by half of what the write took at most (Cristian's algorithm, Distributed Computing 3, 1989), and by the steps in which the server
/// tells the time.
struct FolderClock: Sendable, Equatable {
    /// The folder's clock − this machine's, in microseconds.
    var offset: Int64
    /// How far off that may be, in microseconds.
    var error: Int64

    /// Linux dates files by the time of its last tick, which may be 10 ms old (CONFIG_HZ=100).
    private static let tick: Int64 = 10_000

    /// The offset by which times are to be corrected: none where the difference may be none.
    var correction: Int64 { abs(offset) > error ? offset : 0 }

    /// The folder's time of an instant by the clock here, and the other way round, in microseconds since 1970.
    func there(_ here: Date) -> Int64 { Self.microseconds(here) + correction }

    /// As above.
    func here(_ there: Int64) -> Date { Date(timeIntervalSince1970: Double(there - correction) / 1_000_000) }

    /// Compares the clocks by a few files that are written and removed.
    ///
    /// - Parameters:
    ///   - folder: The shared folder.
    ///   - name: A name that no other process writes to.
    ///   - rounds: How many files; the one that was written fastest is believed.
    /// - Returns: Nil where no file could be written.
    init?(of folder: String, name: String, rounds: Int = 5) {
        let path = "\(folder)/\(name)"
        defer { unlink(path) }
        var best: FolderClock?
        for _ in 0..<rounds {
            guard let one = Self.compare(path) else { continue }
            if one.error < best?.error ?? .max { best = one }
        }
        guard let best else { return nil }
        self = best
    }

    /// Makes it of its parts.
    init(offset: Int64, error: Int64) {
        self.offset = offset
        self.error = error
    }

    private static func compare(_ path: String) -> FolderClock? {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let before = now
        var byte: UInt8 = 0
        var status = stat()
        // What was written must be with the server before it is asked for the time of that.
        guard write(descriptor, &byte, 1) == 1, fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else {
            return nil
        }
        let after = now
        let dated = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000
        // Servers that know whole seconds only leave the rest empty.
        let step = status.st_mtim.tv_nsec == 0 ? 1_000_000 : tick
        return FolderClock(offset: dated - (before + after) / 2, error: (after - before + 1) / 2 + step)
    }

    private static var now: Int64 { microseconds(Date()) }

    /// Since 1970, UTC.
    static func microseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1_000_000).rounded()) }
}

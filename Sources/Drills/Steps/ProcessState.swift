internal import Foundation
internal import Glibc

/// What the kernel tells of a process (proc(5), /proc/PID/stat).
struct ProcessState {
    var id: Int32
    /// `R`, `S`, `T`, `Z`, …
    var state: Character
    var parent: Int32
    /// In ticks since the machine was started.
    var started: UInt64

    /// nil: there is no such process.
    init?(of process: Int32) {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .isoLatin1),
            // The program's name is in parentheses, and may have some of its own.
            let close = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
            let started = UInt64(fields[19])
        else { return nil }
        id = process
        self.state = state
        self.parent = parent
        self.started = started
    }

    /// Stopped by a signal.
    var isStopped: Bool { state == "T" }
    /// It has ended, and waits to be asked how.
    var hasEnded: Bool { state == "Z" || state == "X" }
    var identity: ProcessIdentity { ProcessIdentity(id: id, started: started) }

    /// All processes.
    static func all() -> [ProcessState] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap { ProcessState(of: $0) }
    }

    /// The machine's start.
    static var boot: String {
        ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension ProcessIdentity {
    /// That of a running process; nil: there is none.
    init?(of process: Int32) {
        guard let state = ProcessState(of: process) else { return nil }
        self = state.identity
    }

    /// The same process as it is now; nil: it is gone.
    var now: ProcessState? { ProcessState(of: id).flatMap { $0.started == started && !$0.hasEnded ? $0 : nil } }
}

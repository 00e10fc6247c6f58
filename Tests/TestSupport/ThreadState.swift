import Foundation

/// A thread as /proc has it (proc_pid_stat(5)).
public struct ThreadState: Sendable {
    /// At most 15 bytes.
    public var name: String
    /// Of real-time scheduling, from 1; else 0.
    public var priority: String
    /// Its number (sched(7)): 0 is normal.
    public var policy: String

    init?(_ path: String) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), let open = text.firstIndex(of: "("),
            let close = text.lastIndex(of: ")")
        else { return nil }
        name = String(text[text.index(after: open)..<close])
        // The field after the name is the third.
        let fields = text[close...].split(separator: " ").dropFirst().map(String.init)
        guard fields.count > 38 else { return nil }
        (priority, policy) = (fields[40 - 3], fields[41 - 3])
    }

    /// Those of this process.
    public static var all: [ThreadState] {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return ids.compactMap { ThreadState("/proc/self/task/\($0)/stat") }
    }
}

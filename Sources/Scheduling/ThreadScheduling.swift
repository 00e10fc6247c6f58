internal import CLinux

/// How soon a thread runs once it has something to do.
///
/// A thread that wakes beside busy ones waits until the running one has used its slice, 3 ms and more: that would be start
/// lag and generator delay. One that asks for a short slice has an earlier deadline and so runs at once (Linux 6.12,
/// "EEVDF": sched_setattr(2)); its share of the processor stays the same, and no privilege is needed. A higher priority
/// does the same on older kernels, and helps where many are busy, but is granted to the privileged only. Real-time
/// scheduling (sched(7), SCHED_RR) runs a thread before all others, whatever they do.
public struct ThreadScheduling {
    /// How the thread was scheduled before; nil where nothing was changed.
    private var before: loadgate_scheduling?
    /// How it is scheduled since; nil where that can't be told.
    private var found: loadgate_scheduling?
    /// The slice asked for in nanoseconds: the shortest that the kernel grants.
    private static let slice: UInt64 = 100_000
    private static let priority: Int32 = -10
    private static let ordinary = UInt32(SCHED_OTHER)
    /// The lowest: what else is real-time on a machine is there for a reason.
    private static let realtimePriority: UInt32 = 1

    /// Whether a higher priority was granted.
    public private(set) var hasPriority = false

    /// Makes the calling thread as prompt as it may be without real-time scheduling. A policy or priority that was chosen for
    /// the process stays.
    public static func prompt() -> ThreadScheduling {
        loadgate_precise_timers()
        var changed = ThreadScheduling()
        var scheduling = loadgate_scheduling()
        guard loadgate_get_scheduling(&scheduling) == 0 else { return changed }
        changed.found = scheduling
        guard scheduling.policy == ordinary else { return changed }
        let before = scheduling
        scheduling.runtime = slice
        // What the thread starts is not in a hurry.
        scheduling.flags |= UInt64(LOADGATE_RESET_ON_FORK)
        if loadgate_process_priority() == 0 {
            scheduling.nice = priority
            changed.hasPriority = loadgate_set_scheduling(scheduling) == 0
            if !changed.hasPriority { scheduling.nice = before.nice }
        }
        if changed.hasPriority || loadgate_set_scheduling(scheduling) == 0 {
            changed.before = before
            changed.found = scheduling
        }
        return changed
    }

    /// Makes the calling thread as prompt as a reactor that was granted this.
    public static func ofReactor(_ grant: SchedulingGrant) -> ThreadScheduling {
        var scheduling = prompt()
        if grant.isRealtime { _ = scheduling.set(realtime: true) }
        return scheduling
    }

    /// Whether the thread was found with real-time scheduling.
    var isRealtime: Bool { [UInt32(SCHED_FIFO), UInt32(SCHED_RR)].contains(found?.policy) }

    /// Gives the calling thread, which was made prompt, real-time scheduling, or takes it back, for which no privilege is
    /// needed. False where the system doesn't let it.
    mutating func set(realtime: Bool) -> Bool {
        guard let found else { return false }
        var scheduling = found
        // Neither programs nor threads that this one starts have it.
        scheduling.flags |= UInt64(LOADGATE_RESET_ON_FORK)
        if realtime {
            scheduling.policy = UInt32(SCHED_RR)
            scheduling.priority = Self.realtimePriority
            scheduling.runtime = 0
        } else if found.policy != Self.ordinary {
            scheduling.policy = Self.ordinary
            scheduling.priority = 0
        }
        guard loadgate_set_scheduling(scheduling) == 0 else { return false }
        if before == nil { before = found }
        return true
    }

    /// Gives the thread, which others use after this, back as it was.
    public func restore() {
        guard var before else { return }
        // Read back, the default slice is a number like any other; asking for it would keep it when the default changes.
        before.runtime = 0
        if loadgate_set_scheduling(before) == 0 { return }
        // Only the privileged may have threads inherit again; the rest can be restored.
        before.flags |= UInt64(LOADGATE_RESET_ON_FORK)
        _ = loadgate_set_scheduling(before)
    }
}

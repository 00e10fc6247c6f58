internal import CLinux

/// How soon a thread runs once it has something to do.
///
/// A thread that wakes beside busy ones waits until the running one has used its slice, 3 ms and more: that would be start
/// lag and generator delay. One that asks for a short slice has an earlier deadline and so runs at once (Linux 6.12,
/// "EEVDF": sched_setattr(2)); its share of the processor stays the same, and no privilege is needed. A higher priority
/// does the same on older kernels, and helps where many are busy, but is granted to the privileged only.
public struct ThreadScheduling {
    /// How the thread was scheduled before; nil where nothing was changed.
    private var before: loadgate_scheduling?
    /// The slice asked for in nanoseconds: the shortest that the kernel grants.
    private static let slice: UInt64 = 100_000
    private static let priority: Int32 = -10
    private static let ordinary: UInt32 = 0

    /// Whether a higher priority was granted.
    public private(set) var hasPriority = false

    /// Makes the calling thread as prompt as it may be. A policy or priority that was chosen for the process stays.
    public static func prompt() -> ThreadScheduling {
        loadgate_precise_timers()
        var changed = ThreadScheduling()
        var scheduling = loadgate_scheduling()
        guard loadgate_get_scheduling(&scheduling) == 0, scheduling.policy == ordinary else { return changed }
        let before = scheduling
        scheduling.runtime = slice
        // What the thread starts is not in a hurry.
        scheduling.flags |= UInt64(LOADGATE_RESET_ON_FORK)
        if loadgate_process_priority() == 0 {
            scheduling.nice = priority
            changed.hasPriority = loadgate_set_scheduling(scheduling) == 0
            scheduling.nice = before.nice
        }
        if changed.hasPriority || loadgate_set_scheduling(scheduling) == 0 { changed.before = before }
        return changed
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

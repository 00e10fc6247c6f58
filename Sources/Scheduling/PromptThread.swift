internal import CLinux
public import Measures

/// What a thread is while it runs a loop that must be prompt, as a reactor's: its name and its scheduling. After that it is
/// Dispatch's again, as it was.
public struct PromptThread {
    private var scheduling: ThreadScheduling
    /// Nil where normal scheduling is all that there is.
    private var choice: SchedulingChoice?
    private let formerName: [CChar]
    /// Since when it is back on normal scheduling.
    private var fallen: Instant?
    private var fellBack = Span.zero

    /// Makes the calling thread prompt.
    ///
    /// - Parameters:
    ///   - name: What tools show, such as `lg-reactor-0`; 15 bytes at most.
    ///   - processors: How many it has to itself, at most one; a part of one where several such threads share it.
    ///   - grant: Whether it may have real-time scheduling.
    public init(_ name: String, processors: Double, _ grant: SchedulingGrant, at now: Instant) {
        var former = [CChar](repeating: 0, count: 16)
        loadgate_thread_name(&former)
        formerName = former
        loadgate_name_thread(name)
        scheduling = .prompt()
        if grant.isRealtime {
            if scheduling.set(realtime: true) {
                choice = SchedulingChoice(at: now, cpu: loadgate_thread_cpu(), processors: min(1, processors))
            } else {
                fallen = now
            }
        } else if grant.asked == .normal, scheduling.isRealtime {
            _ = scheduling.set(realtime: false)
        }
    }

    /// When `look` is to be called.
    public var next: Instant { choice?.next ?? .distantFuture }

    /// Sees whether the thread is too busy for real-time scheduling, or calm again.
    public mutating func look(at now: Instant) {
        guard choice?.look(at: now, cpu: loadgate_thread_cpu()) == true, let choice else { return }
        guard scheduling.set(realtime: choice.isRealtime) else { return }
        if choice.isRealtime {
            settle(at: now)
            fallen = nil
        } else {
            fallen = now
        }
    }

    /// For how long it was back on normal scheduling since this was asked last.
    public mutating func takeFellBack(at now: Instant) -> Span {
        settle(at: now)
        defer { fellBack = .zero }
        return fellBack
    }

    private mutating func settle(at now: Instant) {
        guard let since = fallen else { return }
        fellBack = fellBack + (now - since)
        fallen = now
    }

    /// Gives the thread back.
    public func end() {
        scheduling.restore()
        formerName.withUnsafeBufferPointer { name in
            if let base = name.baseAddress { loadgate_name_thread(base) }
        }
    }
}

internal import CLinux
import Glibc
public import Measures

/// Whether a run's reactors may have real-time scheduling.
public struct SchedulingGrant: Equatable, Sendable {
    /// What was asked for.
    public var asked: SchedulingMode
    /// Whether they may have it.
    public var isRealtime: Bool
    /// Why they may not; nil where they may.
    public var reason: String?

    /// What the system says of it, as plain numbers.
    struct Circumstances {
        /// The policy that the process was started with (sched(7)).
        var policy: Int32 = SCHED_OTHER
        /// The nice value that it was started with.
        var nice: Int32 = 0
        /// What trying it came to: 0 or an errno.
        var error: Int32 = 0
        /// Whether the process has CAP_SYS_NICE.
        var isPrivileged = false
        /// The real-time priority that it may ask for (RLIMIT_RTPRIO).
        var limit: UInt64 = 0
    }

    /// Decides. `circumstances` are asked for only where real-time scheduling is wanted.
    init(_ asked: SchedulingMode, _ circumstances: @autoclosure () -> Circumstances) {
        self.asked = asked
        reason = asked == .normal ? "asked for" : Self.objection(asked, circumstances())
        isRealtime = reason == nil
    }

    /// Asks the system. Changes nothing: it is tried on a thread made for that.
    public init(asked: SchedulingMode) { self.init(asked, Self.circumstances()) }

    /// How the run's result tells it.
    public var run: RunScheduling { RunScheduling(asked: asked, isRealtime: isRealtime, reason: reason) }

    private static func objection(_ asked: SchedulingMode, _ seen: Circumstances) -> String? {
        // Real-time scheduling that the process was started with is what is wanted.
        if ![SCHED_OTHER, SCHED_FIFO, SCHED_RR].contains(seen.policy) {
            return "the process was started with \(name(ofPolicy: seen.policy)), which stays"
        }
        if asked == .auto, seen.nice > 0 { return "the process was started with nice \(seen.nice), which stays" }
        switch seen.error {
        case 0: return nil
        case EPERM where seen.isPrivileged || seen.limit > 0:
            let grant = seen.isPrivileged ? "CAP_SYS_NICE" : "RLIMIT_RTPRIO"
            return "the system refuses it though \(grant) is there: a control group without real-time runtime "
                + "(cpu.rt_runtime_us), a user namespace or a seccomp filter forbids it"
        case EPERM: return "it is not granted: the process has neither CAP_SYS_NICE nor RLIMIT_RTPRIO"
        default: return "the system refuses it: \(String(cString: strerror(seen.error)))"
        }
    }

    private static func name(ofPolicy policy: Int32) -> String {
        switch policy {
        case 3: "SCHED_BATCH"
        case 5: "SCHED_IDLE"
        case 6: "SCHED_DEADLINE"
        default: "scheduling policy \(policy)"
        }
    }

    private static func circumstances() -> Circumstances {
        var seen = Circumstances()
        // Of the first thread: Dispatch's own may have another nice value.
        let policy = sched_getscheduler(getpid())
        seen.policy = policy < 0 ? SCHED_OTHER : policy & ~Int32(bitPattern: 0x4000_0000)
        seen.nice = loadgate_process_priority()
        seen.error = -loadgate_try_realtime()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(__RLIMIT_RTPRIO.rawValue), &limit) == 0 { seen.limit = UInt64(limit.rlim_cur) }
        seen.isPrivileged = hasNiceCapability
        return seen
    }

    /// CAP_SYS_NICE is number 23 of the effective capabilities (capabilities(7), proc_pid_status(5)).
    private static var hasNiceCapability: Bool {
        guard let file = fopen("/proc/self/status", "re") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            guard words.first == "CapEff:", let last = words.last else { continue }
            return (UInt64(last, radix: 16) ?? 0) & 1 << 23 != 0
        }
        return false
    }
}

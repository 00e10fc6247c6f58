import Glibc
import Measures
import Testing

@testable import Scheduling

@Suite("Which scheduling a reactor has") struct SchedulingChoiceTests {
    /// A reactor that uses a share of a processor for a while, looked at every tenth of a second.
    private struct Course {
        var choice = SchedulingChoice(at: Instant(nanoseconds: 0), cpu: 0)
        var tenths: Int64 = 0
        var cpu: Int64 = 0
        /// When it changed, in tenths of a second.
        var changes: [Int64] = []

        mutating func use(_ percent: Int64, tenths count: Int64) {
            for _ in 0..<count {
                tenths += 1
                cpu += percent * 1_000_000
                let now = Instant(nanoseconds: tenths * 100_000_000)
                #expect(choice.next == now)
                if choice.look(at: now, cpu: cpu) { changes.append(tenths) }
            }
        }
    }

    @Test("Up to half a processor a reactor keeps real-time scheduling")
    func calm() {
        var course = Course()
        course.use(50, tenths: 600)
        #expect(course.changes.isEmpty)
        #expect(course.choice.isRealtime)
    }

    @Test("One that used more than half of the last second goes back to normal, also when it has just begun")
    func busy() {
        var course = Course()
        // 6 × 0.1 s are the first to be more than 0.5 s.
        course.use(100, tenths: 8)
        #expect(course.changes == [6])
        var later = Course()
        later.use(10, tenths: 100)
        // Of the last second five tenths are full, five hold 0.01 s: 0.55 s. With four it were 0.46 s.
        later.use(100, tenths: 6)
        #expect(later.changes == [105])
    }

    @Test("It comes back when it was calm for a second, not at a load in between")
    func back() {
        var course = Course()
        course.use(100, tenths: 6)
        course.use(40, tenths: 300)
        #expect(course.changes == [6])
        course.use(10, tenths: 30)
        // 0.4 × 0.1 × (10 − n) + 0.1 × 0.1 × n < 0.3 from the fourth tenth on: 0.24 + 0.04.
        #expect(course.changes == [6, 310])
        #expect(course.choice.isRealtime)
    }

    @Test(
        "Calm only because it had normal scheduling: each relapse makes it wait for twice as long, up to half a minute")
    func relapse() {
        var course = Course()
        var waits: [Int64] = []
        for _ in 0..<8 {
            let fallen = course.changes.count
            while course.changes.count == fallen { course.use(100, tenths: 1) }
            while course.changes.count == fallen + 1 { course.use(0, tenths: 1) }
            waits.append(course.changes[fallen + 1] - course.changes[fallen])
        }
        #expect(waits == [10, 20, 40, 80, 160, 300, 300, 300])
        // Ten calm seconds later it begins anew.
        course.use(0, tenths: 101)
        course.use(100, tenths: 6)
        course.use(0, tenths: 20)
        #expect(course.changes.suffix(2).reduce(0) { $1 - $0 } == 10)
    }

    @Test("Reactors that share a processor may use half of it together")
    func shared() {
        var choice = SchedulingChoice(at: Instant(nanoseconds: 0), cpu: 0, processors: 0.5)
        // A quarter of a second is what each of two may use: 0.2 s is calm enough, 0.3 s is not.
        let early = choice.look(at: Instant(nanoseconds: 900_000_000), cpu: 200_000_000)
        #expect(!early)
        let late = choice.look(at: Instant(nanoseconds: 1_000_000_000), cpu: 300_000_000)
        #expect(late)
    }

    @Test("A thread that slept for long is judged by the time since it was last seen")
    func asleep() {
        var choice = SchedulingChoice(at: Instant(nanoseconds: 0), cpu: 0)
        // 0.9 s of ten are little.
        let isChanged = choice.look(at: Instant(nanoseconds: 10_000_000_000), cpu: 900_000_000)
        #expect(!isChanged)
        #expect(choice.isRealtime)
    }
}

@Suite("Whether real-time scheduling is granted") struct SchedulingGrantTests {
    private func grant(
        _ asked: SchedulingMode, _ change: (inout SchedulingGrant.Circumstances) -> Void = { _ in }
    ) -> SchedulingGrant {
        var seen = SchedulingGrant.Circumstances()
        change(&seen)
        return SchedulingGrant(asked, seen)
    }

    @Test("Where the system lets it, unless normal scheduling was asked for")
    func granted() {
        for asked in [SchedulingMode.auto, .realtime] {
            #expect(grant(asked).isRealtime)
            #expect(grant(asked).reason == nil)
            #expect(grant(asked).run == RunScheduling(asked: asked, isRealtime: true))
        }
        #expect(grant(.normal).run == RunScheduling(asked: .normal, isRealtime: false, reason: "asked for"))
    }

    @Test("What keeps it from being granted is told: no privilege, a control group or sandbox, no such call")
    func refused() {
        #expect(
            grant(.auto) { $0.error = EPERM }.reason
                == "it is not granted: the process has neither CAP_SYS_NICE nor RLIMIT_RTPRIO")
        let forbidden =
            "a control group without real-time runtime (cpu.rt_runtime_us), a user namespace or a seccomp filter "
            + "forbids it"
        #expect(
            grant(.realtime) {
                $0.error = EPERM
                $0.isPrivileged = true
            }.reason == "the system refuses it though CAP_SYS_NICE is there: \(forbidden)")
        #expect(
            grant(.auto) {
                $0.error = EPERM
                $0.limit = 1
            }.reason == "the system refuses it though RLIMIT_RTPRIO is there: \(forbidden)")
        #expect(grant(.auto) { $0.error = ENOSYS }.reason == "the system refuses it: Function not implemented")
    }

    @Test("What the process was started with stays")
    func started() {
        #expect(grant(.auto) { $0.policy = 3 }.reason == "the process was started with SCHED_BATCH, which stays")
        #expect(grant(.auto) { $0.policy = 5 }.reason == "the process was started with SCHED_IDLE, which stays")
        #expect(grant(.auto) { $0.nice = 10 }.reason == "the process was started with nice 10, which stays")
        // Asked for by name, it is what is meant; and a real-time policy is what is wanted.
        #expect(grant(.realtime) { $0.nice = 10 }.isRealtime)
        #expect(grant(.auto) { $0.nice = -5 }.isRealtime)
        for policy in [SCHED_FIFO, SCHED_RR] { #expect(grant(.auto) { $0.policy = policy }.isRealtime) }
    }
}

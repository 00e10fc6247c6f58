import Measures

/// Whether a reactor that may have real-time scheduling should have it just now: a value without a clock.
///
/// A real-time thread that is always busy would leave a target on the same processor only what the kernel's own bound
/// leaves (`kernel.sched_rt_runtime_us`). So a reactor that used more than half of the last second goes back to normal
/// scheduling, until it has been calm for a while. Each time that it falls back again soon it has to be calm for longer.
struct SchedulingChoice {
    /// The share of the last second from which on a reactor is busy, and up to which it is calm, where it has a processor to
    /// itself.
    static let busy = 0.5
    static let calm = 0.3
    /// The second that counts, and how often it is looked at.
    static let window = Span(nanoseconds: 1_000_000_000)
    static let step = Span(nanoseconds: 100_000_000)
    /// How long a reactor is on normal scheduling at least, the first time and at most.
    static let shortestBan = Span(nanoseconds: 1_000_000_000)
    static let longestBan = Span(nanoseconds: 30_000_000_000)
    /// Up to when after its return another fall is a relapse.
    static let probation = Span(nanoseconds: 10_000_000_000)

    /// Whether it should have real-time scheduling.
    private(set) var isRealtime = true
    /// When it is to be looked at again.
    private(set) var next: Instant
    /// The processor time of the thread in nanoseconds at some instants; the first is at least a second old, where there is
    /// one so old.
    private var samples: [(instant: Instant, cpu: Int64)]
    private var ban = shortestBan
    private var changed: Instant
    private var hasFallen = false
    private let busy: Double
    private let calm: Double

    /// A reactor whose thread had used `cpu` nanoseconds of processor time when it began. `processors`: how many it has, at
    /// most one; a part of one where several reactors share it, who together must not be busier than one alone.
    init(at now: Instant, cpu: Int64, processors: Double = 1) {
        busy = Self.busy * processors
        calm = Self.calm * processors
        next = now + Self.step
        changed = now
        samples = []
        samples.reserveCapacity(16)
        samples.append((now, cpu))
    }

    /// Takes the thread's processor time at an instant; true where it should be scheduled otherwise from now on.
    mutating func look(at now: Instant, cpu: Int64) -> Bool {
        next = now + Self.step
        samples.append((now, cpu))
        while samples.count > 2, samples[1].instant + Self.window <= now { samples.removeFirst() }
        // Of a thread that has just begun the second is not over; one that slept for long was last seen before it.
        let length = max(Self.window, now - samples[0].instant)
        let share = Double(cpu - samples[0].cpu) / Double(length.nanoseconds)
        if isRealtime {
            guard share > busy else { return false }
            // Busy again soon after it was let: it was calm only because normal scheduling made it so.
            let isRelapse = hasFallen && now - changed < Self.probation
            ban = isRelapse ? min(ban + ban, Self.longestBan) : Self.shortestBan
            hasFallen = true
        } else {
            guard share < calm, now - changed >= ban else { return false }
        }
        isRealtime.toggle()
        changed = now
        return true
    }
}

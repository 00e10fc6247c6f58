import Measures

/// One direction of a connection: from one side's socket to the other's.
struct Lane {
    /// How the side that sends came to its end.
    enum End {
        case none, finished, reset
    }

    var rules = LaneRules()
    /// `rules.isClear`, looked at for each piece of data.
    var isClear = true
    /// What was read and has not left.
    var line = DelayLine()
    var pacer = Pacer(freeFrom: Instant(nanoseconds: .min))
    /// Bytes that have left.
    var passed: Int64 = 0

    private(set) var end = End.none
    private var endArrival = Instant.distantFuture
    private var endDue = Instant.distantFuture
    /// The end was passed on.
    var hasEnded = false

    /// The side that receives takes no more for now.
    var isBlocked = false
    /// The side that receives is gone: what comes is thrown away.
    var isDead = false

    /// Bytes left of a piece that was begun, and the pause after it.
    private var sliceLeft = 0
    private var slicePause = Span.zero
    private var nextSlice = Instant(nanoseconds: .min)

    /// Bytes that wait at most where nothing delays them, and where something does: a line of 100 MB/s and 40 ms holds that.
    private static let shortBound = 256 * 1024
    private static let longBound = 4 * 1024 * 1024
    /// Less room than this is not read into.
    private static let leastRoom = 4_096

    /// How many bytes may be read; 0: none now.
    var room: Int {
        guard end == .none, !isDead, !line.isCrowded else { return 0 }
        let room = (rules.delays.isEmpty ? Self.shortBound : Self.longBound) - line.count
        return room < Self.leastRoom ? 0 : room
    }

    /// True where bytes can be passed on at once, without being looked at.
    var isStraight: Bool { isClear && line.isEmpty && !isBlocked && !isDead && end == .none }

    /// Takes what was read and has to wait.
    mutating func keep(
        _ bytes: UnsafeRawBufferPointer, at now: Instant, _ random: inout SeededRandom, _ pool: inout BlockPool
    ) {
        line.append(bytes, at: now, due: now + rules.delay(&random), &pool)
    }

    /// The side that sends has ended.
    mutating func noteEnd(_ kind: End, at now: Instant, _ random: inout SeededRandom) {
        // A reset counts even after an end that was passed on: the other side has to learn of it.
        guard end == .none || (end == .finished && kind == .reset) else { return }
        end = kind
        hasEnded = false
        endArrival = now
        for (_, count) in rules.closeDelays { count.value += 1 }
        for count in rules.counts where rules.isHeld || !rules.delays.isEmpty { count.value += 1 }
        scheduleEnd(&random)
    }

    private mutating func scheduleEnd(_ random: inout SeededRandom) {
        endDue = max(line.lastDue, endArrival + rules.delay(&random))
        for (delay, _) in rules.closeDelays { endDue = endDue + delay }
    }

    /// When the end may be passed on, once nothing waits before it.
    var dueEnd: Instant { end == .none || hasEnded || rules.isHeld || !line.isEmpty ? .distantFuture : endDue }

    /// Other rules hold from now on, also for what is on its way.
    mutating func obey(_ new: LaneRules, at now: Instant, _ random: inout SeededRandom) {
        let isDelayChanged = !rules.delays.elementsEqual(new.delays) { $0 == $1 }
        if new.rate != rules.rate { pacer = Pacer(freeFrom: now) }
        if new.slicers.isEmpty { (sliceLeft, nextSlice) = (0, now) }
        rules = new
        isClear = new.isClear
        if isDelayChanged { line.reschedule { new.delay(&random) } }
        if end != .none { scheduleEnd(&random) }
    }

    /// What may be sent now.
    enum Turn {
        /// So many of the first bytes.
        case send(Int)
        case wait(until: Instant)
        /// All bytes that may pass have passed; the connection is to be closed.
        case close(StrikeCount)
    }

    /// What may be sent of `size` bytes that lie first.
    mutating func turn(_ size: Int, at now: Instant, _ random: inout SeededRandom) -> Turn {
        if rules.isHeld { return .wait(until: .distantFuture) }
        if line.due > now { return .wait(until: line.due) }
        guard !isClear else { return .send(size) }
        var size = size
        for (end, count) in rules.limits {
            if passed >= end { return .close(count) }
            size = Int(min(Int64(size), end - passed))
        }
        if sliceLeft == 0 {
            if now < nextSlice { return .wait(until: nextSlice) }
            if let slice = rules.slice(&random) { (sliceLeft, slicePause) = slice }
        }
        if sliceLeft > 0 { size = min(size, sliceLeft) }
        guard rules.rate < .infinity else { return .send(size) }
        let grant = pacer.grant(size, due: line.due, at: now, rate: rules.rate)
        return grant.bytes > 0 ? .send(grant.bytes) : .wait(until: grant.wait)
    }

    /// So many bytes were sent.
    mutating func noteSent(_ size: Int, at now: Instant, _ pool: inout BlockPool) {
        let isPieceOver = line.drop(size, &pool)
        passed += Int64(size)
        pacer.take(size)
        guard sliceLeft > 0, size > 0 else { return }
        sliceLeft -= size
        if sliceLeft == 0 || isPieceOver {
            sliceLeft = 0
            nextSlice = now + slicePause
        }
    }

    /// The count of a limit that is reached; nil where none is.
    var reachedLimit: StrikeCount? { rules.limits.first { passed >= $0.end }?.count }
}

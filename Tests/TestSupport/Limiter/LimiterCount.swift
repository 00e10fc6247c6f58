/// The requests of one client, as a way of counting keeps them. Instants are nanoseconds of one clock.
protocol LimiterCount: Sendable {
    /// Lets time pass; an instant before an earlier one is none.
    mutating func advance(to now: Int64)
    /// How many requests can be admitted now.
    var room: Int { get }
    /// Counts an admitted request.
    mutating func admit()
    /// Takes note of a rejected one, where these count.
    mutating func reject()
    /// Until when the room stays as it is, or where there is none, until there is some: nanoseconds from now.
    var untilMore: Int64 { get }
}

extension LimiterSettings {
    /// A client that has sent nothing yet.
    func makeCount() -> any LimiterCount {
        let limit = defect == .offByOne ? limit + 1 : limit
        let burst = defect == .offByOne ? burst + 1 : burst
        let window = Int64(window) * 1_000_000_000 / (defect == .doubleRate ? 2 : 1)
        let prolongs = defect == .prolongedByRejections || defect == .windowRenewedByRequests
        switch model {
        case .firstRequestWindow, .clockWindow:
            return WindowCount(
                limit: limit, window: window, isAligned: model == .clockWindow,
                isRenewed: defect == .windowRenewedByRequests, prolongs: prolongs)
        case .slidingLog: return LogCount(limit: limit, window: window, prolongs: prolongs)
        case .slidingCounter: return SlidingCount(limit: limit, window: window, prolongs: prolongs)
        case .tokenBucket: return BucketCount(limit: self.limit, window: window, burst: burst, prolongs: prolongs)
        case .gcra: return CellCount(interval: window / Int64(self.limit), burst: burst, prolongs: prolongs)
        }
    }
}

/// Windows that follow one another.
private struct WindowCount: LimiterCount {
    let limit: Int
    let window: Int64
    /// Aligned to the clock, not begun by a request.
    let isAligned: Bool
    let isRenewed: Bool
    let prolongs: Bool
    private var now: Int64 = 0
    private var start: Int64?
    private var count = 0

    init(limit: Int, window: Int64, isAligned: Bool, isRenewed: Bool, prolongs: Bool) {
        self.limit = limit
        self.window = window
        self.isAligned = isAligned
        self.isRenewed = isRenewed
        self.prolongs = prolongs
    }

    mutating func advance(to now: Int64) {
        self.now = max(self.now, now)
        if let start, self.now >= start + window {
            self.start = nil
            count = 0
        }
    }

    var room: Int { max(0, limit - count) }

    mutating func admit() {
        count += 1
        if start == nil { start = isAligned ? now / window * window : now }
        if isRenewed { start = now }
    }

    mutating func reject() { if prolongs { start = now } }

    var untilMore: Int64 { start.map { $0 + window - now } ?? window }
}

/// The instants of all that was admitted within the last window.
private struct LogCount: LimiterCount {
    let limit: Int
    let window: Int64
    let prolongs: Bool
    private var now: Int64 = 0
    private var instants: [Int64] = []

    init(limit: Int, window: Int64, prolongs: Bool) {
        self.limit = limit
        self.window = window
        self.prolongs = prolongs
    }

    mutating func advance(to now: Int64) {
        self.now = max(self.now, now)
        instants.removeAll { $0 + window <= self.now }
    }

    var room: Int { max(0, limit - instants.count) }
    mutating func admit() { instants.append(now) }
    mutating func reject() { if prolongs { instants.append(now) } }

    var untilMore: Int64 {
        guard let first = instants.first else { return window }
        let decisive = instants.count > limit ? instants[instants.count - limit] : first
        return decisive + window - now
    }
}

/// The current window's count, and the share of the last one's that still overlaps.
private struct SlidingCount: LimiterCount {
    let limit: Int
    let window: Int64
    let prolongs: Bool
    private var now: Int64 = 0
    private var number: Int64 = 0
    private var current = 0
    private var previous = 0

    init(limit: Int, window: Int64, prolongs: Bool) {
        self.limit = limit
        self.window = window
        self.prolongs = prolongs
    }

    mutating func advance(to now: Int64) {
        self.now = max(self.now, now)
        let latest = self.now / window
        guard latest != number else { return }
        previous = latest == number + 1 ? current : 0
        current = 0
        number = latest
    }

    /// What counts now, in requests times the window's nanoseconds: no request is gained or lost to rounding.
    private func weight(at instant: Int64) -> Int64 {
        Int64(previous) * (window - instant % window) + Int64(current) * window
    }

    var room: Int {
        // A request passes while the sum before it is less than the limit.
        let left = Int64(limit) * window - weight(at: now)
        return Int(max(0, (left + window - 1) / window))
    }

    mutating func admit() { current += 1 }
    mutating func reject() { if prolongs { current += 1 } }

    var untilMore: Int64 {
        let end = window - now % window
        if room > 0 { return end }
        if current >= limit {
            // The next window begins with all of this one's counting, and what is too much has to fade.
            return end + window * Int64(current - limit) / Int64(current) + 1
        }
        let excess = weight(at: now) - Int64(limit) * window
        return min(end, excess / Int64(max(1, previous)) + 1)
    }
}

/// A token is worth as many credits as the window has nanoseconds, and each nanosecond brings `limit` credits: whole
/// numbers, so that no request is gained or lost to rounding.
private struct BucketCount: LimiterCount {
    let limit: Int64
    let window: Int64
    let burst: Int64
    let prolongs: Bool
    private var now: Int64?
    private var credit: Int64

    init(limit: Int, window: Int64, burst: Int, prolongs: Bool) {
        self.limit = Int64(limit)
        self.window = window
        self.burst = Int64(burst)
        self.prolongs = prolongs
        credit = Int64(burst) * window
    }

    mutating func advance(to now: Int64) {
        let before = self.now ?? now
        self.now = max(before, now)
        let missing = burst * window - credit
        let elapsed = max(0, now - before)
        credit = elapsed > missing / limit ? burst * window : credit + elapsed * limit
    }

    var room: Int { Int(max(0, credit / window)) }
    mutating func admit() { credit -= window }
    /// A rejected request is paid for like any other.
    mutating func reject() { if prolongs { credit = max(-burst * window, credit - window) } }

    var untilMore: Int64 { (room > 0 ? burst * window - credit : window - credit) / limit + 1 }
}

/// The theoretical arrival time of the next request (ITU-T I.371, annex A).
private struct CellCount: LimiterCount {
    let interval: Int64
    let burst: Int64
    let prolongs: Bool
    private var now: Int64 = 0
    private var arrival: Int64 = 0

    init(interval: Int64, burst: Int, prolongs: Bool) {
        self.interval = interval
        self.burst = Int64(burst)
        self.prolongs = prolongs
    }

    mutating func advance(to now: Int64) {
        self.now = max(self.now, now)
        arrival = max(arrival, self.now)
    }

    var room: Int { Int(max(0, (burst * interval - (arrival - now)) / interval)) }
    mutating func admit() { arrival += interval }
    mutating func reject() { if prolongs { arrival = min(arrival + interval, now + 2 * burst * interval) } }

    var untilMore: Int64 { room > 0 ? arrival - now : arrival - now - (burst - 1) * interval }
}

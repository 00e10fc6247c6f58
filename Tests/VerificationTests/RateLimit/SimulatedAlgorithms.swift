/// What a counting algorithm says about one request. Instants are seconds of the limiter's clock.
struct SimulatedDecision {
    var isAdmitted: Bool
    /// Requests left right after it.
    var remaining: Int
    /// Seconds until the next can be admitted, where this one was rejected; else until the quota is whole again.
    var reset: Double
    /// How long the answer waits for its turn.
    var wait = 0.0
}

/// Counts the requests of one client.
protocol SimulatedAlgorithm {
    mutating func take(at now: Double) -> SimulatedDecision
}

/// A window that begins at the first request after the last one's end.
struct FirstRequestWindow: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    /// A mutant: each request begins the window again, as an EXPIRE after each INCR does.
    var everyRequestRenews = false
    private var end = -Double.infinity
    private var count = 0

    init(limit: Int, window: Double, everyRequestRenews: Bool = false) {
        self.limit = limit
        self.window = window
        self.everyRequestRenews = everyRequestRenews
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        if now >= end { (end, count) = (now + window, 0) }
        if everyRequestRenews { end = now + window }
        let isAdmitted = count < limit
        if isAdmitted { count += 1 }
        return SimulatedDecision(isAdmitted: isAdmitted, remaining: limit - count, reset: end - now)
    }
}

/// Windows at fixed instants of the clock.
struct ClockWindow: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    private var number = -Double.infinity
    private var count = 0

    init(limit: Int, window: Double) {
        self.limit = limit
        self.window = window
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let current = (now / window).rounded(.down)
        if current != number { (number, count) = (current, 0) }
        let isAdmitted = count < limit
        if isAdmitted { count += 1 }
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: limit - count, reset: (current + 1) * window - now)
    }
}

/// The instants of all admitted requests, or of all requests.
struct SlidingLog: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    var countsRejected = false
    private var log: [Double] = []

    init(limit: Int, window: Double, countsRejected: Bool = false) {
        self.limit = limit
        self.window = window
        self.countsRejected = countsRejected
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        log.removeAll { $0 <= now - window }
        let isAdmitted = log.count < limit
        if isAdmitted || countsRejected { log.append(now) }
        let index = max(0, log.count - limit)
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: max(0, limit - log.count), reset: log[index] + window - now)
    }
}

/// The count of this window, and of the last one the share that still overlaps.
struct SlidingCounter: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    /// Whether windows begin at the client's first request, as with HAProxy, else at instants of the clock.
    var fromFirstRequest: Bool
    var countsRejected: Bool
    /// Whether the sum is compared before the request is counted.
    var comparesBefore: Bool
    private var begin: Double?
    private var current = 0
    private var previous = 0

    init(limit: Int, window: Double, fromFirstRequest: Bool, countsRejected: Bool, comparesBefore: Bool) {
        self.limit = limit
        self.window = window
        self.fromFirstRequest = fromFirstRequest
        self.countsRejected = countsRejected
        self.comparesBefore = comparesBefore
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        var start = begin ?? (fromFirstRequest ? now : (now / window).rounded(.down) * window)
        if now - start >= window {
            (previous, current) = (current, 0)
            start += window
            if now - start >= window {
                previous = 0
                start = fromFirstRequest ? now : (now / window).rounded(.down) * window
            }
        }
        begin = start
        let share = Double(previous) * (1 - (now - start) / window)
        let sum = share + Double(current)
        let isAdmitted = comparesBefore ? sum < Double(limit) : sum + 1 <= Double(limit)
        if isAdmitted || countsRejected { current += 1 }
        let left = max(0, Int(Double(limit) - share - Double(current)))
        // Conservative: by then the whole of the last window has left the sum.
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: isAdmitted ? left : 0, reset: start + 2 * window - now)
    }
}

/// HAProxy's `http_req_rate(period)` with `deny if gt limit`: whole milliseconds, windows that begin at an even one, the
/// request counted before it is judged (src/freq_ctr.c).
struct HAProxyRate: SimulatedAlgorithm {
    var limit: Int
    var period: Int
    private var tick: Int?
    private var current = 0
    private var previous = 0

    init(limit: Int, period: Double) {
        self.limit = limit
        self.period = Int(period * 1000)
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let now = Int(now * 1000)
        var start = tick ?? -2 * period
        if now - start < period {
            current += 1
        } else {
            (previous, current) = (current, 1)
            start += period
            if now - start >= period {
                previous = 0
                start = now
            }
            start &= ~1
        }
        tick = start
        let remain = max(0, start + period - now)
        let rate = (previous * remain + current * period) / period
        return SimulatedDecision(isAdmitted: rate <= limit, remaining: max(0, limit - rate), reset: 0)
    }
}

/// A bucket of tokens.
struct TokenBucket: SimulatedAlgorithm {
    var burst: Int
    var rate: Double
    private var tokens: Double
    private var last: Double?

    init(burst: Int, rate: Double) {
        self.burst = burst
        self.rate = rate
        tokens = Double(burst)
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        if let last { tokens = min(Double(burst), tokens + max(0, now - last) * rate) }
        last = max(last ?? now, now)
        let isAdmitted = tokens >= 1
        if isAdmitted { tokens -= 1 }
        let missing = isAdmitted ? Double(burst) - tokens : 1 - tokens
        return SimulatedDecision(isAdmitted: isAdmitted, remaining: Int(tokens), reset: missing / rate)
    }
}

/// The generic cell rate algorithm with the time of one cell in whole milliseconds.
struct CellRate: SimulatedAlgorithm {
    var burst: Int
    /// Milliseconds per request.
    var emission: Int
    private var arrival: Int?

    init(burst: Int, rate: Double) {
        self.burst = burst
        emission = Int(1000 / rate)
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let now = Int(now * 1000)
        let theoretical = max(arrival ?? now, now)
        let tolerance = burst * emission - emission
        let isAdmitted = theoretical - now <= tolerance
        if isAdmitted { arrival = theoretical + emission }
        let ahead = (arrival ?? now) - now
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: max(0, (tolerance + emission - ahead) / emission),
            reset: Double(isAdmitted ? ahead : ahead - tolerance) / 1000)
    }
}

/// nginx' `limit_req`: thousandths of requests and whole milliseconds (ngx_http_limit_req_module.c). Without `nodelay` what
/// is in excess waits.
struct NginxRequests: SimulatedAlgorithm {
    var burst: Int
    /// Thousandths of a request per second.
    var rate: Int
    var delays: Bool
    private var excess = 0
    private var last: Int?

    init(burst: Int, perMinute: Int, delays: Bool) {
        self.burst = burst * 1000
        rate = perMinute * 1000 / 60
        self.delays = delays
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let now = Int(now * 1000)
        guard let before = last else {
            last = now
            return SimulatedDecision(isAdmitted: true, remaining: burst / 1000, reset: 0)
        }
        let next = max(0, excess - rate * abs(now - before) / 1000 + 1000)
        guard next <= burst else { return SimulatedDecision(isAdmitted: false, remaining: 0, reset: 0) }
        (excess, last) = (next, now)
        return SimulatedDecision(
            isAdmitted: true, remaining: (burst - next) / 1000, reset: 0,
            wait: delays ? Double(next) / Double(rate) : 0)
    }
}

/// A mutant: blocks a client for a window after each of its requests that was rejected.
struct PunishingLog: SimulatedAlgorithm {
    private var log: SlidingLog
    private var blockedUntil = -Double.infinity

    init(limit: Int, window: Double) { log = SlidingLog(limit: limit, window: window) }

    mutating func take(at now: Double) -> SimulatedDecision {
        if now < blockedUntil {
            blockedUntil = now + log.window
            return SimulatedDecision(isAdmitted: false, remaining: 0, reset: log.window)
        }
        let decision = log.take(at: now)
        if !decision.isAdmitted { blockedUntil = now + log.window }
        return decision
    }
}

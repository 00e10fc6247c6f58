/// Honest algorithms of which something isn't known from outside, and ones that count rejected requests.

/// Windows at fixed instants of the clock, at another phase for each client: django-ratelimit shifts them by a checksum of
/// the client's name, in whole seconds.
struct ShiftedWindow: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    /// The client's phase in seconds.
    var phase: Double
    private var number = -Double.infinity
    private var count = 0

    init(limit: Int, window: Double, client: String) {
        self.limit = limit
        self.window = window
        // CRC-32 (ISO 3309), bit by bit; whole seconds, as there.
        var sum: UInt32 = 0xffff_ffff
        for byte in client.utf8 {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        phase = Double(UInt64(~sum) % UInt64(max(1, window)))
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let current = ((now - phase) / window).rounded(.down)
        if current != number { (number, count) = (current, 0) }
        let isAdmitted = count < limit
        if isAdmitted { count += 1 }
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: limit - count, reset: phase + (current + 1) * window - now)
    }
}

/// A bucket of whole tokens, which loses fractions wherever one is taken; on a clock of whole seconds where `tick` is 1.
/// throttled-py's token and leaking buckets (tick 1) and varnish' vsthrottle (tick 0) count so.
struct WholeTokens: SimulatedAlgorithm {
    var burst: Int
    var rate: Double
    var tick: Double
    /// Whether rejected requests lose fractions too.
    var losesWhenRejecting = false
    private var tokens: Int
    private var last: Double?

    init(burst: Int, rate: Double, tick: Double, losesWhenRejecting: Bool = false) {
        self.burst = burst
        self.rate = rate
        self.tick = tick
        self.losesWhenRejecting = losesWhenRejecting
        tokens = burst
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let now = tick > 0 ? (now / tick).rounded(.down) * tick : now
        let gained = Int((max(0, now - (last ?? now)) * rate).rounded(.down))
        let held = min(burst, tokens + gained)
        let isAdmitted = held > 0
        if isAdmitted || losesWhenRejecting { (tokens, last) = (held - (isAdmitted ? 1 : 0), now) }
        let missing = isAdmitted ? burst - tokens : 1
        // Rounded up, and a second more: the clock may have just begun one.
        return SimulatedDecision(
            isAdmitted: isAdmitted, remaining: tokens, reset: (Double(missing) / rate).rounded(.up) + tick)
    }
}

/// Any of the algorithms on a clock of whole seconds.
struct Seconds<Algorithm: SimulatedAlgorithm>: SimulatedAlgorithm {
    var algorithm: Algorithm

    mutating func take(at now: Double) -> SimulatedDecision {
        var decision = algorithm.take(at: now.rounded(.down))
        decision.reset += 1
        return decision
    }
}

/// Apache's mod_evasive: counted until a client has been silent for a window, on a clock of whole seconds; then blocked
/// until it has been silent for as long.
struct Evasive: SimulatedAlgorithm {
    var limit: Int
    var window: Double
    private var last = -Double.infinity
    private var count = 0

    init(limit: Int, window: Double) {
        self.limit = limit
        self.window = window
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        let now = now.rounded(.down)
        if now - last >= window { count = 0 }
        last = now
        let isAdmitted = count < limit
        if isAdmitted { count += 1 }
        return SimulatedDecision(isAdmitted: isAdmitted, remaining: limit - count, reset: window)
    }
}

/// nginx' `limit_req` with `burst` and `delay`: what exceeds the delay waits for its turn.
struct NginxDelay: SimulatedAlgorithm {
    private var requests: NginxRequests
    private let burst: Int
    private let perSecond: Double
    private let delay: Int

    init(burst: Int, delay: Int, perMinute: Int) {
        requests = NginxRequests(burst: burst, perMinute: perMinute, delays: true)
        self.burst = burst
        self.delay = delay
        perSecond = Double(perMinute) / 60
    }

    mutating func take(at now: Double) -> SimulatedDecision {
        var decision = requests.take(at: now)
        // The wait of all that is in excess, less that of what may be without waiting.
        decision.wait = max(0, decision.wait - Double(delay) / perSecond)
        return decision
    }
}

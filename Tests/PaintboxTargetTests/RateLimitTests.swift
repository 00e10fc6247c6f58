import NIOCore
import Testing

@testable import PaintboxTarget

/// Offers requests at seconds after an arbitrary beginning and gives how many were admitted.
private struct Offers<Algorithm: RateLimitAlgorithm> {
    var limiter: Algorithm
    let policy: RateLimitPolicy
    var last = RateLimitDecision(isAdmitted: true, remaining: 0, reset: .zero)

    mutating func admitted(_ count: Int, at seconds: Double) -> Int {
        var admitted = 0
        for _ in 0..<count {
            last = limiter.take(at: instant(seconds), policy)
            if last.isAdmitted { admitted += 1 }
        }
        return admitted
    }
}

private func instant(_ seconds: Double) -> NIODeadline {
    .uptimeNanoseconds(1_000_000_000_000 + UInt64(seconds * 1e9))
}

@Suite("A fixed window")
struct FixedWindowTests {
    private var offers = Offers(limiter: FixedWindow(), policy: RateLimitPolicy(algorithm: .fixed))

    @Test("admits 100 of a burst of 130")
    mutating func burst() {
        #expect(offers.admitted(130, at: 0) == 100)
        #expect(offers.last == RateLimitDecision(isAdmitted: false, remaining: 0, reset: .seconds(60)))
    }

    @Test("admits 100 just before the boundary and 100 just after it")
    mutating func boundary() {
        // The window began with the request at 0 s: 1 + 99 = 100, then a new one.
        #expect(offers.admitted(1, at: 0) == 1)
        #expect(offers.admitted(100, at: 59.9) == 99)
        #expect(offers.admitted(130, at: 60) == 100)
    }

    @Test("begins with the client's first request, not on the clock's minute")
    mutating func beginning() {
        #expect(offers.admitted(100, at: 47) == 100)
        // 47 + 60 = 107 s; until then nothing.
        #expect(offers.admitted(10, at: 106.999) == 0)
        #expect(offers.last.resetSeconds == 1)
        #expect(offers.admitted(10, at: 107) == 10)
    }

    @Test("is not prolonged by rejected requests")
    mutating func rejected() {
        #expect(offers.admitted(100, at: 0) == 100)
        for second in 1..<60 { #expect(offers.admitted(5, at: Double(second)) == 0) }
        #expect(offers.admitted(1, at: 60) == 1)
    }

    @Test("tells what remains and when it ends")
    mutating func told() {
        #expect(offers.admitted(50, at: 0) == 50)
        #expect(offers.admitted(0, at: 30) == 0)
        #expect(offers.admitted(1, at: 30) == 1)
        // 100 − 51 = 49 left, 60 − 30 = 30 s to go.
        #expect(offers.last == RateLimitDecision(isAdmitted: true, remaining: 49, reset: .seconds(30)))
    }

    @Test("takes an instant before its beginning for its beginning")
    mutating func overtaken() {
        #expect(offers.admitted(1, at: 10) == 1)
        #expect(offers.admitted(1, at: 9) == 1)
        #expect(offers.last.reset == .seconds(60))
    }
}

@Suite("A sliding log")
struct SlidingLogTests {
    private var offers = Offers(limiter: SlidingLog(), policy: RateLimitPolicy(algorithm: .slidingLog))

    @Test("admits 100 in any window, also across what would be a boundary")
    mutating func boundary() {
        #expect(offers.admitted(100, at: 59.9) == 100)
        #expect(offers.admitted(100, at: 60.1) == 0)
        // The oldest leaves at 59.9 + 60 = 119.9 s; 119.9 − 60.1 = 59.8 s.
        #expect(offers.last.reset == .milliseconds(59_800))
        #expect(offers.admitted(130, at: 119.9) == 100)
    }

    @Test("admits half again after half was used half a window ago")
    mutating func halves() {
        #expect(offers.admitted(50, at: 0) == 50)
        #expect(offers.admitted(50, at: 30) == 50)
        #expect(offers.admitted(130, at: 60) == 50)
    }

    @Test("forgets rejected requests")
    mutating func rejected() {
        #expect(offers.admitted(130, at: 0) == 100)
        #expect(offers.admitted(30, at: 59) == 0)
        #expect(offers.admitted(130, at: 60) == 100)
    }
}

@Suite("A token bucket")
struct TokenBucketTests {
    private var offers = Offers(
        limiter: TokenBucket(), policy: RateLimitPolicy(algorithm: .tokenBucket, limit: 100, burst: 20))

    @Test("admits its burst at rest, then one token each 0.6 s")
    mutating func refill() {
        #expect(offers.admitted(130, at: 0) == 20)
        // 60 s / 100 = 0.6 s for a token.
        #expect(offers.last.reset == .milliseconds(600))
        #expect(offers.admitted(5, at: 0.599) == 0)
        #expect(offers.admitted(5, at: 0.6) == 1)
        // 6 s bring 10 tokens.
        #expect(offers.admitted(130, at: 6.6) == 10)
    }

    @Test("holds no more than its burst however long it rests")
    mutating func capacity() {
        #expect(offers.admitted(20, at: 0) == 20)
        #expect(offers.admitted(130, at: 1_000_000) == 20)
    }

    @Test("neither gains nor loses a token over a million requests")
    mutating func exact() {
        var admitted = 0
        // 3 requests each ms for 300 s: 20 at first, and 300 / 0.6 = 500 more (the last at 300 s).
        for millisecond in 0...300_000 { admitted += offers.admitted(3, at: Double(millisecond) / 1000) }
        #expect(admitted == 520)
    }

    @Test("stays exact at the ends of the policy's ranges")
    mutating func extremes() {
        let policy = RateLimitPolicy(algorithm: .tokenBucket, limit: 1, windowSeconds: 86_400, burst: 100_000)
        var offers = Offers(limiter: TokenBucket(), policy: policy)
        #expect(offers.admitted(100_001, at: 0) == 100_000)
        #expect(offers.admitted(2, at: 86_400) == 1)
        #expect(offers.admitted(100_001, at: 9_000_000_000) == 100_000)
    }
}

@Suite("The rate limiter")
struct RateLimiterTests {
    @Test("counts clients apart")
    func isolation() throws {
        let limiter = RateLimiter(policy: RateLimitPolicy(limit: 1), maxClients: 10)
        #expect(limiter.take(.key("a"), at: instant(0))?.isAdmitted == true)
        #expect(limiter.take(.key("a"), at: instant(0))?.isAdmitted == false)
        #expect(limiter.take(.key("b"), at: instant(0))?.isAdmitted == true)
        #expect(limiter.take(.address("a"), at: instant(0))?.isAdmitted == true)
    }

    @Test("remembers a bounded number of clients and forgets those that went silent")
    func bounds() {
        let limiter = RateLimiter(policy: RateLimitPolicy(), maxClients: 100)
        for number in 0..<1000 { _ = limiter.take(.key("\(number)"), at: instant(0)) }
        #expect(limiter.clientCount == 100)
        // Each request forgets at most two; the new ones themselves stay.
        for number in 0..<100 { _ = limiter.take(.key("new\(number % 2)"), at: instant(61)) }
        #expect(limiter.clientCount == 2)
    }

    @Test("admits exactly the limit of requests that arrive at once on several threads")
    func races() async {
        let limiter = RateLimiter(policy: RateLimitPolicy(limit: 100), maxClients: 10)
        let admitted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<50).count { _ in limiter.take(.key("k"), at: instant(0))?.isAdmitted == true }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == 100)
    }

    @Test("says so in the draft's fields, the customary ones and Retry-After")
    func fields() {
        let decision = RateLimitDecision(isAdmitted: false, remaining: 0, reset: .milliseconds(29_001))
        let fields = decision.fields(RateLimitPolicy()).map { "\($0.name): \($0.value)" }
        #expect(
            fields == [
                "RateLimit-Policy: \"default\";q=100;w=60", "RateLimit: \"default\";r=0;t=30",
                "X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 30", "Retry-After: 30",
            ])
    }

    @Test("has nothing to say when it is off")
    func off() {
        let limiter = RateLimiter(policy: RateLimitPolicy(algorithm: .off), maxClients: 10)
        #expect(limiter.take(.key("a"), at: instant(0)) == nil)
    }
}

import Dispatch
import NIOConcurrencyHelpers
import NIOCore

/// Counts the requests of all clients in Redis, in fixed windows that begin with a client's first request: so several
/// processes share one count.
final class RedisLimiter: Sendable {
    let address: RedisAddress
    let policy: RateLimitPolicy
    let pool: SessionPool<RedisSession>

    /// Counts and looks at the window's end in one step, which Redis carries out as a whole.
    private static let script = """
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return {count, redis.call('PTTL', KEYS[1])}
        """

    init(_ address: RedisAddress, policy: RateLimitPolicy) {
        self.address = address
        self.policy = policy
        pool = SessionPool(size: 2...8) { RedisSession(address) }
    }

    /// True where Redis can be reached. Blocks; not to be asked on an event loop.
    var answers: Bool {
        let answered = NIOLockedValueBox(false)
        let done = DispatchSemaphore(value: 0)
        pool.submit { session in
            let answer = session.ask(["PING"])
            answered.withLockedValue { $0 = answer == .text("PONG") }
            done.signal()
        }
        done.wait()
        return answered.withLockedValue { $0 }
    }

    /// Decides about a request of `client`; nil: Redis doesn't answer.
    func take(_ client: RateLimitClient, _ deliver: @escaping @Sendable (RateLimitDecision?) -> Void) {
        let key =
            switch client {
            case .key(let key): "paintbox:limit:key:\(key)"
            case .address(let address): "paintbox:limit:address:\(address)"
            }
        let milliseconds = String(policy.windowSeconds * 1_000)
        pool.submit { [policy] session in
            guard case .list(let numbers)? = session.ask(["EVAL", Self.script, "1", key, milliseconds]),
                numbers.count == 2, case .integer(let count) = numbers[0], case .integer(let left) = numbers[1]
            else { return deliver(nil) }
            deliver(
                RateLimitDecision(
                    isAdmitted: count <= policy.limit, remaining: max(0, policy.limit - count),
                    reset: .milliseconds(Int64(max(0, left)))))
        }
    }
}

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Who is counted: the API key if one is sent, else the address of the peer. Forwarding fields count for nothing,
/// since any client can write them.
enum RateLimitClient: Hashable, Sendable {
    /// Longest key taken, in bytes.
    static let maxKeyBytes = 128

    case key(String)
    case address(String)

    /// - Throws: ``RequestProblem`` 400 for a key that is empty, too long or sent twice.
    init(_ request: Request) throws(RequestProblem) {
        let keys = request.headers["X-API-Key"]
        guard let key = keys.first else {
            self = .address(request.peer)
            return
        }
        guard keys.count == 1, (1...Self.maxKeyBytes).contains(key.utf8.count) else {
            throw RequestProblem(.badRequest, "X-API-Key must be 1 to \(Self.maxKeyBytes) bytes, once")
        }
        self = .key(key)
    }
}

/// Counts the requests of all clients. One lock covers look-up and decision, so of requests released together on
/// several event loops exactly as many are admitted as the policy says.
final class RateLimiter: Sendable {
    private enum Count: Sendable {
        case fixed(FixedWindow)
        case log(SlidingLog)
        case bucket(TokenBucket)
        /// Stands in while a count is being changed, so that it isn't copied.
        case taken
    }

    private struct Entry: Sendable {
        var count: Count
        var lastSeen: NIODeadline
    }

    let policy: RateLimitPolicy
    private let maxClients: Int
    private let clients: NIOLockedValueBox<LRUTable<RateLimitClient, Entry>>

    /// - Parameter maxClients: how many clients are remembered; beyond it the one that was silent for longest is
    ///   forgotten, and begins again.
    init(policy: RateLimitPolicy, maxClients: Int) {
        self.policy = policy
        self.maxClients = maxClients
        clients = NIOLockedValueBox(LRUTable())
    }

    /// How many clients are remembered.
    var clientCount: Int { clients.withLockedValue { $0.count } }

    /// Decides about a request of `client` at `now`; nil if there is no limit.
    func take(_ client: RateLimitClient, at now: NIODeadline) -> RateLimitDecision? {
        guard let fresh = makeCount() else { return nil }
        return clients.withLockedValue { clients in
            let decision = clients.update(client, default: Entry(count: fresh, lastSeen: now)) { entry in
                entry.lastSeen = max(entry.lastSeen, now)
                return Self.take(&entry.count, at: now, policy)
            }
            forget(&clients, at: now)
            return decision
        }
    }

    private func makeCount() -> Count? {
        switch policy.algorithm {
        case .fixed: .fixed(FixedWindow())
        case .slidingLog: .log(SlidingLog())
        case .tokenBucket: .bucket(TokenBucket())
        case .off: nil
        }
    }

    private static func take(_ count: inout Count, at now: NIODeadline, _ policy: RateLimitPolicy) -> RateLimitDecision
    {
        let decision: RateLimitDecision
        switch count {
        case .fixed(var window):
            decision = window.take(at: now, policy)
            count = .fixed(window)
        case .log(var log):
            count = .taken
            decision = log.take(at: now, policy)
            count = .log(log)
        case .bucket(var bucket):
            decision = bucket.take(at: now, policy)
            count = .bucket(bucket)
        case .taken: preconditionFailure("a count is changed under the lock only")
        }
        return decision
    }

    /// Forgets at most two clients, so that the price of a request stays the same however many have gone silent.
    private func forget(_ clients: inout LRUTable<RateLimitClient, Entry>, at now: NIODeadline) {
        // After this long every algorithm is back where it began: a bucket needs burst / limit windows to fill.
        let windows = 1 + (policy.algorithm == .tokenBucket ? policy.burst / policy.limit : 0)
        let memory = TimeAmount.nanoseconds(policy.window.nanoseconds * Int64(windows))
        for _ in 0..<2 {
            guard let oldest = clients.oldest else { return }
            guard clients.count > maxClients || now - oldest.value.lastSeen > memory else { return }
            clients.removeOldest()
        }
    }
}

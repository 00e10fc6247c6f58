/// Orders in a Redis server, each a field of one hash.
///
/// Confined to its thread. The server's address is asked of the Sentinels anew after every failure.
final class RedisOrders: OrderSource {
    private enum Origin {
        case server(RedisAddress)
        case sentinels([RedisAddress], name: String)
    }

    private static let hash = "paintbox:orders"
    /// Looks and changes in one step, which Redis carries out as a whole.
    private static let script = """
        local count = redis.call('HGET', KEYS[1], ARGV[1])
        if count and ARGV[3] == '1' then return tonumber(count) end
        return redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
        """

    private let location: Origin
    private var session: RedisSession?

    init(_ address: RedisAddress) { location = .server(address) }

    init(sentinels: [RedisAddress], name: String) { location = .sentinels(sentinels, name: name) }

    func apply(_ id: String, _ rules: OrderRules) throws(RequestProblem) -> Int {
        guard let session = reach() else { throw .notApplied("no master can be reached") }
        let flag = rules.isIdempotent ? "1" : "0"
        switch session.ask(["EVAL", Self.script, "1", Self.hash, id, String(rules.times), flag]) {
        case .integer(let count)?: return count
        case .failure(let text)?:
            // READONLY, MASTERDOWN, LOADING: it is no master, or not yet.
            self.session = nil
            throw .notApplied(text.hasPrefix("NOREPLICAS") ? "too few replicas" : "the database takes no writes")
        default:
            self.session = nil
            throw .outcomeUnknown
        }
    }

    func count(_ id: String) throws(RequestProblem) -> Int? {
        switch reach()?.ask(["HGET", Self.hash, id]) {
        case .text(let text)?: return Int(text)
        case .nothing?: return nil
        default:
            session = nil
            throw .ordersUnreadable
        }
    }

    func ids() throws(RequestProblem) -> [String] {
        guard case .list(let values)? = reach()?.ask(["HKEYS", Self.hash]) else {
            session = nil
            throw .ordersUnreadable
        }
        return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    func page(after id: String, limit: Int) throws(RequestProblem) -> [CountedOrder] {
        guard case .list(let values)? = reach()?.ask(["HGETALL", Self.hash]) else {
            session = nil
            throw .ordersUnreadable
        }
        let orders = stride(from: 0, to: values.count - 1, by: 2).compactMap { index -> CountedOrder? in
            guard case .text(let id) = values[index], case .text(let text) = values[index + 1], let count = Int(text)
            else { return nil }
            return CountedOrder(id: id, count: count)
        }
        return orders.page(after: id, limit: limit)
    }

    /// A session that is connected; nil: none can be had now.
    private func reach() -> RedisSession? {
        if let session, session.isConnected { return session }
        session = nil
        switch location {
        case .server(let address):
            let made = RedisSession(address)
            guard made.connectIfNeeded() else { return nil }
            session = made
        case .sentinels(let addresses, let name):
            for address in addresses {
                let sentinel = RedisSession(address)
                guard case .list(let words)? = sentinel.ask(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]),
                    words.count == 2, case .text(let host) = words[0], case .text(let port) = words[1],
                    let found = RedisAddress("\(host):\(port)")
                else { continue }
                let made = RedisSession(found)
                // A Sentinel may know less than the server: one that was made a replica says so.
                guard case .list(let role)? = made.ask(["ROLE"]), role.first == .text("master") else { continue }
                session = made
                break
            }
        }
        return session
    }
}

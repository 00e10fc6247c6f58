import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Takes orders, tells of them, and has them kept elsewhere.
final class OrderDesk: Sendable {
    /// How long an order may wait for a session: then it is refused, so that a database that comes back is not met by
    /// writes whose senders have gone.
    private static let longestWait = TimeAmount.seconds(2)

    /// What `POST /api/v1/orders` takes: any member but the id is the client's own.
    private struct Order: Decodable {
        let id: String
    }

    private let rulesBox = NIOLockedValueBox(OrderRules())
    private let memory = MemoryOrders()
    /// nil: they are kept in `memory`.
    let pool: SessionPool<any OrderSource>?

    /// - Throws: ``PaintboxServer/StartError`` where libpq is needed and missing.
    init(_ location: OrderStore) throws(PaintboxServer.StartError) {
        let open: @Sendable () -> any OrderSource
        switch location {
        case .memory:
            pool = nil
            return
        case .postgres(let connection):
            guard let library = PostgresLibrary() else {
                throw .database(reason: "libpq.so.5 is missing (Debian: libpq5)")
            }
            open = { PostgresOrders(library: library, connection: connection) }
        case .redis(let address): open = { RedisOrders(address) }
        case .sentinel(let addresses, let name): open = { RedisOrders(sentinels: addresses, name: name) }
        }
        let sessions = SessionPool<any OrderSource>(size: 4...16, open: open)
        // Makes the table where it is missing, before orders come: several sessions at it would be in each other's way.
        if case .postgres = location { sessions.submit { _ = try? $0.count("") } }
        pool = sessions
    }

    /// How orders are applied.
    var rules: OrderRules {
        get { rulesBox.withLockedValue { $0 } }
        set { rulesBox.withLockedValue { $0 = newValue } }
    }

    /// Takes an order.
    func place(_ request: Request) throws(RequestProblem) -> Answer {
        try request.requireJSON()
        let id = try JSONBody.decode(Order.self, from: request.body).id
        guard Self.isID(id[...]) else {
            throw RequestProblem(.badRequest, "id must be 1 to 128 letters, digits and -._~:")
        }
        let rules = rules
        let latest = NIODeadline.now() + Self.longestWait
        return query { (orders) throws(RequestProblem) in
            guard NIODeadline.now() < latest else { throw .notApplied("it waited too long") }
            let count = try orders.apply(id, rules)
            var response = Self.response(.created, id, count)
            response.add("Location", "/api/v1/orders/\(id)")
            return response
        }
    }

    /// Tells of an order.
    func show(_ id: String) -> Answer {
        query { (orders) throws(RequestProblem) in
            guard let count = try orders.count(id) else { throw RequestProblem(.notFound, "no such order") }
            return Self.response(.ok, id, count)
        }
    }

    /// The most orders of a page.
    private static let largestPage = 10_000

    /// Lists orders: page by page where the request has `after` or `limit`, else the ids of all.
    func list(_ request: Request) throws(RequestProblem) -> Answer {
        let (after, size) = (request.parameter("after"), request.parameter("limit"))
        guard after != nil || size != nil else { return list() }
        guard let limit = Int(size ?? "1000"), 1...Self.largestPage ~= limit else {
            throw RequestProblem(.badRequest, "limit must be a number from 1 to \(Self.largestPage)")
        }
        let start = String(after ?? "")
        guard start.isEmpty || Self.isID(start[...]) else {
            throw RequestProblem(.badRequest, "after must be an order's id, or empty")
        }
        return query { (orders) throws(RequestProblem) in
            // One more tells whether there is a next page.
            let found = try orders.page(after: start, limit: limit + 1)
            let page = found.prefix(limit)
            return Response.json(.ok) { buffer in
                buffer.writeStaticString("{\"items\":[")
                for (index, order) in page.enumerated() {
                    if index > 0 { buffer.writeStaticString(",") }
                    buffer.writeStaticString("{\"id\":")
                    buffer.writeJSON(order.id)
                    buffer.writeString(",\"count\":\(order.count)}")
                }
                buffer.writeStaticString("],\"next\":")
                if found.count > limit, let last = page.last {
                    buffer.writeJSON(last.id)
                } else {
                    buffer.writeStaticString("null")
                }
                buffer.writeStaticString("}")
            }
        }
    }

    private func list() -> Answer {
        query { (orders) throws(RequestProblem) in
            let ids = try orders.ids().sorted()
            return Response.json(.ok) { buffer in
                buffer.writeString("{\"total\":\(ids.count),\"ids\":[")
                for (index, id) in ids.enumerated() {
                    if index > 0 { buffer.writeStaticString(",") }
                    buffer.writeJSON(id)
                }
                buffer.writeStaticString("]}")
            }
        }
    }

    /// Whether a text may be an order's id: it stands in paths as it is.
    static func isID(_ text: Substring) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~:".utf8.contains(byte)
                }
            }
    }

    /// An order changes only by being applied again, so that how often it was is its version, too.
    private static func response(_ status: HTTPResponseStatus, _ id: String, _ count: Int) -> Response {
        Response.json(status) { buffer in
            buffer.writeStaticString("{\"id\":")
            buffer.writeJSON(id)
            buffer.writeString(",\"version\":\(count),\"count\":\(count)}")
        }
    }

    private func query(
        _ make: @escaping @Sendable (any OrderSource) throws(RequestProblem) -> Response
    ) -> Answer {
        let answer = { @Sendable (orders: any OrderSource) in
            do throws(RequestProblem) {
                return try make(orders)
            } catch {
                return error.response
            }
        }
        guard let pool else { return .respond(answer(memory)) }
        return .later(start: { deliver in pool.submit { deliver(answer($0)) } }, then: { .respond($0) })
    }
}

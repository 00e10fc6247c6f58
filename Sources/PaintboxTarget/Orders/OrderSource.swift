import NIOHTTP1

/// How orders are applied.
struct OrderRules: Equatable, Sendable {
    /// Whether an order that is sent again is applied once only.
    var isIdempotent = true
    /// How often a new order is applied.
    var times = 1
}

/// Where orders are kept: in memory, or in a database.
protocol OrderSource {
    /// Applies an order, and tells how often it has been applied by now.
    ///
    /// - Throws: ``RequestProblem``: ``RequestProblem/notApplied(_:)`` only where it is certain that the order was not
    ///   applied, ``RequestProblem/outcomeUnknown`` where it is not.
    func apply(_ id: String, _ rules: OrderRules) throws(RequestProblem) -> Int
    /// How often an order has been applied; nil if there is none of that id.
    func count(_ id: String) throws(RequestProblem) -> Int?
    /// The ids of all orders, in no order.
    func ids() throws(RequestProblem) -> [String]
    /// The orders whose ids follow `after`, in the order of their ids' bytes, `limit` at most.
    func page(after id: String, limit: Int) throws(RequestProblem) -> [CountedOrder]
}

/// An order, and how often it has been applied.
struct CountedOrder: Equatable, Sendable {
    var id: String
    var count: Int
}

extension [CountedOrder] {
    /// Those that follow an id, in order.
    func page(after id: String, limit: Int) -> [CountedOrder] {
        Array(filter { $0.id > id }.sorted { $0.id < $1.id }.prefix(limit))
    }
}

extension RequestProblem {
    /// An order was not applied, and will not be.
    static func notApplied(_ reason: String) -> RequestProblem {
        RequestProblem(.serviceUnavailable, "the order was not applied: \(reason)")
    }

    /// An order may have been applied, or may be yet.
    static let outcomeUnknown = RequestProblem(
        .serviceUnavailable, "whether the order was applied is not known: the database did not say")

    /// Orders can't be read.
    static let ordersUnreadable = RequestProblem(.serviceUnavailable, "the orders can't be read now")
}

import Measures
import Scenarios
import VerificationKit

/// The requests that lead to the kinds of answers that a rule covers: the scenario's own where it names them, else ones
/// that are derived from the first request of the rule and change nothing on a server.
struct KindRequests: Sendable {
    private let coverage: AnswerCoverage
    private let maker: RequestMaker
    private let first: PlannedExchange?
    /// Identity 1 is the one that is kept busy until it is refused; the others take turns.
    private var identity = 1
    private var lanes: [String: Int] = [:]

    /// Requests for a rule whose first request is `first`.
    init(_ coverage: AnswerCoverage, first: VerifiedRequest, maker: RequestMaker) {
        self.coverage = coverage
        self.maker = maker
        self.first = maker.exchange(first, identity: 2)
    }

    /// A request of the rule, as the next identity, over a connection that is kept: one after the other.
    mutating func planned(_ request: VerifiedRequest) -> PlannedExchange? {
        identity += 1
        return maker.exchange(request, identity: identity).map { onLane($0) }
    }

    /// The requests that may lead to a kind; empty where there is no way.
    mutating func requests(for kind: AnswerKind) -> [PlannedExchange] {
        if kind == .rateLimited { return [] }
        if let provocation = coverage.provocations[kind] { return [planned(provocation.request)].compactMap { $0 } }
        guard coverage.kinds.contains(kind), var request = first else { return [] }
        request.body = []
        switch kind {
        case .notFound:
            request.method = "GET"
            request.target = Self.missing(beside: request.target)
            return [onLane(request)]
        case .methodNotAllowed:
            request.method = "PROPFIND"
            return [onLane(request)]
        case .success, .rateLimited, .serverError, .redirect, .cached: return []
        }
    }

    /// Whether what is sent for a kind is made up, so that no one has declared how it is answered.
    func isMadeUp(_ kind: AnswerKind) -> Bool { coverage.provocations[kind] == nil }

    /// TRACE of the first request, without anything that may be a secret (RFC 9110 §9.3.8).
    mutating func trace() -> PlannedExchange? {
        guard var request = first else { return nil }
        request.method = "TRACE"
        request.body = []
        request.fields = []
        return onLane(request)
    }

    /// The request that is sent until it is refused, and how often at most.
    mutating func limited() -> (request: PlannedExchange, times: Int)? {
        guard let provocation = coverage.provocations[.rateLimited],
            let request = maker.exchange(provocation.request, identity: 1)
        else { return nil }
        return (onLane(request), provocation.times)
    }

    /// A lane belongs to one server.
    mutating func onLane(_ exchange: PlannedExchange) -> PlannedExchange {
        let key = "\(exchange.isSecure) \(exchange.host) \(exchange.port)"
        let lane = lanes[key] ?? lanes.count
        lanes[key] = lane
        var exchange = exchange
        exchange.lane = .kept(lane)
        return exchange
    }

    /// A path that nobody has, in the same folder. The same each time, so that a report can be checked by hand.
    private static func missing(beside target: String) -> String {
        let path = target.prefix { $0 != "?" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return folder + "loadgate-missing-5f0c2a9e7b31"
    }
}

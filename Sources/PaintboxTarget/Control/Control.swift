import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// The service of the control port: switches faults and regions, purges the cache, tells the counters.
///
/// Every change needs a JSON content type. A page in a browser can't send one to another origin without a preflight,
/// and preflights are refused here. A page that has this port taken for its own origin is refused by its name.
final class Control: Service {
    private let edge: Edge
    private let connections: Connections

    init(edge: Edge, connections: Connections) {
        self.edge = edge
        self.connections = connections
    }

    func reject(_ problem: RequestProblem) -> Response {
        problem.response
    }

    func answer(_ request: Request) -> Answer {
        do throws(RequestProblem) {
            return .respond(try respond(request))
        } catch {
            return .respond(error.response)
        }
    }

    private func respond(_ request: Request) throws(RequestProblem) -> Response {
        try LocalOrigin.check(request)
        let path = request.path
        switch path {
        case "/health":
            try allow([.GET, .HEAD], request)
            return Response.json(.ok) { $0.writeStaticString("{\"status\":\"ok\"}") }
        case "/metrics":
            try allow([.GET, .HEAD], request)
            return metrics()
        case "/counters":
            try allow([.GET, .HEAD], request)
            return counters()
        case "/faults":
            try allow([.GET, .HEAD, .POST, .DELETE], request)
            return try faults(request)
        case "/regions":
            try allow([.GET, .HEAD], request)
            return Response.json(.ok) { edge.regions.write(to: &$0) }
        case "/drain":
            try allow([.GET, .HEAD, .POST], request)
            return try drain(request)
        case "/orders":
            try allow([.GET, .HEAD, .POST], request)
            return try orders(request)
        case "/purge":
            try allow([.POST], request)
            return try purge(request)
        case "/revise":
            try allow([.POST], request)
            return try revise(request)
        default:
            guard let name = path.dropPrefix("/regions/"), let region = Region.all.first(where: { $0.name == name })
            else { throw RequestProblem(.notFound, "no such resource") }
            try allow([.GET, .HEAD, .POST], request)
            return try change(region, request)
        }
    }

    private func allow(_ methods: [HTTPMethod], _ request: Request) throws(RequestProblem) {
        guard methods.contains(request.method) else {
            throw RequestProblem(.methodNotAllowed, "method not allowed", allowed: methods)
        }
        if request.method == .POST { try request.requireJSON() }
    }

    // MARK: - Faults and regions

    private func faults(_ request: Request) throws(RequestProblem) -> Response {
        if request.method == .POST {
            let faults = try JSONBody.decode(Faults.self, from: request.body)
            try faults.check()
            edge.faults.set(faults, at: .now())
        } else if request.method == .DELETE {
            edge.faults.set(Faults(), at: .now())
        }
        let faults = edge.faults.faults
        return Response.json(.ok) { faults.write(to: &$0) }
    }

    private struct RegionChange: Decodable {
        let healthy: Bool
        let serving: Bool?
    }

    private func change(_ region: Region, _ request: Request) throws(RequestProblem) -> Response {
        if request.method == .POST {
            let change = try JSONBody.decode(RegionChange.self, from: request.body)
            edge.regions.set(region, isHealthy: change.healthy, isServing: change.serving ?? true)
        }
        let state = edge.regions.states[region.index]
        return Response.json(.ok) { state.write(region, to: &$0) }
    }

    private struct Drain: Decodable {
        let draining: Bool
    }

    private func drain(_ request: Request) throws(RequestProblem) -> Response {
        if request.method == .POST {
            let isDraining = try JSONBody.decode(Drain.self, from: request.body, members: ["draining"]).draining
            edge.isDraining.withLockedValue { $0 = isDraining }
        }
        let isDraining = edge.isDraining.withLockedValue { $0 }
        return Response.json(.ok) { $0.writeString("{\"draining\":\(isDraining)}") }
    }

    private struct OrderChange: Decodable {
        let idempotent: Bool?
        let times: Int?
    }

    private func orders(_ request: Request) throws(RequestProblem) -> Response {
        if request.method == .POST {
            let change = try JSONBody.decode(OrderChange.self, from: request.body, members: ["idempotent", "times"])
            let times = change.times ?? 1
            guard (1...10).contains(times) else { throw RequestProblem(.badRequest, "times must be 1 to 10") }
            edge.application.orders.rules = OrderRules(isIdempotent: change.idempotent ?? true, times: times)
        }
        let rules = edge.application.orders.rules
        return Response.json(.ok) {
            $0.writeString("{\"idempotent\":\(rules.isIdempotent),\"times\":\(rules.times)}")
        }
    }

    // MARK: - Cache

    private struct Purge: Decodable {
        let path: String?
        let all: Bool?
    }

    private func purge(_ request: Request) throws(RequestProblem) -> Response {
        let purge = try JSONBody.decode(Purge.self, from: request.body)
        let purged: Int
        switch (purge.path, purge.all) {
        case (let path?, nil): purged = edge.cache.withLockedValue { $0.purge(path) } ? 1 : 0
        case (nil, true?): purged = edge.cache.withLockedValue { $0.purgeAll() }
        default: throw RequestProblem(.badRequest, "either path or \"all\": true is needed")
        }
        return Response.json(.ok) { $0.writeString("{\"purged\":\(purged)}") }
    }

    private struct Revision: Decodable {
        let path: String
    }

    private func revise(_ request: Request) throws(RequestProblem) -> Response {
        let path = try JSONBody.decode(Revision.self, from: request.body).path
        guard case .asset(let number)? = Route(path[...]) else {
            throw RequestProblem(.badRequest, "path must be one of /static/asset-0.css to /static/asset-99999.css")
        }
        let revision = edge.application.assets.revise(number)
        return Response.json(.ok) { $0.writeString("{\"revision\":\(revision)}") }
    }

    // MARK: - Counters

    private func metrics() -> Response {
        let cache = edge.cache.withLockedValue { ($0.count, $0.bytes, $0.evictions) }
        let text = MetricsText(
            values: edge.counters.values, regions: edge.regions.states, cacheEntries: cache.0, cacheBytes: cache.1,
            cacheEvictions: cache.2, rateLimitClients: edge.limiter.clientCount,
            projectsForgotten: edge.application.projects.forgotten, connections: connections.count,
            pool: edge.application.pool?.usage)
        var response = Response(.ok)
        response.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        response.add("Cache-Control", "no-store")
        text.write(to: &response.body)
        return response
    }

    private func counters() -> Response {
        let values = edge.counters.values
        let responses = values.responses.joined().reduce(0, +)
        return Response.json(.ok) { buffer in
            buffer.writeString("{\"origin_requests_total\":\(values.originRequests),\"responses_total\":\(responses),")
            buffer.writeString("\"cache_hits_total\":\(values.cacheHits),\"cache_misses_total\":\(values.cacheMisses),")
            buffer.writeString("\"cache_expired_total\":\(values.cacheExpired),")
            buffer.writeString("\"cache_bypassed_total\":\(values.cacheBypassed),")
            buffer.writeString("\"rate_limited_total\":\(values.rateLimited),")
            buffer.writeString("\"websocket_connections\":\(values.webSocketsOpen),\"region_requests_total\":{")
            for region in Region.all {
                let separator = region.index > 0 ? "," : ""
                buffer.writeString("\(separator)\"\(region.name)\":\(values.regionRequests[region.index])")
            }
            buffer.writeStaticString("}}")
        }
    }
}

extension Regions.Health {
    /// Appends the state of `region` as JSON.
    func write(_ region: Region, to buffer: inout ByteBuffer) {
        buffer.writeString("{\"name\":\"\(region.name)\",\"healthy\":\(isHealthy),\"serving\":\(isServing),")
        buffer.writeString("\"routed\":\(isRouted)}")
    }
}

extension Regions {
    /// Appends the state of all regions as JSON.
    func write(to buffer: inout ByteBuffer) {
        let states = states
        buffer.writeStaticString("{\"regions\":[")
        for region in Region.all {
            if region.index > 0 { buffer.writeStaticString(",") }
            states[region.index].write(region, to: &buffer)
        }
        buffer.writeStaticString("]}")
    }
}

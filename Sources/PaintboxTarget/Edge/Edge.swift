import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// What stands in front of the regions: grants origins, counts requests against limits, keeps assets, and sends the
/// rest to the first region that is well.
final class Edge: Service {
    let application: Application
    let regions: Regions
    let limiter: RateLimiter
    /// Counts in place of `limiter`; nil: that counts itself.
    let sharedLimiter: RedisLimiter?
    let faults: FaultSwitch
    let counters: Counters
    let cache: NIOLockedValueBox<EdgeCache>
    private let cors: CORSPolicy
    private let rooms: Rooms
    private let version: String
    private let regionName: String?
    /// Whether load balancers are told to send no more, though all that comes is answered.
    let isDraining = NIOLockedValueBox(false)
    private let idleTimeout: TimeAmount

    /// - Parameter pool: makes the sessions with where projects are kept; nil: they are asked for in place.
    init(
        _ settings: PaintboxSettings, orders: OrderDesk,
        pool: (ProjectStore) throws -> SessionPool<any ProjectSource>? = { _ in nil }
    ) rethrows {
        let projects = ProjectStore(seed: settings.seed, maxCreated: settings.maxProjects)
        application = Application(
            projects: projects, assets: Assets(maxAge: settings.assetMaxAgeSeconds), pool: try pool(projects),
            orders: orders)
        regions = Regions(checksAtOnce: settings.healthIntervalMilliseconds == 0)
        limiter = RateLimiter(policy: settings.rateLimit, maxClients: settings.maxClients)
        sharedLimiter = settings.redis.map { RedisLimiter($0, policy: settings.rateLimit) }
        faults = FaultSwitch(seed: settings.seed)
        counters = Counters()
        cache = NIOLockedValueBox(EdgeCache(maxEntries: settings.cacheEntries, maxBytes: settings.cacheBytes))
        cors = CORSPolicy(origins: settings.corsOrigins)
        rooms = Rooms(counters: counters)
        version = settings.appVersion
        regionName = settings.region
        idleTimeout = .seconds(Int64(settings.idleTimeoutSeconds))
    }

    /// What has threads of its own.
    var pools: [any Stoppable] {
        let pools: [(any Stoppable)?] = [application.pool, application.orders.pool, sharedLimiter?.pool]
        return pools.compactMap { $0 }
    }

    func reject(_ problem: RequestProblem) -> Response {
        let response = finish(problem.response, from: .edge)
        counters.count(response, from: .edge)
        return response
    }

    func answer(_ request: Request) -> Answer {
        let isAPI = request.path.hasPrefix("/api/")
        guard isAPI else { return route(request) }
        let granted = cors.fields(for: request.headers)
        if CORSPolicy.isPreflight(request) { return ownAnswer(cors.preflight(request.headers)) }
        return limit(request).map { response in
            var response = response
            response.fields.append(contentsOf: granted)
            return response
        }
    }

    // MARK: - Limits

    private func limit(_ request: Request) -> Answer {
        guard Self.isLimited(request) else { return route(request) }
        let client: RateLimitClient
        do throws(RequestProblem) {
            client = try RateLimitClient(request)
        } catch {
            return ownAnswer(error.response)
        }
        if let sharedLimiter {
            return .later(
                start: { sharedLimiter.take(client, $0) },
                then: { [self] decision in
                    guard let decision else {
                        return ownAnswer(RequestProblem(.serviceUnavailable, "no count can be had").response)
                    }
                    return carry(out: decision, request)
                })
        }
        guard let decision = limiter.take(client, at: .now()) else { return route(request) }
        return carry(out: decision, request)
    }

    private func carry(out decision: RateLimitDecision, _ request: Request) -> Answer {
        let fields = decision.fields(limiter.policy)
        if decision.isAdmitted {
            return route(request).map { response in
                var response = response
                response.fields.append(contentsOf: fields)
                return response
            }
        }
        counters.change { $0.rateLimited += 1 }
        var response = RequestProblem(.tooManyRequests, "too many requests; retry later").response
        response.fields.append(contentsOf: fields)
        return ownAnswer(response)
    }

    /// Projects, estimates and prices count, whether the request turns out to be good or not; preflights and methods
    /// that get a 405 don't.
    private static func isLimited(_ request: Request) -> Bool {
        guard [.GET, .HEAD, .POST].contains(request.method) else { return false }
        let path = request.path
        return path == "/api/v1/calculate" || path == "/api/v1/projects" || path.hasPrefix("/api/v1/projects/")
    }

    // MARK: - Routing

    private func route(_ request: Request) -> Answer {
        guard let route = Route(request.path) else {
            return ownAnswer(RequestProblem(.notFound, "no such resource").response)
        }
        if request.method == .OPTIONS { return ownAnswer(options(route)) }
        guard route.methods.contains(request.method) else {
            let problem = RequestProblem(.methodNotAllowed, "method not allowed", allowed: route.methods + [.OPTIONS])
            return ownAnswer(problem.response)
        }
        switch route {
        case .health: return ownAnswer(health())
        case .asset: return asset(request, route)
        case .socket(let project): return socket(request, project)
        default: return ask(request, route)
        }
    }

    private func options(_ route: Route) -> Response {
        var response = Response(.noContent)
        response.add("Allow", (route.methods + [.OPTIONS]).map(\.rawValue).joined(separator: ", "))
        return response
    }

    private func health() -> Response {
        let region = regions.route()
        let isDraining = isDraining.withLockedValue { $0 }
        let status = region == nil ? "unavailable" : isDraining ? "draining" : "ok"
        return Response.json(status == "ok" ? .ok : .serviceUnavailable) { buffer in
            buffer.writeString("{\"status\":\"\(status)\",\"region\":")
            if let region { buffer.writeJSON(regionName ?? region.name) } else { buffer.writeStaticString("null") }
            buffer.writeStaticString(",\"version\":")
            buffer.writeJSON(version)
            buffer.writeStaticString("}")
        }
    }

    /// Sends a request to the first region that is well; `change` turns its answer into the edge's.
    private func ask(
        _ request: Request, _ route: Route, _ change: @escaping (Response) -> Response = { $0 }
    ) -> Answer {
        guard let region = regions.route() else {
            return ownAnswer(change(RequestProblem(.serviceUnavailable, "no region is available").response))
        }
        return suffer(as: region) { [self] plan in
            counters.change { values in
                values.regionRequests[region.index] += 1
                if case .asset = route { values.originRequests += 1 }
            }
            if plan.fails { return .respond(change(Self.injected)) }
            guard regions.isServing(region) else {
                return .respond(change(RequestProblem(.serviceUnavailable, "the region is down").response))
            }
            return application.answer(request, at: route, calculationDelay: plan.calculationDelay).map(change)
        }
    }

    // MARK: - Assets

    private func asset(_ request: Request, _ route: Route) -> Answer {
        let url = String(request.target)
        let directives = request.headers["Cache-Control"].joined(separator: ",").lowercased()
        let mayStore = !directives.contains("no-store")
        let bypasses = !mayStore || directives.contains("no-cache")
        let forward: CacheStatus.Forward
        if bypasses {
            forward = .request
        } else {
            let now = NIODeadline.now()
            switch cache.withLockedValue({ $0.lookup(url, at: now) }) {
            case .fresh(let entry):
                counters.change { $0.cacheHits += 1 }
                let age = entry.age(at: now)
                var response = Self.response(entry, to: request, .hit(ttl: entry.maxAge - age))
                response.add("Age", String(age))
                return ownAnswer(response)
            case .stale: forward = .stale
            case .missing: forward = .miss
            }
        }
        counters.change { values in
            switch forward {
            case .miss: values.cacheMisses += 1
            case .stale: values.cacheExpired += 1
            case .request: values.cacheBypassed += 1
            }
        }
        return ask(request, route) { [self] response in
            keep(response, of: request, under: url, forward, mayStore: mayStore)
        }
    }

    /// Turns a region's answer into the client's, and keeps it if it is an asset.
    private func keep(
        _ response: Response, of request: Request, under url: String, _ forward: CacheStatus.Forward, mayStore: Bool
    ) -> Response {
        guard response.status == .ok, let tag = response.first("ETag") else {
            var response = response
            response.fields.append(contentsOf: CacheStatus.forwarded(forward, stored: false).fields)
            return response
        }
        let entry = EdgeCache.Entry(
            contentType: response.first("Content-Type") ?? "", cacheControl: response.first("Cache-Control") ?? "",
            entityTag: tag, body: response.body, stored: .now(), maxAge: Int64(application.assets.maxAge))
        let stored = mayStore && cache.withLockedValue { $0.store(entry, for: url) }
        return Self.response(entry, to: request, .forwarded(forward, stored: stored))
    }

    /// An asset as the client gets it: 304 if it has that version already (RFC 9110 §13.1.2).
    private static func response(
        _ entry: EdgeCache.Entry, to request: Request, _ status: CacheStatus
    ) -> Response {
        let isKnown = EntityTags(request.headers["If-None-Match"]).contains(entry.entityTag)
        var response = Response(isKnown ? .notModified : .ok)
        if !isKnown {
            response.add("Content-Type", entry.contentType)
            response.body = entry.body
        }
        response.add("Cache-Control", entry.cacheControl)
        response.add("ETag", entry.entityTag)
        response.fields.append(contentsOf: status.fields)
        return response
    }

    // MARK: - Live updates

    private func socket(_ request: Request, _ project: Int?) -> Answer {
        do throws(RequestProblem) {
            try WebSocketHandshake.check(request.head)
            try checkOrigin(request)
            if let project, application.projects.project(project) == nil {
                throw RequestProblem(.notFound, "no such project")
            }
        } catch {
            return ownAnswer(error.response)
        }
        guard let region = regions.route(), regions.isServing(region) else {
            return ownAnswer(RequestProblem(.serviceUnavailable, "no region is available").response)
        }
        let room = project.map { "projects/\($0)" } ?? "lobby"
        return suffer(as: region) { [self] plan in
            if plan.fails { return .respond(Self.injected) }
            var response = finish(Response(.switchingProtocols), from: region)
            response.fields.removeAll { $0.name == "CF-Cache-Status" }
            counters.change { $0.regionRequests[region.index] += 1 }
            counters.count(response, from: region)
            return .upgrade(
                SocketInvitation(response: response) { [self] _ in
                    WebSocketHandler(
                        room: room, region: region, regionName: regionName, rooms: rooms, faults: faults,
                        counters: counters,
                        idleTimeout: idleTimeout)
                })
        }
    }

    /// Browsers send the origin with a handshake but ask nobody: a page of another origin must be turned away here.
    private func checkOrigin(_ request: Request) throws(RequestProblem) {
        let origins = request.headers["Origin"]
        guard let origin = origins.first else { return }
        let host = request.headers.first(name: "Host") ?? ""
        guard origins.count == 1, cors.allows(origin) || origin == "http://\(host)" || origin == "https://\(host)"
        else {
            throw RequestProblem(.forbidden, "this origin is not allowed")
        }
    }

    // MARK: - Faults and finish

    /// An answer that no region has a part in.
    private func ownAnswer(_ response: Response) -> Answer {
        suffer(as: .edge) { .respond($0.fails ? Self.injected : response) }
    }

    /// Has `produce` answer as `region`, with the faults that are on.
    private func suffer(as region: Region, _ produce: @escaping (FaultSwitch.Plan) -> Answer) -> Answer {
        let plan = faults.plan(for: region)
        // What is frozen does not work either: the request is carried out when it thaws.
        return whenThawed(region) { [self] in
            if plan.drops {
                counters.change { $0.dropped += 1 }
                return .drop
            }
            guard let latency = plan.latency else { return release(produce(plan), region) }
            return .wait(until: .now() + latency) { [self] in release(produce(plan), region) }
        }
    }

    private static var injected: Response {
        RequestProblem(.internalServerError, "injected fault").response
    }

    /// Lets an answer out once it is finished and nothing is frozen.
    private func release(_ answer: Answer, _ region: Region) -> Answer {
        switch answer {
        case .respond(let response):
            return whenThawed(region) { [self] in
                let finished = finish(response, from: region)
                counters.count(finished, from: region)
                return .respond(finished)
            }
        case .wait(let instant, let then):
            return .wait(until: instant) { [self] in release(then(), region) }
        case .later(let pending):
            return .later(pending.map { [self] in release($0, region) })
        case .upgrade, .drop:
            return whenThawed(region) { answer }
        }
    }

    private func whenThawed(_ region: Region, _ then: @escaping () -> Answer) -> Answer {
        guard let instant = faults.frozenUntil(region), instant > .now() else { return then() }
        return .wait(until: instant) { [self] in whenThawed(region, then) }
    }

    private func finish(_ response: Response, from region: Region) -> Response {
        var response = response
        response.add("X-Paintbox-Region", regionName ?? region.name)
        if !response.fields.contains(where: { $0.name == "CF-Cache-Status" }) {
            response.add("CF-Cache-Status", "DYNAMIC")
        }
        return response
    }
}

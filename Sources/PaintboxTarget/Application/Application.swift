import NIOCore
import NIOHTTP1

/// What Paintbox does, wherever it runs: turns a request for a resource into an answer. Knows nothing of regions,
/// limits, caches or faults, but for the delay that a calculation is told to take.
final class Application: Sendable {
    private static let maxPage = 1_000_000

    let projects: ProjectStore
    let assets: Assets
    /// Sessions with where projects are kept; nil: they are asked for in place.
    let pool: SessionPool<any ProjectSource>?
    let orders: OrderDesk

    init(
        projects: ProjectStore, assets: Assets, pool: SessionPool<any ProjectSource>?, orders: OrderDesk
    ) {
        self.orders = orders
        self.projects = projects
        self.assets = assets
        self.pool = pool
    }

    /// Answers a request whose method the route knows.
    ///
    /// - Parameter calculationDelay: how long a calculation is made to take, for faults.
    func answer(_ request: Request, at route: Route, calculationDelay: TimeAmount?) -> Answer {
        do throws(RequestProblem) {
            switch (route, request.method) {
            case (.home, _): return .respond(home())
            case (.old, _): return .respond(redirect(to: "/"))
            case (.asset(let number), _): return .respond(assets.response(number))
            case (.projects, .POST): return try create(request)
            case (.projects, _): return try list(request)
            case (.project(let id), _):
                return query { (projects) throws(RequestProblem) in try Self.show(id, projects) }
            case (.estimates(let id), .POST): return try estimate(request, id)
            case (.estimates(let id), _):
                return query { (projects) throws(RequestProblem) in try Self.estimates(id, projects) }
            case (.calculate, _): return try calculate(request, calculationDelay)
            case (.orders, .POST): return try orders.place(request)
            case (.orders, _): return try orders.list(request)
            case (.order(let id), _): return orders.show(id)
            case (.health, _), (.socket, _): throw RequestProblem(.notFound, "no such resource")
            }
        } catch {
            return .respond(error.response)
        }
    }

    // MARK: - Pages

    private func home() -> Response {
        var response = Response(.ok)
        response.add("Content-Type", "text/html; charset=utf-8")
        response.add("Cache-Control", "no-store")
        response.body.writeStaticString(
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Paintbox</title>
            <link rel="stylesheet" href="/static/asset-0.css"></head>
            <body><h1>Paintbox</h1><p>Projects, estimates and prices for painting contractors.</p></body>
            </html>

            """)
        return response
    }

    private func redirect(to path: String) -> Response {
        var response = Response(.movedPermanently)
        response.add("Location", path)
        response.add("Cache-Control", "no-store")
        return response
    }

    // MARK: - Projects

    /// Answers by what `make` makes of the projects, wherever they are kept.
    private func query(
        _ make: @escaping @Sendable (any ProjectSource) throws(RequestProblem) -> Response
    ) -> Answer {
        let answer = { @Sendable (source: any ProjectSource) in
            do throws(RequestProblem) {
                return try make(source)
            } catch {
                return error.response
            }
        }
        guard let pool else { return .respond(answer(projects)) }
        return .later(start: { deliver in pool.submit { deliver(answer($0)) } }, then: { .respond($0) })
    }

    private func list(_ request: Request) throws(RequestProblem) -> Answer {
        let text = request.parameter("page") ?? "1"
        guard let number = Int(text), (1...Self.maxPage).contains(number) else {
            throw RequestProblem(.badRequest, "page must be a number from 1 to \(Self.maxPage)")
        }
        return query { (projects) throws(RequestProblem) in
            let page = try projects.page(number)
            return Response.json(.ok) { buffer in
                buffer.writeStaticString("{\"projects\":[")
                Self.writeList(page.projects, to: &buffer) { $0.write(to: &$1) }
                buffer.writeString("],\"page\":\(number),\"page_size\":\(ProjectStore.pageSize),")
                buffer.writeString("\"pages\":\(page.pages),\"total\":\(page.total)}")
            }
        }
    }

    private static func show(_ id: Int, _ projects: any ProjectSource) throws(RequestProblem) -> Response {
        let project = try find(id, projects)
        return Response.json(.ok) { project.write(to: &$0) }
    }

    private func create(_ request: Request) throws(RequestProblem) -> Answer {
        try request.requireJSON()
        let wanted = try JSONBody.decode(ProjectRequest.self, from: request.body, members: ProjectRequest.members)
        try wanted.check()
        return query { (projects) throws(RequestProblem) in
            let project = try projects.add(name: wanted.name, client: wanted.client)
            var response = Response.json(.created) { project.write(to: &$0) }
            response.add("Location", "/api/v1/projects/\(project.id)")
            return response
        }
    }

    private static func find(_ id: Int, _ projects: any ProjectSource) throws(RequestProblem) -> Project {
        guard let project = try projects.project(id) else { throw RequestProblem(.notFound, "no such project") }
        return project
    }

    // MARK: - Estimates and prices

    private static func estimates(_ id: Int, _ projects: any ProjectSource) throws(RequestProblem) -> Response {
        let project = try find(id, projects)
        return Response.json(.ok) { buffer in
            buffer.writeStaticString("{\"project\":")
            buffer.writeDecimal(id)
            buffer.writeStaticString(",\"estimates\":[")
            writeList(project.estimates, to: &buffer) { $0.write(to: &$1) }
            buffer.writeStaticString("]}")
        }
    }

    private func estimate(_ request: Request, _ id: Int) throws(RequestProblem) -> Answer {
        try request.requireJSON()
        let calculation = try CalculationRequest.decode(request.body).calculation()
        return query { (projects) throws(RequestProblem) in
            guard let estimate = try projects.add(calculation, to: id) else {
                throw RequestProblem(.notFound, "no such project")
            }
            var response = Response.json(.created) { estimate.write(to: &$0) }
            response.add("Location", "/api/v1/projects/\(id)/estimates")
            return response
        }
    }

    private func calculate(_ request: Request, _ delay: TimeAmount?) throws(RequestProblem) -> Answer {
        try request.requireJSON()
        let begin = NIODeadline.now()
        let wanted = try CalculationRequest.decode(request.body)
        let calculation = try wanted.calculation()
        guard let delay else { return .respond(calculation.response(elapsed: .now() - begin)) }
        return .wait(until: begin + delay) { .respond(calculation.response(elapsed: .now() - begin)) }
    }

    private static func writeList<Item>(
        _ items: [Item], to buffer: inout ByteBuffer, _ write: (Item, inout ByteBuffer) -> Void
    ) {
        for (index, item) in items.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            write(item, &buffer)
        }
    }
}

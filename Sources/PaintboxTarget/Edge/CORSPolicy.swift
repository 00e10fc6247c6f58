import NIOHTTP1

/// Which other origins may use the API from a browser (fetch, "CORS protocol"). Origins are compared as they are,
/// byte by byte: `https://app.x.evil`, `http://app.x` or `null` are others.
struct CORSPolicy: Sendable {
    private static let methods = "GET, HEAD, POST, OPTIONS"
    private static let requestFields = "Content-Type, X-API-Key, Authorization"
    private static let exposedFields =
        "Location, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, "
        + "X-RateLimit-Reset, Server-Timing, X-Paintbox-Region, X-Paintbox-Version"
    private static let maxAgeSeconds = 600

    let origins: Set<String>

    init(origins: [String]) {
        self.origins = Set(origins)
    }

    /// Whether a browser's page of this origin may use the API.
    func allows(_ origin: String) -> Bool { origins.contains(origin) }

    /// Fields of an actual answer. `Vary` is always there: what a cache keeps depends on the origin.
    func fields(for headers: HTTPHeaders) -> [(name: String, value: String)] {
        guard let origin = allowedOrigin(headers) else { return [("Vary", "Origin")] }
        return grant(origin) + [("Access-Control-Expose-Headers", Self.exposedFields)]
    }

    /// Whether a request is a preflight.
    static func isPreflight(_ request: Request) -> Bool {
        request.method == .OPTIONS && request.headers.contains(name: "Origin")
            && request.headers.contains(name: "Access-Control-Request-Method")
    }

    /// Answers a preflight. An origin that isn't allowed gets the same 204 without a grant, which browsers take for
    /// the refusal that it is.
    func preflight(_ headers: HTTPHeaders) -> Response {
        var response = Response(.noContent)
        guard let origin = allowedOrigin(headers) else {
            response.add("Vary", "Origin")
            return response
        }
        response.fields = grant(origin)
        response.add("Access-Control-Allow-Methods", Self.methods)
        response.add("Access-Control-Allow-Headers", Self.requestFields)
        response.add("Access-Control-Max-Age", String(Self.maxAgeSeconds))
        return response
    }

    private func allowedOrigin(_ headers: HTTPHeaders) -> String? {
        let sent = headers["Origin"]
        guard sent.count == 1, allows(sent[0]) else { return nil }
        return sent[0]
    }

    private func grant(_ origin: String) -> [(name: String, value: String)] {
        [
            ("Vary", "Origin"), ("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"),
        ]
    }
}

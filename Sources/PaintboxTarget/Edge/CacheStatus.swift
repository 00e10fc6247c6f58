/// What the edge's cache did about a request, in the fields that say so: `Cache-Status` (RFC 9211) and Cloudflare's
/// `CF-Cache-Status`.
enum CacheStatus {
    /// Why a request went to a region (RFC 9211 §2.2).
    enum Forward {
        /// The URL was not in the cache.
        case miss
        /// It was, but too old.
        case stale
        /// The client asked for a new answer.
        case request
    }

    /// Served from the cache, fresh for another `ttl` seconds.
    case hit(ttl: Int64)
    case forwarded(Forward, stored: Bool)

    /// Both fields.
    var fields: [(name: String, value: String)] {
        switch self {
        case .hit(let ttl):
            [("Cache-Status", "paintbox-edge; hit; ttl=\(ttl)"), ("CF-Cache-Status", "HIT")]
        case .forwarded(let forward, let stored):
            [
                ("Cache-Status", "paintbox-edge; fwd=\(Self.reason(forward))\(stored ? "; stored" : "")"),
                ("CF-Cache-Status", Self.word(forward)),
            ]
        }
    }

    private static func reason(_ forward: Forward) -> String {
        switch forward {
        case .miss: "uri-miss"
        case .stale: "stale"
        case .request: "request"
        }
    }

    private static func word(_ forward: Forward) -> String {
        switch forward {
        case .miss: "MISS"
        case .stale: "EXPIRED"
        case .request: "BYPASS"
        }
    }
}

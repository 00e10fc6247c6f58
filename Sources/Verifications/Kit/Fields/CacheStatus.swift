package import Measures

/// What a cache says it did with one request.
package struct CacheStatus: Sendable, Equatable {
    /// What it comes to.
    package enum Kind: Sendable, Equatable {
        /// Served without asking further.
        case hit
        /// Served after the origin confirmed what was stored (304).
        case revalidated
        /// Fetched, though the cache may keep such answers.
        case miss
        /// Fetched, since the cache does not keep such answers.
        case notEligible
        /// No field says so, or none that can be read.
        case unknown
    }

    /// Where it is said: `Cache-Status`, `X-Cache` …; nil: nowhere.
    package var field: String?
    /// What it comes to.
    package var kind: Kind
    /// A hit that was too old: the cache may ask the origin behind it.
    package var isStale = false
    /// A miss that waited for another one's fetch, as the cache says (RFC 9211 §2.6).
    package var isCollapsed = false
    /// A miss that a cache further from the user had.
    package var isHitFurtherOff = false
    /// The words for it as they came.
    package var words = ""

    /// True where another server was asked.
    package var isForwarded: Bool { kind == .revalidated || kind == .miss || kind == .notEligible }

    /// What the fields of an answer say.
    package init(_ fields: [HeaderLine], by hit: CacheField) {
        let found: CacheStatus? =
            switch hit {
            case .auto: Self.readable(fields)
            case .cacheStatus: Self.standard(fields)
            case .cfCacheStatus: Self.spoken("CF-Cache-Status", fields)
            case .xCache: Self.spoken("X-Cache", fields)
            case .xProxyCache: Self.proxy(fields)
            case .age: Self.age(fields)
            case .header(let name): Self.named(name, fields)
            }
        self = found ?? CacheStatus(field: nil, kind: .unknown)
    }

    package init(field: String?, kind: Kind, words: String = "") {
        self.field = field
        self.kind = kind
        self.words = words
    }

    /// The first that can be read; else the first that is there. Those of an edge come before those that an
    /// application sets, which a cache in front of it stores with the answer.
    private static func readable(_ fields: [HeaderLine]) -> CacheStatus? {
        var present = [standard(fields), spoken("CF-Cache-Status", fields), spoken("X-Vercel-Cache", fields)]
        present += [spoken("CDN-Cache", fields), spoken("X-Cache", fields), proxy(fields)]
        present += [single("X-QC-Cache", fields), single("X-LiteSpeed-Cache", fields)]
        present += [varnish(fields), trafficServer(fields), single("X-Drupal-Cache", fields)]
        let readable = present.compactMap { $0 }
        return readable.first { $0.kind != .unknown } ?? readable.first
    }

    private static func proxy(_ fields: [HeaderLine]) -> CacheStatus? {
        spoken("X-Proxy-Cache", fields) ?? spoken("X-Cache-Status", fields)
    }

    /// A field of any name: those with a form of their own by it, all others by their words.
    private static func named(_ name: String, _ fields: [HeaderLine]) -> CacheStatus? {
        switch name.lowercased() {
        case "x-varnish": varnish(fields)
        case "via": trafficServer(fields)
        case "x-litespeed-cache", "x-qc-cache", "x-drupal-cache": single(name, fields)
        default: spoken(name, fields)
        }
    }

    private static func age(_ fields: [HeaderLine]) -> CacheStatus? {
        let values = fields.values("Age")
        return CacheStatus(field: "Age", kind: values.isEmpty ? .miss : .hit, words: values.joined(separator: ", "))
    }

    // MARK: - RFC 9211

    private static func standard(_ fields: [HeaderLine]) -> CacheStatus? {
        let lines = fields.values("Cache-Status")
        guard !lines.isEmpty else { return nil }
        let text = lines.joined(separator: ", ")
        var status = CacheStatus(field: "Cache-Status", kind: .unknown, words: text)
        guard let members = StructuredFieldList(text)?.members, let nearest = members.last, isCache(nearest) else {
            return status
        }
        status.kind = kind(nearest)
        if case .integer(let ttl)? = nearest["ttl"], ttl < 0 { status.isStale = status.kind == .hit }
        status.isCollapsed = status.isForwarded && nearest["collapsed"] == .boolean(true)
        status.isHitFurtherOff = status.isForwarded && members.dropLast().contains { kind($0) == .hit }
        return status
    }

    /// A cache is named by a string or a token (§2).
    private static func isCache(_ member: StructuredFieldList.Member) -> Bool {
        switch member.value {
        case .string, .token: true
        default: false
        }
    }

    private static func kind(_ member: StructuredFieldList.Member) -> Kind {
        let isHit = member["hit"] == .boolean(true)
        // A token by the standard; some write a string.
        let reason: String? =
            switch member["fwd"] {
            case .token(let reason)?, .string(let reason)?: reason
            default: nil
            }
        guard let reason else { return isHit ? .hit : .unknown }
        // Only one of the two can be true (§2.2).
        if isHit { return .unknown }
        switch reason {
        // "request": the request itself asked for a new answer, so the cache had no choice.
        case "bypass", "method", "request": return .notEligible
        case "stale": return member["fwd-status"] == .integer(304) ? .revalidated : .miss
        default: return .miss
        }
    }
}

internal import Measures
internal import Scenarios

/// What a cache says it did with one request.
struct CacheStatus: Sendable, Equatable {
    /// What it comes to.
    enum Kind: Sendable, Equatable {
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
    var field: String?
    /// What it comes to.
    var kind: Kind
    /// A hit that was too old: the cache may ask the origin behind it.
    var isStale = false
    /// A miss that waited for another one's fetch, as the cache says (RFC 9211 §2.6).
    var isCollapsed = false
    /// A miss that a cache further from the user had.
    var isHitFurtherOff = false
    /// The words for it as they came.
    var words = ""

    /// True where another server was asked.
    var isForwarded: Bool { kind == .revalidated || kind == .miss || kind == .notEligible }

    /// What the fields of an answer say.
    init(_ fields: [HeaderLine], by hit: CacheRule.HitField) {
        let found: CacheStatus? =
            switch hit {
            case .auto: Self.readable(fields)
            case .cacheStatus: Self.standard(fields)
            case .cfCacheStatus: Self.spoken("CF-Cache-Status", fields)
            case .xCache: Self.spoken("X-Cache", fields)
            case .xProxyCache: Self.proxy(fields)
            case .age: Self.age(fields)
            case .header(let name): Self.spoken(name, fields)
            }
        self = found ?? CacheStatus(field: nil, kind: .unknown)
    }

    private init(field: String?, kind: Kind, words: String = "") {
        self.field = field
        self.kind = kind
        self.words = words
    }

    /// The first that can be read; else the first that is there.
    private static func readable(_ fields: [HeaderLine]) -> CacheStatus? {
        let present = [
            standard(fields), spoken("CF-Cache-Status", fields), spoken("X-Cache", fields), proxy(fields),
        ].compactMap { $0 }
        return present.first { $0.kind != .unknown } ?? present.first
    }

    private static func proxy(_ fields: [HeaderLine]) -> CacheStatus? {
        spoken("X-Proxy-Cache", fields) ?? spoken("X-Cache-Status", fields)
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

    // MARK: - Words

    /// Fields that say it in a word for each cache, that of the one nearest the user last.
    private static func spoken(_ name: String, _ fields: [HeaderLine]) -> CacheStatus? {
        let lines = fields.values(name)
        guard !lines.isEmpty else { return nil }
        let text = lines.joined(separator: ", ")
        let kinds = text.split(separator: ",").map { kind(of: $0) }
        var status = CacheStatus(field: name, kind: .unknown, words: text)
        guard let nearest = kinds.last else { return status }
        (status.kind, status.isStale) = nearest
        status.isHitFurtherOff = status.isForwarded && kinds.dropLast().contains { $0.kind == .hit }
        return status
    }

    /// `HIT`, `Hit from cloudfront`, `TCP_MEM_HIT from a1.example (…)`.
    private static func kind(of value: Substring) -> (kind: Kind, isStale: Bool) {
        var word = value.split(whereSeparator: { $0 == " " || $0 == "\t" }).first?.uppercased() ?? ""
        for prefix in ["TCP_", "UDP_"] where word.hasPrefix(prefix) { word.removeFirst(prefix.count) }
        switch word {
        case "HIT", "MEM_HIT", "REMOTE_HIT", "IMS_HIT", "NEGATIVE_HIT", "PRERENDER": return (.hit, false)
        case "STALE", "UPDATING", "OFFLINE_HIT": return (.hit, true)
        case "REVALIDATED", "REFRESHHIT", "REFRESH_HIT", "REFRESH_UNMODIFIED": return (.revalidated, false)
        case "MISS", "EXPIRED", "SCARCE", "EXPIRED_MISS", "REFRESH_MISS", "REFRESH_MODIFIED", "CLIENT_REFRESH_MISS",
            "IMS_MISS", "SWAPFAIL_MISS":
            return (.miss, false)
        case "BYPASS", "DYNAMIC", "NONE", "PASS", "HITPASS", "HITMISS", "UNCACHEABLE", "COOKIE_DENY",
            "PRIVATE_NOSTORE", "CONFIG_NOCACHE", "LAMBDAGENERATEDRESPONSE", "FUNCTIONGENERATEDRESPONSE":
            return (.notEligible, false)
        default: return (.unknown, false)
        }
    }
}

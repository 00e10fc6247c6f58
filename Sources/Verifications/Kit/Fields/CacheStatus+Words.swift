package import Measures

/// Fields that say in words what a cache did.
extension CacheStatus {
    /// A word for each cache, that of the one nearest the user last.
    package static func spoken(_ name: String, _ fields: [HeaderLine]) -> CacheStatus? {
        let lines = fields.values(name)
        guard !lines.isEmpty else { return nil }
        let text = lines.joined(separator: ", ")
        let words = text.split(separator: ",").map(word)
        var status = CacheStatus(field: name, kind: .unknown, words: text)
        guard let nearest = words.last else { return status }
        (status.kind, status.isStale) = kind(of: nearest)
        // Traffic Server's word for what was too old when it was looked up: its codes tell what became of it.
        if nearest == "HIT_STALE", let codes = trafficServer(fields), codes.kind != .unknown {
            (status.kind, status.isStale) = (codes.kind, codes.isStale)
        }
        status.isHitFurtherOff = status.isForwarded && words.dropLast().contains { kind(of: $0).kind == .hit }
        return status
    }

    /// The word of one cache, with remarks behind it: `hit,private`, `UNCACHEABLE (response policy)`.
    package static func single(_ name: String, _ fields: [HeaderLine]) -> CacheStatus? {
        guard let text = fields.values(name).last else { return nil }
        var status = CacheStatus(field: name, kind: .unknown, words: text)
        (status.kind, status.isStale) = kind(of: word(text.prefix { $0 != "," }))
        return status
    }

    /// The word in capitals: of `Hit from cloudfront` `HIT`, of `TCP_MEM_HIT:HIER_NONE` and `TCP_MEM_HIT/200` `MEM_HIT`, of
    /// `hit-fresh` `HIT_FRESH`, of `Cache Hit` `HIT`.
    private static func word(_ value: Substring) -> String {
        let words = value.split { $0 == " " || $0 == "\t" }
            .map { $0.prefix { $0 != ":" && $0 != "/" && $0 != ";" }.uppercased() }
        var word = words.first == "CACHE" && words.count > 1 ? words[1] : words.first ?? ""
        word = String(word.map { $0 == "-" ? "_" : $0 })
        for prefix in ["TCP_", "UDP_"] where word.hasPrefix(prefix) { word.removeFirst(prefix.count) }
        // How a transfer ended says nothing of what the cache did.
        for suffix in ["_ABORTED", "_TIMEDOUT", "_IGNORED"] where word.hasSuffix(suffix) {
            word.removeLast(suffix.count)
        }
        return word
    }

    private static func kind(of word: String) -> (kind: Kind, isStale: Bool) {
        switch word {
        case "HIT", "HIT_FRESH", "MEM_HIT", "REMOTE_HIT", "IMS_HIT", "INM_HIT", "NEGATIVE_HIT", "CF_HIT", "PRERENDER":
            return (.hit, false)
        case "STALE", "STALE_HIT", "UPDATING", "OFFLINE_HIT", "REFRESH_FAIL_OLD", "REFRESH_FAIL_HIT":
            return (.hit, true)
        case "REVALIDATED", "REVALIDATE", "REFRESHHIT", "REFRESH_HIT", "REFRESH_UNMODIFIED", "HIT_STALE":
            return (.revalidated, false)
        case "MISS", "EXPIRED", "SCARCE", "EXPIRED_MISS", "REFRESH", "REFRESH_MISS", "REFRESH_MODIFIED",
            "REFRESH_FAIL_ERR", "CLIENT_REFRESH", "CLIENT_REFRESH_MISS", "IMS_MISS", "SWAPFAIL_MISS", "PARTIAL_HIT":
            return (.miss, false)
        case "BYPASS", "DYNAMIC", "NONE", "PASS", "HITPASS", "HITMISS", "UNCACHEABLE", "COOKIE_DENY", "SKIPPED",
            "PRIVATE_NOSTORE", "CONFIG_NOCACHE", "LAMBDAGENERATEDRESPONSE", "FUNCTIONGENERATEDRESPONSE":
            return (.notEligible, false)
        default: return (.unknown, false)
        }
    }
}

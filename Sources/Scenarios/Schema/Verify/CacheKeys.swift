extension KeyTable {
    /// A cache.
    static let cache = KeyTable(
        name: "cache", summary: "What a cache is asked for, and what must hold of its answers",
        keys: aboutVerification + verifiedRequest + [
            Key("catalogue", .integer(minimum: 1), "How many objects there are: values of ${n}.", required: true),
            Key("requests", .integer(minimum: 1), "How many requests a pass sends.", required: true),
            Key("from", .integer(minimum: 0), "The number of the first object, the most popular one; 0 unless given."),
            Key(
                "popularity", .pattern("uniform|zipf +\(Quantity.numberPattern)"),
                "How often which object is asked for: uniform, or zipf and its exponent; zipf 0.8 unless given."),
            Key("seed", .integer(minimum: 0), "Begins the sequence of objects; 1 unless given."),
            Key("parallel", .integer(minimum: 1), "Over how many connections; 8 unless given."),
            Key(
                "rate", .pattern(Quantity.ratePattern),
                "Requests per second; as fast as they are answered unless given."),
            Key(
                "cold", .boolean,
                "true: a pass over a cache that must be cold and another over the warmed one; false unless given."),
            Key("clear", .mapping(cacheOrder), "The request that empties the cache before the first pass."),
            Key(
                "hit", .pattern("(\(CacheRule.HitField.names.joined(separator: "|"))|header +.+)"),
                "Which header field says what was a hit; auto unless given."),
            Key("origin", .exact("probe +.+"), "The probe that counts the origin's requests: probe NAME."),
            Key(
                "at_least", .pattern("\(Quantity.numberPattern)%?"),
                "The hit ratio that is demanded of the first pass; it is only shown unless given."),
            Key(
                "eligible", .pattern("\(Quantity.numberPattern)%?"),
                "The share of answers that the cache may serve; 100% unless given."),
            Key(
                "vary", .list(.names(.text), atLeast: 2),
                "Sets of header fields whose answers must not be mixed up."),
            Key(
                "query", .names(.choice(["other", "same"])),
                "What is added to the query, lg or lg=1, and whether that names another object or the same one."),
            Key("purge", .mapping(cachePurge), "How an object is purged, and how soon that must be seen."),
        ],
        exactlyOne: verifiedMethods)

    /// A request that changes the cache or its origin.
    static let cacheOrder = KeyTable(
        name: "cache_order", summary: "A request that changes the cache or its origin",
        keys: order, exactlyOne: verifiedMethods)

    /// A purge.
    static let cachePurge = KeyTable(
        name: "cache_purge", summary: "The request that purges an object, ${n}, and how soon that must be seen",
        keys: order + [
            Key("change", .mapping(cacheOrder), "The request that makes a new version of ${n} at the origin."),
            Key(
                "version", .pattern("(auto|etag|body|header +.+)"),
                "What tells versions apart; auto (the entity tag, else the body) unless given."),
            Key("within", .duration, "How soon the new version must be seen; 5s unless given."),
            Key("every", .duration, "The time from one look to the next; 100ms unless given."),
        ],
        exactlyOne: verifiedMethods)

    private static let order =
        verifiedRequest + [Key("method", .text, "What is sent as the request's method instead: PURGE.")]
}

extension CacheRule.HitField {
    /// The names of all but `header NAME`.
    static let names = named.map(\.name)

    static let named: [(name: String, field: CacheRule.HitField)] = [
        ("auto", .auto), ("cache-status", .cacheStatus), ("cf-cache-status", .cfCacheStatus), ("x-cache", .xCache),
        ("x-proxy-cache", .xProxyCache), ("age", .age),
    ]
}

public import Scenarios

/// The keys of `cache:`.
public struct CacheKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("cache", "What a cache is asked for, and what must hold of its answers")

    let request = Included(VerifiedRequestKeys())
    let catalogue = Key(
        "catalogue", .integer(1...1_000_000), "How many objects there are: values of ${n}.", required: true)
    let requests = Key("requests", .integer(1...1_000_000), "How many requests a pass sends.", required: true)
    let from = Key(
        "from", .integer(0...1_000_000_000_000),
        "The number of the first object, the most popular one; 0 unless given.")
    let popularity = Key(
        "popularity", .popularity,
        "How often which object is asked for: uniform, or zipf and its exponent; zipf 0.8 unless given.")
    let seed = Key(
        "seed", .integer(0...999_999_999_999_999_999), "Begins the sequence of objects; 1 unless given.")
    let parallel = Key("parallel", .integer(1...256), "Over how many connections; 8 unless given.")
    let rate = Key("rate", .rate, "Requests per second; as fast as they are answered unless given.")
    let cold = Key(
        "cold", .boolean,
        "true: a pass over a cache that must be cold and another over the warmed one; false unless given.")
    let clear = Key("clear", .cacheOrder, "The request that empties the cache before the first pass.")
    let hit = Key("hit", .hitField, "Which header field says what was a hit; auto unless given.")
    let origin = Key(
        "origin", .originProbe,
        "The probe that counts the origin's requests: probe NAME.")
    let atLeast = Key(
        "at_least", .ratio("80%"), "The hit ratio that is demanded of the first pass; it is only shown unless given.")
    let eligible = Key(
        "eligible", .ratio("95%"), "The share of answers that the cache may serve; 100% unless given.")
    let vary = Key("vary", .varyingFields, "Sets of header fields whose answers must not be mixed up.")
    let query = Key(
        "query", .queryVariants,
        "What is added to the query, lg or lg=1, and whether that names another object or the same one.")
    let purge = Key("purge", .cachePurge, "How an object is purged, and how soon that must be seen.")

    /// Declares the keys.
    public init() {}
}

/// A request that changes the cache or its origin.
struct CacheOrderKeys: KeyGroup {
    static let about = GroupAbout("cache_order", "A request that changes the cache or its origin")

    let request = Included(VerifiedRequestKeys())
    let method = Key("method", .sentMethod, "What is sent as the request's method instead: PURGE.")
}

/// A purge.
struct CachePurgeKeys: KeyGroup {
    static let about = GroupAbout(
        "cache_purge", "The request that purges an object, ${n}, and how soon that must be seen")

    let order = Included(CacheOrderKeys())
    let change = Key("change", .cacheOrder, "The request that makes a new version of ${n} at the origin.")
    let version = Key(
        "version", .cacheVersion, "What tells versions apart; auto (the entity tag, else the body) unless given.")
    let within = Key("within", .duration, "How soon the new version must be seen; 5s unless given.")
    let every = Key("every", .duration, "The time from one look to the next; 100ms unless given.")
}

extension KeyForm where Value == String {
    /// `probe NAME`; that there is such a probe, only the whole scenario shows.
    fileprivate static var originProbe: KeyForm {
        var form = name("probe and its name", .exact("probe +.+"))
        form.isReadByHand = true
        return form
    }
}

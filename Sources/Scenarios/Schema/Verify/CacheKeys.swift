extension KeyTable {
    /// A cache.
    static let cache = KeyTable(
        name: "cache", summary: "What a cache is asked for",
        keys: aboutVerification + verifiedRequest + [
            Key("catalogue", .integer(minimum: 1), "How many objects there are; ${n} counts from 0.", required: true),
            Key("requests", .integer(minimum: 1), "How many requests are sent.", required: true),
        ],
        exactlyOne: verifiedMethods)
}

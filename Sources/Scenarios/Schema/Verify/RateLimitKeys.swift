extension KeyTable {
    /// A rate limiter.
    static let rateLimit = KeyTable(
        name: "rate_limit", summary: "What a rate limiter is said to do",
        keys: aboutVerification + verifiedRequest + [
            Key("identity", .text, "The header field by which clients are told apart; by address unless given."),
            Key(
                "identities", .list(.text, atLeast: 1),
                "Values of the identity field that the target takes; made-up ones unless given."),
            Key(
                "sources", .list(.text, atLeast: 1),
                "Source addresses of this machine, each a client, where clients are told apart by address."),
            Key("limit", .pattern(RateLimitQuantity.pattern), "Requests per window: 100/min, 20/10s.", required: true),
            Key(
                "model", .choice(RateLimitRule.Model.allCases.map(\.rawValue)),
                "How the limiter counts; any unless given."),
            Key(
                "burst", .integer(minimum: 1),
                "Requests that are admitted at once after a rest; the limit unless given."),
            Key(
                "enforcement", .choice(RateLimitRule.Enforcement.allCases.map(\.rawValue)),
                "Whether not one request more is admitted; exact unless given."),
            Key(
                "layer", .choice(RateLimitRule.Layer.allCases.map(\.rawValue)),
                "Where requests are counted; origin unless given. At the edge each data centre counts for itself."),
            Key(
                "tolerance", .oneOf([.pattern("\(Quantity.numberPattern)%"), .number]),
                "How far approximate counts may be off; 5% unless given, 20% at the edge."),
            Key("resolution", .duration, "How coarse the limiter's clock may be; 5ms unless given."),
            Key(
                "spoof", .list(.text, atLeast: 0),
                "Fields that must not make another client of a client; X-Forwarded-For, X-Real-IP, Forwarded unless given."
            ),
            Key(
                "status", .integer(minimum: 300),
                "The status of rejections, a redirect's or an error's; 429 unless given."),
            Key(
                "methods", .list(.choice(Step.Method.allCases.map(\.rawValue)), atLeast: 1),
                "Other methods that the limit holds over."),
            Key("prolongs", .boolean, "Whether rejected requests count too; false unless given."),
            Key(
                "fields", .list(.choice(RateLimitRule.FieldFamily.allCases.map(\.rawValue)), atLeast: 1),
                "Header fields that answers must have; those that are there must be right in any case."),
        ],
        exactlyOne: verifiedMethods)
}

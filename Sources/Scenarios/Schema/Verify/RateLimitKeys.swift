extension KeyTable {
    /// A rate limiter.
    static let rateLimit = KeyTable(
        name: "rate_limit", summary: "What a rate limiter is said to do",
        keys: aboutVerification + verifiedRequest + [
            Key("identity", .text, "The header field by which clients are told apart; by address unless given."),
            Key("limit", .pattern(Quantity.ratePattern), "Requests per window: 100/min.", required: true),
        ],
        exactlyOne: verifiedMethods)
}

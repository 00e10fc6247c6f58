public import Scenarios

/// The keys of `rate_limit:`.
public struct RateLimitKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("rate_limit", "What a rate limiter is said to do")

    let request = Included(VerifiedRequestKeys())
    let identity = Key(
        "identity", .headerName, "The header field by which clients are told apart; by address unless given.")
    let identities = Key(
        "identities", .identities, "Values of the identity field that the target takes; made-up ones unless given.")
    let sources = Key(
        "sources", .list(.address, of: "addresses"),
        "Source addresses of this machine, each a client, where clients are told apart by address.")
    let limit = Key("limit", .rateLimit, "Requests per window: 100/min, 20/10s.")
    let limits = Key(
        "limits", .quotas,
        "Several limits that hold at once, each 5/s, or a mapping with limit, model, burst and per.")
    let concurrency = Key(
        "concurrency", .concurrency, "How many requests under way at once are admitted, of each client or of all.")
    let penalty = Key(
        "penalty", .penalty,
        "For how long all requests of a client are refused once it has gone beyond a limit; not at all unless given.")
    let model = Key("model", .choice(RateLimitRule.Model.self), "How the limiter counts; any unless given.")
    let burst = Key(
        "burst", .integer(1...RateLimitQuantity.mostRequests),
        "Requests that are admitted at once after a rest; the limit unless given.")
    let enforcement = Key(
        "enforcement", .choice(RateLimitRule.Enforcement.self),
        "Whether not one request more is admitted; exact unless given.")
    let layer = Key(
        "layer", .choice(RateLimitRule.Layer.self),
        "Where requests are counted; origin unless given. At the edge each data centre counts for itself.")
    let tolerance = Key(
        "tolerance", .ratio("5%"), "How far approximate counts may be off; 5% unless given, 20% at the edge.")
    let resolution = Key(
        "resolution", .durationOrZero, "How coarse the limiter's clock may be; 5ms unless given.")
    let spoof = Key(
        "spoof", .list(.headerName, of: "header fields"),
        "Fields that must not make another client of a client; X-Forwarded-For, X-Real-IP, Forwarded unless given.")
    let status = Key(
        "status", .integer(300...599), "The status of rejections, a redirect's or an error's; 429 unless given.")
    let rejected = Key(
        "rejected", .rejection,
        "What a rejection looks like where the status doesn't tell: json $.error == limited; of several all must hold.")
    let methods = Key(
        "methods", .list(.choice(Step.Method.self), of: "methods"),
        "Other methods that the limit holds over.")
    let prolongs = Key("prolongs", .boolean, "Whether rejected requests count too; false unless given.")
    let fields = Key(
        "fields", .list(.choice(RateLimitRule.FieldFamily.self), of: "families of header fields"),
        "Header fields that answers must have; those that are there must be right in any case.")

    /// Declares the keys.
    public init() {}

    /// What holds of several of them.
    public var rules: [KeyRule] {
        [
            .oneSet(
                of: [limit], [limits], [concurrency],
                missing: "expected what is limited: \"limit\", \"limits\" or \"concurrency\""),
            .strange(model, burst, to: limits, among: [limits, limit]) { key, _ in
                "each of limits has its own \(key): limits: [{limit: 100/min, \(key): …}]"
            },
        ]
    }
}

extension KeyForm where Value == [Text] {
    /// Values of a header field, each once and not empty.
    fileprivate static var identities: KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, context in
            var identities: [Text] = []
            for node in reading.elements(node, of: "values") {
                guard let value = reading.headerValue(node, context.scope), let constant = value.constant else {
                    continue
                }
                if constant.isEmpty {
                    reading.report(node.location, "an identity holds at least one character")
                } else if identities.contains(where: { $0.constant == constant }) {
                    reading.report(node.location, "\(quoted(value.shown)): the identity occurs more than once")
                } else {
                    identities.append(value)
                }
            }
            return identities
        }
    }
}

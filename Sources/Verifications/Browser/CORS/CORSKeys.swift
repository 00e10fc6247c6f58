public import Scenarios

/// The keys of `cors:`.
public struct CORSKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("cors", "Which origins may read answers, and how they may ask")

    let path = Key("path", .get, "The path or URL that other origins ask for.")
    let request = Key("request", .request, "The request that other origins make, instead of path.")
    let allow = Key(
        "allow", .allowedOrigins,
        "Origins that are allowed: https://app.example, https://*.app.example, or * alone.", required: true)
    let deny = Key(
        "deny", .deniedOrigins, "Origins that must not be allowed, besides those derived.")
    let methods = Key("methods", .tokens(isMethod: true), "Methods that must be allowed, and no others.")
    let headers = Key(
        "headers", .tokens(isMethod: false), "Request header fields that must be allowed, and no others.")
    let credentials = Key(
        "credentials", .boolean, "Whether requests with credentials must be allowed, or must not.")
    let expose = Key(
        "expose", .tokens(isMethod: false), "Header fields of answers that scripts must be able to read.")
    let maxAge = Key("max_age", .durationOrZero, "How long browsers are to keep the answer to a preflight.")
    let waive = Key("waive", .waived(CORSCheckName.self), "Checks that don't count, each with the reason.")
    let coverage = Included(CoverageKeys())

    /// Declares the keys.
    public init() {}

    /// What holds of several keys at once.
    public var rules: [KeyRule] {
        [
            .exactlyOne(of: path, request, missing: "expected path or request") { other, first in
                "one request: \(quoted(other)) can't stand beside \(quoted(first))"
            }
        ]
    }
}

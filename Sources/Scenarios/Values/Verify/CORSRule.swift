/// Which origins may read answers, and how they may ask: `cors:` of `verify:` (WHATWG Fetch, "CORS protocol").
public struct CORSRule: Sendable {
    /// The request that other origins make.
    public var request: VerifiedRequest
    /// Origins that are allowed, e.g. `https://app.example`.
    public var allow: [String]

    /// Makes a rule.
    public init(request: VerifiedRequest, allow: [String]) {
        self.request = request
        self.allow = allow
    }
}

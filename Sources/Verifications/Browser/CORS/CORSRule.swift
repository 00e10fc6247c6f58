public import Scenarios

/// Which origins may read answers, and how they may ask: `cors:` of `verify:` (WHATWG Fetch, "CORS protocol").
public struct CORSRule: Sendable {
    /// The request that other origins make.
    public var request: VerifiedRequest
    /// Origins that are allowed.
    public var allow: [WebOrigin]
    /// Whether every origin is allowed: `allow: ["*"]`.
    public var allowsAll = false
    /// Origins that must not be allowed, besides those that are derived from the allowed ones; as browsers send them.
    public var deny: [String] = []
    /// Methods that must be allowed, as browsers send them; nil: the scenario doesn't say.
    public var methods: [String]?
    /// Request header fields that must be allowed; nil: the scenario doesn't say.
    public var headers: [String]?
    /// Whether requests with cookies or other credentials must be allowed, or must not; nil: the scenario doesn't say.
    public var credentials: Bool?
    /// Header fields of answers that scripts must be able to read.
    public var expose: [String] = []
    /// How long browsers may keep the answer to a preflight; nil: the scenario doesn't say.
    public var maxAge: Duration?
    /// Which kinds of answers are looked at.
    public var coverage = AnswerCoverage()
    /// Checks that don't count, each with the reason.
    public var waived: [CORSCheckName: String] = [:]

    /// Makes a rule.
    public init(request: VerifiedRequest, allow: [WebOrigin]) {
        self.request = request
        self.allow = allow
    }
}

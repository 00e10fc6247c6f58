/// What a cache is asked for: `cache:` of `verify:`.
public struct CacheRule: Sendable {
    /// The request; its URL holds `${n}`, the number of an object from 0.
    public var request: VerifiedRequest
    /// How many objects there are, at least 1.
    public var catalogue: Int
    /// How many requests are sent, at least 1.
    public var requests: Int

    /// Makes a rule.
    public init(request: VerifiedRequest, catalogue: Int, requests: Int) {
        self.request = request
        self.catalogue = catalogue
        self.requests = requests
    }
}

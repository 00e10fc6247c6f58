public import Scenarios

extension RateLimitRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "rate_limit"
    /// What it is, for the schema and the documentation.
    public static let summary = "A rate limiter: limit, window, burst, races, isolation, recovery."

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { [request] }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading, _ context: VerifyContext) {
        let request = reading.request(keys.request)
        self.init(
            request: request ?? VerifiedRequest(url: Text("/")), limit: keys.limit?.limit ?? 1,
            window: keys.limit?.window ?? .seconds(1))
        identityHeader = keys.identity
        identities = keys.identities ?? []
        sources = keys.sources ?? []
        model = keys.model ?? .any
        burst = keys.burst
        enforcement = keys.enforcement ?? .exact
        layer = keys.layer ?? .origin
        tolerance = keys.tolerance
        resolution = keys.resolution ?? resolution
        status = keys.status ?? status
        prolongs = keys.prolongs ?? false
        spoof = keys.spoof ?? spoof
        methods = keys.methods ?? []
        fields = keys.fields ?? []
        checkIdentity(keys, reading)
        checkCounting(keys, reading)
        if request == nil || keys.limit == nil { return nil }
    }

    private func checkIdentity(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading) {
        if keys.has(\.identities), !keys.has(\.identity) {
            reading.report(
                keys.place(of: \.identities),
                "identities need the header field that carries them: \"identity\"")
        }
        if keys.has(\.identity), keys.has(\.sources) {
            reading.report(
                keys.place(of: \.sources),
                "clients are told apart either by a header field or by address: \"sources\" can't stand beside \"identity\""
            )
        }
    }

    private func checkCounting(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading) {
        if let burst, burst != limit, [.fixedWindow, .slidingLog, .slidingCounter].contains(model) {
            reading.report(
                keys.place(of: \.burst), "a \(model.rawValue) admits the limit at once: it has no other burst")
        }
        if keys.has(\.tolerance), enforcement == .exact {
            reading.report(keys.place(of: \.tolerance), "\"tolerance\" belongs to enforcement: approximate")
        }
        if resolution * 4 > window, keys.has(\.limit) {
            reading.report(keys.place(of: \.resolution), "expected at most a quarter of the window")
        }
    }
}

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
        limits = keys.limits ?? []
        concurrency = keys.concurrency
        penalty = keys.penalty
        rejected = keys.rejected ?? []
        limitsRate = keys.has(\.limit) || keys.has(\.limits)
        if let first = quotas.first, keys.has(\.limits) { (limit, window) = (first.limit, first.window) }
        checkIdentity(keys, reading)
        checkCounting(keys, reading)
        checkBeside(keys, reading)
        let isWhole = !(keys.has(\.limit) && keys.limit == nil) && !(keys.has(\.limits) && keys.limits == nil)
        if request == nil || !isWhole || quotas.isEmpty && concurrency == nil { return nil }
    }

    /// What can't stand beside something else.
    private func checkBeside(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading) {
        if keys.has(\.limit), keys.has(\.limits) {
            reading.report(
                keys.location(of: \.limits), "\"limits\" can't stand beside \"limit\": put all of them into limits")
        }
        if keys.has(\.rejected), keys.has(\.status) {
            reading.report(
                keys.location(of: \.status),
                "\"status\" can't stand beside \"rejected\", which says what a rejection looks like: "
                    + "rejected: [status == 403, …]")
        }
        if methods.contains(.head) || namedRequests.contains(where: { $0.method == .head }),
            rejectsByBody
        {
            reading.report(
                keys.location(of: \.rejected), "answers to HEAD have no body: \"rejected\" can't be told by it there")
        }
        for key in keys.present(keys.declared.penalty, keys.declared.prolongs) where !limitsRate {
            reading.report(key.location, "\"\(key.name)\" is of a limit, and there is none: \"limit\" or \"limits\"")
        }
    }

    private func checkIdentity(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading) {
        if keys.has(\.identities), !keys.has(\.identity) {
            reading.report(
                keys.location(of: \.identities),
                "identities need the header field that carries them: \"identity\"")
        }
        if keys.has(\.identity), keys.has(\.sources) {
            reading.report(
                keys.location(of: \.sources),
                "clients are told apart either by a header field or by address: \"sources\" can't stand beside \"identity\""
            )
        }
    }

    private func checkCounting(_ keys: KeyValues<RateLimitKeys>, _ reading: Reading) {
        if let burst, burst != limit, model.hasNoBurst {
            reading.report(
                keys.location(of: \.burst), "a \(model.rawValue) admits the limit at once: it has no other burst")
        }
        if keys.has(\.tolerance), enforcement == .exact {
            reading.report(keys.location(of: \.tolerance), "\"tolerance\" belongs to enforcement: approximate")
        }
        if resolution * 4 > window, limitsRate {
            reading.report(keys.location(of: \.resolution), "expected at most a quarter of the window")
        }
    }
}

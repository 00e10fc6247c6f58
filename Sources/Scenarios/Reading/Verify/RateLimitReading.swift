extension Reading {
    /// What a rate limiter is said to do.
    func rateLimit(_ fields: Fields, _ context: VerifyContext) -> RateLimitRule? {
        let request = verifiedRequest(fields, context)
        let identity = name(fields["identity"], "the name of a header field")
        if let identity, let node = fields["identity"], let problem = HeaderName.problem(identity) {
            report(node.place, problem)
        }
        let perSecond = value(fields["limit"], "expected a limit such as 100/min", Quantity.rate)
        guard let request, let perSecond else { return nil }
        var rule = RateLimitRule(request: request, limit: Int(perSecond * 60), window: .seconds(60))
        rule.identityHeader = identity
        return rule
    }
}

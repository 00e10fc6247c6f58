extension Reading {
    /// What a cache is asked for.
    func cache(_ fields: Fields, _ context: VerifyContext) -> CacheRule? {
        let request = verifiedRequest(fields, context, scope: .catalogue)
        let catalogue = integer(fields["catalogue"], minimum: 1, maximum: 1_000_000)
        let requests = integer(fields["requests"], minimum: 1, maximum: 10_000_000)
        guard let request, let catalogue, let requests else { return nil }
        return CacheRule(request: request, catalogue: catalogue, requests: requests)
    }
}

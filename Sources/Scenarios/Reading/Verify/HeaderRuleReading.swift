extension Reading {
    /// Whose answers must carry which header fields.
    func headerRule(_ fields: Fields, _ context: VerifyContext) -> HeaderRule? {
        let urls = elements(fields["paths"], of: "paths or URLs").compactMap {
            stepURL($0, .constant, webSocket: false)
        }
        let profile = choice(fields["profile"], HeaderRule.Profile.allCases.map(\.rawValue))
        guard !urls.isEmpty else { return nil }
        var rule = HeaderRule(
            requests: urls.map { url in
                var request = VerifiedRequest(url: url)
                request.timeout = context.defaults.timeout
                return request
            })
        rule.profile = profile.flatMap(HeaderRule.Profile.init) ?? .owasp
        return rule
    }
}

extension Reading {
    /// Which origins may read answers.
    func cors(_ fields: Fields, _ context: VerifyContext) -> CORSRule? {
        let allow = elements(fields["allow"], of: "origins").compactMap { name($0, "an origin") }
        guard let url = fields["path"].flatMap({ stepURL($0, .constant, webSocket: false) }) else { return nil }
        var request = VerifiedRequest(url: url)
        request.timeout = context.defaults.timeout
        return CORSRule(request: request, allow: allow)
    }
}

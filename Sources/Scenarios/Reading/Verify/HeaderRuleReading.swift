extension Reading {
    /// Paths of a verification at most.
    static let maximumPaths = 100

    /// Whose answers must carry which header fields.
    func headerRule(_ fields: Fields, _ context: VerifyContext) -> HeaderRule? {
        let paths = elements(fields["paths"], of: "paths or URLs")
        if let node = fields["paths"], paths.isEmpty, case .list = node.content {
            report(node.place, "expected at least one path")
        }
        if paths.count > Self.maximumPaths {
            report(paths[Self.maximumPaths].place, "more than \(Self.maximumPaths) paths")
        }
        let requests = paths.prefix(Self.maximumPaths).compactMap { plainRequest($0, context) }
        let profile = choice(fields["profile"], HeaderRule.Profile.allCases.map(\.rawValue))
        let upgrade = upgrade(fields["upgrade"], context)
        let demanded =
            fields["demand"].map { choices($0, HeaderCheckName.allCases.map(\.rawValue), of: "checks") } ?? []
        let waived = waived(fields["allow"], HeaderCheckName.self)
        for name in demanded where HeaderCheckName(rawValue: name).flatMap({ waived[$0] }) != nil {
            report(fields.place(of: "allow"), "\(quoted(name)) can't be both demanded and allowed to fail")
        }
        let coverage = coverage(fields, context)
        guard !requests.isEmpty else { return nil }
        var rule = HeaderRule(requests: requests)
        rule.profile = profile.flatMap(HeaderRule.Profile.init) ?? .owasp
        rule.coverage = coverage
        rule.upgrade = upgrade
        rule.demanded = demanded.compactMap(HeaderCheckName.init)
        rule.waived = waived
        return rule
    }

    private func upgrade(_ node: SourceNode?, _ context: VerifyContext) -> VerifiedRequest? {
        guard let node, let request = plainRequest(node, context) else { return nil }
        guard let url = request.url.constant, let endpoint = try? Endpoint(parsing: url), !endpoint.isSecure else {
            report(node.place, "expected a whole http:// URL: what must lead to HTTPS is plain HTTP")
            return nil
        }
        return request
    }
}

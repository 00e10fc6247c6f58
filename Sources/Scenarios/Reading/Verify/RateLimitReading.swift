extension Reading {
    /// What a rate limiter is said to do.
    func rateLimit(_ fields: Fields, _ context: VerifyContext) -> RateLimitRule? {
        let request = verifiedRequest(fields, context)
        let limit = value(fields["limit"], RateLimitQuantity.expected, RateLimitQuantity.parse)
        var rule = RateLimitRule(
            request: request ?? VerifiedRequest(url: Text("/")), limit: limit?.limit ?? 1,
            window: limit?.window ?? .seconds(1))
        readIdentity(fields, into: &rule)
        readCounting(fields, into: &rule)
        if let fields = fields["spoof"] {
            rule.spoof = elements(fields, of: "header fields").compactMap { headerName($0) }
        }
        rule.methods = elements(fields["methods"], of: "methods").compactMap { node in
            choice(node, Step.Method.allCases.map(\.rawValue)).flatMap(Step.Method.init)
        }
        rule.fields = elements(fields["fields"], of: "families of header fields").compactMap { node in
            choice(node, RateLimitRule.FieldFamily.allCases.map(\.rawValue)).flatMap(RateLimitRule.FieldFamily.init)
        }
        return request == nil || limit == nil ? nil : rule
    }

    private func readIdentity(_ fields: Fields, into rule: inout RateLimitRule) {
        rule.identityHeader = fields["identity"].flatMap { headerName($0) }
        for node in elements(fields["identities"], of: "values") {
            guard let value = headerValue(node, .constant), let constant = value.constant else { continue }
            if constant.isEmpty {
                report(node.place, "an identity holds at least one character")
            } else if rule.identities.contains(where: { $0.constant == constant }) {
                report(node.place, "\(quoted(value.shown)): the identity occurs more than once")
            } else {
                rule.identities.append(value)
            }
        }
        rule.sources = elements(fields["sources"], of: "addresses").compactMap { address($0) }
        if fields["identities"] != nil, fields["identity"] == nil {
            report(fields.place(of: "identities"), "identities need the header field that carries them: \"identity\"")
        }
        if fields["identity"] != nil, fields["sources"] != nil {
            report(
                fields.place(of: "sources"),
                "clients are told apart either by a header field or by address: \"sources\" can't stand beside \"identity\""
            )
        }
    }

    private func readCounting(_ fields: Fields, into rule: inout RateLimitRule) {
        let most = RateLimitQuantity.mostRequests
        rule.model =
            choice(fields["model"], RateLimitRule.Model.allCases.map(\.rawValue)).flatMap(RateLimitRule.Model.init)
            ?? .any
        rule.burst = integer(fields["burst"], minimum: 1, maximum: most)
        rule.enforcement =
            choice(fields["enforcement"], RateLimitRule.Enforcement.allCases.map(\.rawValue))
            .flatMap(RateLimitRule.Enforcement.init) ?? .exact
        rule.layer =
            choice(fields["layer"], RateLimitRule.Layer.allCases.map(\.rawValue)).flatMap(RateLimitRule.Layer.init)
            ?? .origin
        rule.tolerance = value(fields["tolerance"], "expected a ratio such as 5%", Quantity.ratio)
        rule.resolution = duration(fields["resolution"], allowsZero: true) ?? rule.resolution
        rule.status = integer(fields["status"], minimum: 300, maximum: 599) ?? rule.status
        rule.prolongs = boolean(fields["prolongs"]) ?? false
        if let burst = rule.burst, burst != rule.limit,
            [.fixedWindow, .slidingLog, .slidingCounter].contains(rule.model)
        {
            report(
                fields.place(of: "burst"), "a \(rule.model.rawValue) admits the limit at once: it has no other burst")
        }
        if fields["tolerance"] != nil, rule.enforcement == .exact {
            report(fields.place(of: "tolerance"), "\"tolerance\" belongs to enforcement: approximate")
        }
        if rule.resolution * 4 > rule.window, fields["limit"] != nil {
            report(fields.place(of: "resolution"), "expected at most a quarter of the window")
        }
    }

    private func headerName(_ node: SourceNode) -> String? {
        guard let name = name(node, "the name of a header field") else { return nil }
        if let problem = HeaderName.problem(name) {
            report(node.place, problem)
            return nil
        }
        return name
    }
}

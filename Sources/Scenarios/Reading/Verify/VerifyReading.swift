/// What a verification needs to know of the rest of the scenario.
struct VerifyContext {
    var defaults: Defaults
    /// The names of probes.
    var probes: [String]
}

extension Reading {
    /// The entries of `verify:`.
    func verifications(_ node: SourceNode?, _ context: VerifyContext) -> [DeclaredVerification] {
        var places: [String: Place] = [:]
        return elements(node, of: "verifications").compactMap { element in
            guard let fields = fields(element, .verification) else { return nil }
            let given = fields.presentKeys
            guard let kind = given.first, let content = fields[kind] else {
                report(element.place, "expected one of \(KeyTable.verification.exactlyOne.joined(separator: ", "))")
                return nil
            }
            for other in given.dropFirst() {
                report(
                    fields.place(of: other),
                    "an entry verifies one thing: \(quoted(other)) can't stand beside \(quoted(kind))")
            }
            guard let verification = verification(kind, content, context) else { return nil }
            if let first = places[verification.name] {
                let message = "another verification is called \(quoted(verification.name)) (line \(first.line))"
                report(element.place, "\(message): give it a name")
            }
            places[verification.name] = element.place
            return verification
        }
    }

    private func verification(
        _ kind: String, _ node: SourceNode, _ context: VerifyContext
    ) -> DeclaredVerification? {
        let found: (fields: Fields, rule: DeclaredVerification.Rule?)? =
            switch kind {
            case "rate_limit": fields(node, .rateLimit).map { ($0, rateLimit($0, context).map { .rateLimit($0) }) }
            case "cache": fields(node, .cache).map { ($0, cache($0, context).map { .cache($0) }) }
            case "headers": fields(node, .headers).map { ($0, headerRule($0, context).map { .headers($0) }) }
            case "cors": fields(node, .cors).map { ($0, cors($0, context).map { .cors($0) }) }
            case "input": fields(node, .input).map { ($0, input($0, context).map { .input($0) }) }
            case "credentials":
                fields(node, .credentialScan).map { ($0, credentialScan($0, context).map { .credentials($0) }) }
            default: fields(node, .secrets).map { ($0, secretRule($0, context).map { .secrets($0) }) }
            }
        guard let (fields, rule) = found else { return nil }
        let name = name(fields["name"])
        let section = self.name(fields["section"])
        let criterion = self.name(fields["criterion"])
        let severity = choice(fields["severity"], Objective.Severity.allCases.map(\.rawValue))
        guard let rule else { return nil }
        var verification = DeclaredVerification(name: name ?? kind, rule: rule)
        verification.section = section
        verification.criterion = criterion
        verification.severity = severity.flatMap(Objective.Severity.init) ?? .hard
        return verification
    }

    /// The request of a mapping that has the keys of `KeyTable.verifiedRequest`.
    func verifiedRequest(_ fields: Fields, _ context: VerifyContext, scope: Scope = .constant) -> VerifiedRequest? {
        let given = fields.present(KeyTable.verifiedMethods)
        guard let action = given.first, let url = fields[action] else {
            report(fields.place, "expected a request: one of \(KeyTable.verifiedMethods.joined(separator: ", "))")
            return nil
        }
        for other in given.dropFirst() {
            report(fields.place(of: other), "one request: \(quoted(other)) can't stand beside \(quoted(action))")
        }
        let headers = headers(fields["headers"], scope)
        let body = verifiedBody(fields, scope)
        let timeout = duration(fields["timeout"])
        guard let url = stepURL(url, scope, webSocket: false) else { return nil }
        var request = VerifiedRequest(method: Step.Method(rawValue: action.uppercased()) ?? .get, url: url)
        request.headers = headers
        request.body = body
        request.timeout = timeout ?? context.defaults.timeout
        return request
    }

    private func verifiedBody(_ fields: Fields, _ scope: Scope) -> Body? {
        let given = fields.present(["json", "form", "body"])
        for other in given.dropFirst() {
            report(
                fields.place(of: other),
                "a request has one body: \(quoted(other)) can't stand beside \(quoted(given[0]))")
        }
        if let node = fields["json"] {
            warnOfJSONText(node, at: fields.place(of: "json"))
            return .json(json(node, scope))
        }
        if let node = fields["form"] { return .form(form(node, scope)) }
        return text(fields["body"], scope).map { .text($0) }
    }
}

extension Reading {
    /// The entries of `verify:`.
    func verifications(_ node: SourceNode?, _ context: VerifyContext) -> [DeclaredVerification] {
        let table = KeyTable.verification(kinds.verifications)
        var places: [String: TextLocation] = [:]
        return elements(node, of: "verifications").compactMap { element in
            guard let entries = entries(element, table) else { return nil }
            let given = entries.values.sorted { $0.location < $1.location }
            guard let entry = given.first, let kind = kinds.verifications[entry.key] else {
                report(element.location, "expected one of \(kinds.verifications.names.joined(separator: ", "))")
                return nil
            }
            for other in given.dropFirst() {
                report(
                    other.location,
                    "an entry verifies one thing: \(quoted(other.key)) can't stand beside \(quoted(entry.key))")
            }
            guard let verification = verification(kind, entry.value, context) else { return nil }
            if let first = places[verification.name] {
                let message = "another verification is called \(quoted(verification.name)) (line \(first.line))"
                report(element.location, "\(message): give it a name")
            }
            places[verification.name] = element.location
            return verification
        }
    }

    private func verification<Rule: VerificationRule>(
        _: Rule.Type, _ node: SourceNode, _ context: VerifyContext
    ) -> DeclaredVerification? {
        let keyContext = KeyContext(scope: Rule.scope, defaults: context.defaults)
        guard let keys = read(node, VerificationKeys<Rule>.self, keyContext),
            let rule = Rule(keys.rule, self, context)
        else { return nil }
        let entry = keys.entry
        var verification = DeclaredVerification(name: entry.name ?? Rule.kind, rule: rule)
        verification.section = entry.section
        verification.criterion = entry.criterion
        verification.severity = entry.severity ?? .hard
        return verification
    }

    /// The request of a mapping that includes `VerifiedRequestKeys`; nil where it is wrong.
    public func request(_ keys: KeyValues<VerifiedRequestKeys>) -> VerifiedRequest? {
        let body = verifiedBody(keys)
        guard let action = keys.methods.first, let url = action.value else { return nil }
        var request = VerifiedRequest(method: action.kind, url: url)
        request.headers = keys.headers ?? []
        request.body = body
        request.timeout = keys.timeout ?? keys.context.defaults.timeout
        return request
    }

    private func verifiedBody(_ keys: KeyValues<VerifiedRequestKeys>) -> Body? {
        let given = keys.present(keys.declared.json, keys.declared.form, keys.declared.body)
        for other in given.dropFirst() {
            report(
                other.location,
                "a request has one body: \(quoted(other.name)) can't stand beside \(quoted(given[0].name))")
        }
        if let node = keys.json {
            warnOfJSONText(node, at: keys.location(of: \.json))
            return .json(json(node, keys.context.scope))
        }
        if let form = keys.form { return .form(form) }
        return keys.body.map { .text($0) }
    }
}

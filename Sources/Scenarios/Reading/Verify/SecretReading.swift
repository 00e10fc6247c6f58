extension Reading {
    /// Secrets that must be kept in a manager.
    func secretRule(_ fields: Fields, _ context: VerifyContext) -> SecretRule? {
        _ = choice(fields["provider"], ["aws"])
        let region = awsName(fields["region"], "a region such as us-east-1")
        let endpoint = managerURL(fields["endpoint"])
        let names = secretNames(fields["names"])
        let members = secretMembers(fields["fields"], of: names)
        let maxAge = duration(fields["max_age"])
        let mustBeUsed = boolean(fields["used_by_run"])
        guard !names.isEmpty else { return nil }
        var rule = SecretRule(names: names)
        rule.region = region
        rule.endpoint = endpoint
        rule.fields = members
        rule.maxAge = maxAge
        rule.mustBeUsed = mustBeUsed ?? false
        return rule
    }

    private func secretNames(_ node: SourceNode?) -> [String] {
        guard let node else { return [] }
        let elements = elements(node, of: "names of secrets")
        if case .list = node.content, elements.isEmpty { report(node.place, "expected at least one name of a secret") }
        var names: [String] = []
        for element in elements {
            guard let name = name(element, "the name of a secret") else { continue }
            if !SecretName.isName(name) {
                report(element.place, "\(quoted(name)) is not a valid secret name")
            } else if names.contains(name) {
                report(element.place, "\(quoted(name)) occurs more than once")
            } else {
                names.append(name)
            }
        }
        return names
    }

    private func secretMembers(_ node: SourceNode?, of names: [String]) -> [String: [String]] {
        var members: [String: [String]] = [:]
        for entry in entries(node, of: "members by the secret's name") {
            if !names.contains(entry.key) {
                let hint = Suggestion.hint(for: entry.key, among: names, otherwise: "names")
                report(entry.place, "\(quoted(entry.key)) is not one of the names\(hint)")
            }
            let elements = elements(entry.value, of: "members")
            if case .list = entry.value.content, elements.isEmpty {
                report(entry.value.place, "expected at least one member")
            }
            members[entry.key] = elements.compactMap { name($0, "the name of a member") }
        }
        return members
    }

    private func managerURL(_ node: SourceNode?) -> Text? {
        guard let node, let text = constant(node, "an http:// or https:// URL") else { return nil }
        if let problem = Self.problem(ofTarget: text.constant ?? "") {
            report(node.place, Self.message(problem, of: text))
            return nil
        }
        return text
    }
}

extension Reading {
    /// Secrets that must be kept in a manager.
    func secretRule(_ fields: Fields, _ context: VerifyContext) -> SecretRule? {
        _ = choice(fields["provider"], ["aws"])
        let region = name(fields["region"], "a region")
        let names = elements(fields["names"], of: "names of secrets").compactMap { name($0, "the name of a secret") }
        guard !names.isEmpty else { return nil }
        var rule = SecretRule(names: names)
        rule.region = region
        return rule
    }
}

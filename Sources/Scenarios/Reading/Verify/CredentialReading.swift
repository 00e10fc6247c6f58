extension Reading {
    /// Files that must hold no credentials.
    func credentialScan(_ fields: Fields, _ context: VerifyContext) -> CredentialRule? {
        let paths = elements(fields["paths"], of: "paths").compactMap { constant($0, "a path")?.constant }
        let history = boolean(fields["history"])
        guard !paths.isEmpty else { return nil }
        var rule = CredentialRule(paths: paths.map { SourceFile.path($0, in: folder) })
        rule.history = history ?? false
        return rule
    }
}

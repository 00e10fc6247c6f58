extension KeyTable {
    /// A search for credentials.
    static let credentialScan = KeyTable(
        name: "credential_scan", summary: "Files that must hold no credentials",
        keys: aboutVerification + [
            Key("paths", .list(.text, atLeast: 1), "Folders and files.", required: true),
            Key("history", .boolean, "Whether git's history is searched too; false unless given."),
            Key(
                "untracked", .choice(CredentialRule.Untracked.allCases.map(\.rawValue)),
                "Files beside those that git tracks: none, unignored (unless given), or all."),
            Key("exclude", .list(.text, atLeast: 1), "Globs of files that are left out."),
            Key(
                "allow", .oneOf([.text, .list(.mapping(allowedCredential), atLeast: 0)]),
                "Findings that are known, each with a reason: a list, or the path of a YAML file that holds one."),
            Key("sarif", .text, "The file to which the findings are written as SARIF 2.1.0."),
            Key("max_file", .pattern(Quantity.sizePattern), "Larger files are not searched; 5MiB unless given."),
            Key(
                "scanners", .choice(CredentialRule.Scanners.allCases.map(\.rawValue)),
                "auto (unless given): gitleaks and detect-secrets are asked where they are installed; none."),
            Key("timeout", .duration, "How long the whole may take; 10m unless given."),
        ])

    /// An entry of an allowlist.
    static let allowedCredential = KeyTable(
        name: "allowed_credential", summary: "A finding that is known",
        keys: [
            Key("fingerprint", .pattern("[0-9a-f]{16}"), "The fingerprint that the finding shows."),
            Key("path", .text, "A glob of files."),
            Key("rule", .text, "The rule that found it."),
            Key("reason", .text, "Why it is allowed.", required: true),
            Key("until", .pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "The last day on which it is allowed: 2026-12-31."),
        ])
}

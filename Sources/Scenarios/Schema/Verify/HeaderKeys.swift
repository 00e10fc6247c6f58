extension KeyTable {
    /// Header fields.
    static let headers = KeyTable(
        name: "headers", summary: "Whose answers must carry the header fields that keep browsers safe",
        keys: aboutVerification + [
            Key("paths", .list(.text, atLeast: 1), "Paths or URLs whose answers are looked at.", required: true),
            Key(
                "profile", .choice(HeaderRule.Profile.allCases.map(\.rawValue)),
                "Which checks; owasp unless given."),
            Key(
                "upgrade", .text,
                "A http:// URL that must lead to HTTPS; the target's own unless given, where it is HTTPS on port 443."),
            Key(
                "demand", .list(.choice(HeaderCheckName.allCases.map(\.rawValue)), atLeast: 0),
                "Checks that count although the profile only advises them."),
            Key("allow", .names(.text), "Checks that don't count, each with the reason."),
        ] + coverage)
}

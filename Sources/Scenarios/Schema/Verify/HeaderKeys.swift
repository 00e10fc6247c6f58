extension KeyTable {
    /// Header fields.
    static let headers = KeyTable(
        name: "headers", summary: "Whose answers must carry the header fields that keep browsers safe",
        keys: aboutVerification + [
            Key("paths", .list(.text, atLeast: 1), "Paths or URLs whose answers are looked at.", required: true),
            Key(
                "profile", .choice(HeaderRule.Profile.allCases.map(\.rawValue)),
                "Which checks; owasp unless given."),
        ])
}

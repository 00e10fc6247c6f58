extension KeyTable {
    /// Secrets in a manager.
    static let secrets = KeyTable(
        name: "secrets", summary: "Secrets that must be kept in a secrets manager",
        keys: aboutVerification + [
            Key("provider", .choice(["aws"]), "Whose manager: aws.", required: true),
            Key("region", .text, "The region, e.g. us-east-1; the environment's unless given."),
            Key("names", .list(.text, atLeast: 1), "The secrets' names.", required: true),
        ])
}

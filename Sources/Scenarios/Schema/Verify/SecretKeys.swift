extension KeyTable {
    /// Secrets in a manager.
    static let secrets = KeyTable(
        name: "secrets", summary: "Secrets that must be kept in a secrets manager",
        keys: aboutVerification + [
            Key("provider", .choice(["aws"]), "Whose manager: aws.", required: true),
            Key("region", .text, "The region, e.g. us-east-1; the environment's unless given."),
            Key("endpoint", .text, "The manager's URL; the provider's own, or the environment's, unless given."),
            Key("names", .list(.text, atLeast: 1), "The secrets' names or ARNs.", required: true),
            Key(
                "fields", .names(.list(.text, atLeast: 1)),
                "By a secret's name: the members that its JSON must have, not empty."),
            Key("max_age", .duration, "How old a secret's current version may be, e.g. 90d; any age unless given."),
            Key(
                "used_by_run", .boolean,
                "Whether the run must take its own secrets from the manager; told, but not counted unless true."),
        ])
}

public import Scenarios

/// The keys of `secrets:`.
public struct SecretKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("secrets", "Secrets that must be kept in a secrets manager")

    let provider = Key("provider", .choice(SecretRule.Provider.self), "Whose manager: aws.", required: true)
    let region = Key(
        "region", .awsName("a region such as us-east-1"),
        "The region, e.g. us-east-1; the environment's unless given.")
    let endpoint = Key(
        "endpoint", .managerURL, "The manager's URL; the provider's own, or the environment's, unless given.")
    let names = Key("names", .secretNames, "The secrets' names or ARNs.", required: true)
    let fields = Key(
        "fields", .entries(of: "members by the secret's name", .list(.text, atLeast: 1)),
        "By a secret's name: the members that its JSON must have, not empty.")
    let maxAge = Key(
        "max_age", .duration, "How old a secret's current version may be, e.g. 90d; any age unless given.")
    let usedByRun = Key(
        "used_by_run", .boolean,
        "Whether the run must take its own secrets from the manager; told, but not counted unless true.")

    /// Declares the keys.
    public init() {}
}

public import Scenarios

/// The keys of `headers:`.
public struct HeaderKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout(
        "headers", "Whose answers must carry the header fields that keep browsers safe")

    let paths = Key("paths", .paths, "Paths or URLs whose answers are looked at.", required: true)
    let profile = Key("profile", .choice(HeaderRule.Profile.self), "Which checks; owasp unless given.")
    let upgrade = Key(
        "upgrade", .upgrade,
        "A http:// URL that must lead to HTTPS; the target's own unless given, where it is HTTPS on port 443.")
    let demand = Key(
        "demand", .choices(HeaderCheckName.self, of: "checks"),
        "Checks that count although the profile only advises them.")
    let allow = Key("allow", .waived(HeaderCheckName.self), "Checks that don't count, each with the reason.")
    let coverage = Included(CoverageKeys())

    /// Declares the keys.
    public init() {}
}

public import Scenarios

/// The keys of `credentials:`.
public struct CredentialKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("credential_scan", "Files that must hold no credentials")

    let paths = Key(
        "paths", .list(.path, of: "paths", lacks: "expected at least one path"), "Folders and files.",
        required: true)
    let history = Key("history", .boolean, "Whether git's history is searched too; false unless given.")
    let untracked = Key(
        "untracked", .choice(CredentialRule.Untracked.self),
        "Files beside those that git tracks: none, unignored (unless given), or all.")
    let exclude = Key(
        "exclude", .list(.glob, of: "globs"), "Globs of files that are left out.")
    let allow = Key(
        "allow", .allowlist,
        "Findings that are known, each with a reason: a list, or the path of a YAML file that holds one.")
    let sarif = Key("sarif", .path, "The file to which the findings are written as SARIF 2.1.0.")
    let maxFile = Key(
        "max_file", .size(1...1 << 30, "1B to 1GiB"), "Larger files are not searched; 5MiB unless given.")
    let scanners = Key(
        "scanners", .choice(CredentialRule.Scanners.self),
        "auto (unless given): gitleaks and detect-secrets are asked where they are installed; none.")
    let timeout = Key("timeout", .duration, "How long the whole may take; 10m unless given.")

    /// Declares the keys.
    public init() {}
}

/// An entry of an allowlist.
struct AllowedCredentialKeys: KeyGroup {
    static let about = GroupAbout("allowed_credential", "A finding that is known")

    let fingerprint = Key("fingerprint", .fingerprint, "The fingerprint that the finding shows.")
    let path = Key("path", .glob, "A glob of files.")
    let rule = Key("rule", .credentialRule, "The rule that found it.")
    let reason = Key("reason", .name("a reason"), "Why it is allowed.", required: true)
    let until = Key("until", .day, "The last day on which it is allowed: 2026-12-31.")
}

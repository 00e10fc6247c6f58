import Scenarios

/// Files that must hold no credentials: `credentials:` of `verify:`.
public struct CredentialRule: Sendable {
    /// Which files of a git work tree are searched beside those that git tracks.
    public enum Untracked: String, CaseIterable, Sendable {
        /// None.
        case none
        /// Those that git would add: all but the ignored ones.
        case unignored
        /// All, the ignored ones too: a local `.env`, and what was built.
        case all
    }

    /// Whether other scanners are asked, too.
    public enum Scanners: String, CaseIterable, Sendable {
        /// Those that are on the machine: `gitleaks`, `detect-secrets`.
        case auto
        /// None.
        case none
    }

    /// Folders and files; as this process can open them.
    public var paths: [String]
    /// Whether the history of the git repositories that hold them is searched too.
    public var history = false
    /// Files that are left out, as globs.
    public var excluded: [String] = []
    /// What is known and allowed, each with its reason.
    public var allowed: [AllowedCredential] = []
    /// Where the findings are written as SARIF 2.1.0; nil: nowhere.
    public var sarif: String?
    /// Larger files are not searched, and told.
    public var maximumFileBytes = 5 << 20
    /// Which files are searched beside those that git tracks.
    public var untracked = Untracked.unignored
    /// Whether other scanners are asked, too.
    public var scanners = Scanners.auto
    /// How long the whole may take.
    public var timeout = Duration.seconds(600)

    /// Makes a rule.
    public init(paths: [String]) { self.paths = paths }
}

internal import Scenarios

/// All that a scan found and what it could not look at.
struct ScanResult {
    var tree: TreeSearch
    /// Nil: not asked for.
    var history: HistorySearch?
    /// Paths that could not be searched, or listed.
    var problems: [(path: String, reason: String)]
    /// Named paths that no git repository holds.
    var withoutRepository: [String]
    var isGitMissing: Bool
    /// Other scanners that were run, with what kept them from an answer; nil: not asked for.
    var scanners: [(name: String, failure: String?)]?

    /// Findings in the work tree, with those of the history, and those that only other scanners made.
    var treeFindings: [FoundCredential] = []
    var historyFindings: [FoundCredential] = []
    var externalFindings: [FoundCredential] = []
    var unused: [AllowedCredential] = []
    var expired: [AllowedCredential] = []
    /// How long it took, in seconds.
    var seconds = 0.0

    /// Every finding.
    var all: [FoundCredential] { treeFindings + historyFindings + externalFindings }

    /// Whether all was searched that was to be.
    var isComplete: Bool { tree.ended == nil && problems.isEmpty && tree.gaps.isEmpty && history?.gaps.isEmpty ?? true }
}

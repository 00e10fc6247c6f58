internal import Scenarios

/// A git repository on the disk.
struct GitRepository: Sendable {
    let git: Git
    /// The root of its work tree; of a bare repository its own folder.
    let top: String
    /// Whether it was cloned without the older commits.
    let isShallow: Bool

    /// The repository that holds the folder; nil where none does.
    init?(holding folder: String, _ git: Git, _ budget: ScanBudget) throws(ScanEnded) {
        let asked = ["rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir"]
        guard let facts = try git.lines(asked, in: folder, budget), facts.count == 3 else { return nil }
        self.git = git
        isShallow = facts[1] == "true"
        if facts[0] == "true" {
            top = facts[2]
        } else if let top = try git.lines(["rev-parse", "--show-toplevel"], in: folder, budget)?.first {
            self.top = top
        } else {
            return nil
        }
    }

    /// The files below a folder of the work tree that are searched, seen from its root; entries that are folders are
    /// submodules and repositories inside this one. Nil where git can't list them.
    func files(
        below folder: String, _ untracked: CredentialRule.Untracked, _ budget: ScanBudget
    ) throws(ScanEnded) -> [String]? {
        let others: [String] =
            switch untracked {
            case .none: []
            case .unignored: ["--others", "--exclude-standard"]
            case .all: ["--others"]
            }
        guard let run = try? git.start(["ls-files", "-z", "--full-name", "--cached"] + others, in: folder) else {
            return nil
        }
        defer { run.stop() }
        var reader = OutputReader(run, budget)
        var paths: Set<String> = []
        while let path = try reader.text(upTo: 0) { paths.insert(String(decoding: path, as: UTF8.self)) }
        guard (try? run.finish()) != nil else { return nil }
        return paths.sorted()
    }
}

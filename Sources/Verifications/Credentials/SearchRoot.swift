internal import Foundation
internal import Scenarios

/// A folder that is searched: the work tree of a git repository, or one that no repository holds.
struct SearchRoot {
    /// Its absolute path.
    var top: String
    /// What stands before its files' paths in findings; empty where only one root is searched.
    var prefix: String
    /// The files, seen from the root.
    var files: Set<String>
    /// The repository, where git knows it.
    var repository: GitRepository?
}

/// The roots of the paths that a rule names, each once, with the repositories and submodules inside them.
struct SearchRoots {
    private static let maximum = 1000

    private(set) var roots: [SearchRoot] = []
    /// Paths that can't be searched, with the reason.
    private(set) var problems: [(path: String, reason: String)] = []
    /// Named paths that no git repository holds.
    private(set) var withoutRepository: [String] = []

    private let git: Git?
    private let untracked: CredentialRule.Untracked
    private let budget: ScanBudget

    /// Lists the files of the rule's paths.
    init(_ rule: CredentialRule, _ git: Git?, _ budget: ScanBudget) throws(ScanEnded) {
        self.git = git
        untracked = rule.untracked
        self.budget = budget
        for path in rule.paths { try add(path) }
        let named = roots.count
        // What lies inside a root is listed behind it, named from there.
        var next = 0
        while next < roots.count {
            try descend(next)
            next += 1
            if roots.count > Self.maximum {
                problems.append((roots[next].top, "there are more than \(Self.maximum) repositories"))
                break
            }
        }
        if named == 1 { return }
        for index in roots.indices where index < named {
            let name = URL(fileURLWithPath: roots[index].top).lastPathComponent
            let old = roots[index].prefix
            for inner in roots.indices
            where inner == index || inner >= named && roots[inner].top.hasPrefix(roots[index].top + "/") {
                roots[inner].prefix = "\(name)/" + roots[inner].prefix.dropFirst(old.count)
            }
        }
    }

    private mutating func add(_ path: String) throws(ScanEnded) {
        let absolute = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder) else {
            problems.append((path, "no such file or folder"))
            return
        }
        let folder = isFolder.boolValue ? absolute : URL(fileURLWithPath: absolute).deletingLastPathComponent().path
        let repository: GitRepository? = if let git { try GitRepository(holding: folder, git, budget) } else { nil }
        if repository == nil { withoutRepository.append(path) }
        // A file that is named is searched, whether git tracks it or not.
        guard isFolder.boolValue else {
            let top = repository.map(\.top).flatMap { absolute.hasPrefix($0 + "/") ? $0 : nil } ?? folder
            merge(
                SearchRoot(
                    top: top, prefix: "", files: [String(absolute.dropFirst(top.count + 1))], repository: repository))
            return
        }
        if let repository, let files = try repository.files(below: folder, untracked, budget) {
            merge(SearchRoot(top: repository.top, prefix: "", files: Set(files), repository: repository))
            return
        }
        // Without git, or in a bare repository, of which only the history can be read.
        var root = SearchRoot(top: folder, prefix: "", files: [], repository: repository)
        if repository == nil {
            let walk = try FolderWalk(folder, budget)
            root.files = Set(walk.files)
            problems += walk.unreadable
            for inner in walk.repositories { root.files.insert(inner + "/") }
        }
        merge(root)
    }

    private mutating func merge(_ root: SearchRoot) {
        guard let index = roots.firstIndex(where: { $0.top == root.top }) else {
            roots.append(root)
            return
        }
        roots[index].files.formUnion(root.files)
    }

    /// Takes the folders out of a root's files: submodules, and repositories that lie inside. They are roots, too.
    private mutating func descend(_ index: Int) throws(ScanEnded) {
        let root = roots[index]
        for file in root.files.sorted() {
            let name = file.hasSuffix("/") ? String(file.dropLast()) : file
            let path = "\(root.top)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
                (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil
            else { continue }
            roots[index].files.remove(file)
            // A submodule that was not checked out has an empty folder.
            guard FileManager.default.fileExists(atPath: "\(path)/.git") else {
                problems.append((root.prefix + name, "the submodule is not checked out"))
                continue
            }
            guard let git, let repository = try GitRepository(holding: path, git, budget),
                let files = try repository.files(below: path, untracked, budget)
            else {
                let walk = try FolderWalk(path, budget)
                problems += walk.unreadable
                merge(SearchRoot(top: path, prefix: "\(root.prefix)\(name)/", files: Set(walk.files), repository: nil))
                continue
            }
            merge(
                SearchRoot(
                    top: repository.top, prefix: "\(root.prefix)\(name)/", files: Set(files), repository: repository))
        }
    }
}

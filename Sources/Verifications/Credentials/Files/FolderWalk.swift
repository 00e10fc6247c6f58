internal import Glibc

/// All files of a folder that no git repository holds.
struct FolderWalk {
    /// Folders inside each other at most.
    static let maximumDepth = 128

    /// Files, seen from the folder, in the order of their names.
    private(set) var files: [String] = []
    /// Folders that are git repositories of their own, seen from the folder.
    private(set) var repositories: [String] = []
    /// Folders that could not be listed, with the reason.
    private(set) var unreadable: [(path: String, reason: String)] = []

    /// Lists the folder.
    init(_ folder: String, _ budget: ScanBudget) throws(ScanEnded) {
        try list(folder, prefix: "", depth: 0, budget)
    }

    private mutating func list(_ folder: String, prefix: String, depth: Int, _ budget: ScanBudget) throws(ScanEnded) {
        try budget.check()
        guard depth <= Self.maximumDepth else {
            unreadable.append((prefix, "it lies more than \(Self.maximumDepth) folders deep"))
            return
        }
        guard let stream = opendir(folder) else {
            unreadable.append((prefix.isEmpty ? folder : prefix, String(cString: strerror(errno))))
            return
        }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(stream)
        for name in names.sorted() where name != ".git" {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let shown = prefix + name
            guard status.st_mode & S_IFMT == S_IFDIR else {
                files.append(shown)
                continue
            }
            if access("\(path)/.git", F_OK) == 0 {
                repositories.append(shown)
            } else {
                try list(path, prefix: shown + "/", depth: depth + 1, budget)
            }
        }
    }
}

internal import Credentials

/// All that a repository's history holds: every version of every file, and the messages of commits and tags, each once,
/// whatever branch, tag, remote or stash leads to it; and what is staged.
struct GitHistory {
    /// An object that was read.
    struct Object {
        enum Sort {
            case file
            case commit
            case tag
        }

        var sort: Sort
        var id: String
        /// A path under which it stands; empty for messages.
        var path: String
        /// The text; nil where it is no text.
        var text: [UInt8]?
        var size: Int
        var isTooLarge: Bool
    }

    /// What could not be read.
    private(set) var missing = 0

    private let repository: GitRepository
    private let maximumBytes: Int
    private let budget: ScanBudget
    /// What leads to all commits: the arguments of `rev-list` and `log`.
    private let heads: [String]

    /// Finds what leads to the history.
    init(_ repository: GitRepository, maximumBytes: Int, _ budget: ScanBudget) throws(ScanEnded) {
        self.repository = repository
        self.maximumBytes = maximumBytes
        self.budget = budget
        // `--all` knows the newest stash only; the others stand in its log.
        let stashes = try repository.git.lines(
            ["log", "--walk-reflogs", "--format=%H", "refs/stash", "--"], in: repository.top, budget)
        heads = ["--all"] + (stashes ?? []).prefix(1000)
    }

    /// Reads every object once. Memory does not grow with their number.
    mutating func forEachObject(_ body: (Object) throws(ScanEnded) -> Void) throws(ScanEnded) -> ProgramRun.Failure? {
        let list: ProgramRun
        let contents: ProgramRun
        do throws(ProgramRun.Failure) {
            // Objects that a partial clone lacks are named and not fetched.
            list = try repository.git.start(
                ["rev-list", "--objects", "--missing=print", "--indexed-objects"] + heads, in: repository.top)
            contents = try repository.git.start(
                ["cat-file", "--buffer", "--batch=%(objecttype) %(objectname) %(objectsize) %(rest)"],
                in: repository.top,
                input: list)
        } catch {
            return error
        }
        defer {
            list.stop()
            contents.stop()
        }
        var reader = OutputReader(contents, budget)
        while let head = try reader.text(upTo: 0x0A) {
            let line = String(decoding: head, as: UTF8.self)
            let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count >= 3, let size = Int(parts[2]), !line.hasSuffix(" missing") else {
                missing += 1
                continue
            }
            let path = parts.count > 3 ? String(parts[3]) : ""
            if let object = try object(String(parts[0]), String(parts[1]), path, size, &reader) { try body(object) }
            // A line feed closes each object.
            try reader.skip(1)
        }
        do throws(ProgramRun.Failure) {
            try list.finish()
            try contents.finish()
            return nil
        } catch {
            return error
        }
    }

    private func object(
        _ type: String, _ id: String, _ path: String, _ size: Int, _ reader: inout OutputReader
    ) throws(ScanEnded) -> Object? {
        let sort: Object.Sort
        switch type {
        case "blob": sort = .file
        case "commit": sort = .commit
        case "tag": sort = .tag
        default:
            // A tree: its files come by themselves.
            try reader.skip(size)
            return nil
        }
        guard size <= maximumBytes else {
            let head = try reader.bytes(SourceText.probedBytes)
            try reader.skip(size - head.count)
            let isText = SourceText(head) != .binary
            return Object(sort: sort, id: id, path: path, text: nil, size: size, isTooLarge: isText)
        }
        let bytes = try reader.bytes(size)
        guard case .text(let text) = SourceText(bytes) else {
            return Object(sort: sort, id: id, path: path, text: nil, size: size, isTooLarge: false)
        }
        return Object(
            sort: sort, id: id, path: path, text: sort == .file ? text : Self.message(text), size: size,
            isTooLarge: false)
    }

    /// What follows the first empty line of a commit or tag.
    private static func message(_ text: [UInt8]) -> [UInt8] {
        guard let last = text.indices.dropFirst().first(where: { text[$0] == 0x0A && text[$0 - 1] == 0x0A }) else {
            return []
        }
        return Array(text[(last + 1)...])
    }

    // MARK: - Where objects came from

    /// The oldest commit that brought a version, and the paths under which commits brought it.
    struct Origin {
        var commit: String
        var paths: Set<String>
    }

    /// Looks for the commits that brought these versions of files. One pass over the history; only what is asked for is
    /// kept.
    func origins(of blobs: Set<String>) throws(ScanEnded) -> [String: Origin] {
        guard !blobs.isEmpty else { return [:] }
        let arguments = [
            "log", "--format=%H", "--raw", "--root", "-c", "--no-abbrev", "--no-renames", "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature", "--date-order",
        ]
        guard let run = try? repository.git.start(arguments + heads, in: repository.top) else { return [:] }
        defer { run.stop() }
        var reader = OutputReader(run, budget)
        var origins: [String: Origin] = [:]
        var commit = ""
        while let bytes = try reader.text(upTo: 0x0A) {
            guard bytes.first == UInt8(ascii: ":") else {
                if !bytes.isEmpty { commit = String(decoding: bytes, as: UTF8.self) }
                continue
            }
            guard let tab = bytes.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            // n colons, n + 1 modes, n + 1 ids, and what became of the file, for a commit with n parents.
            let words = bytes[..<tab].split(separator: UInt8(ascii: " "))
            guard words.count >= 5 else { continue }
            let id = String(decoding: words[words.count - 2], as: UTF8.self)
            guard blobs.contains(id) else { continue }
            var origin = origins[id] ?? Origin(commit: commit, paths: [])
            // Newer commits come first, so that the last one seen is the oldest.
            origin.commit = commit
            if origin.paths.count < 100 { origin.paths.insert(String(decoding: bytes[(tab + 1)...], as: UTF8.self)) }
            origins[id] = origin
        }
        return origins
    }
}

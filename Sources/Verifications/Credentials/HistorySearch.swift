internal import Credentials
internal import Scenarios
internal import VerificationKit

/// The search through the history of repositories.
struct HistorySearch {
    private(set) var findings: [FoundCredential] = []
    private(set) var repositories = 0
    private(set) var objects = 0
    private(set) var bytes = 0
    private(set) var binaries = 0
    /// Why parts of the history were not searched; empty: all was.
    private(set) var gaps: [String] = []
    private(set) var isCut = false

    private let scanner: CredentialScanner
    private let globs: [PathGlob]
    private let maximumBytes: Int

    /// A secret in one file of one repository, in however many versions of it.
    private struct Key: Hashable {
        var fingerprint: String
        var path: String
    }

    /// A finding of which is not known yet which commit brought it.
    private struct Pending {
        var finding: FoundCredential
        /// The versions that hold it, the first ones of many.
        var blobs: [String]
    }

    init(_ rule: CredentialRule, _ scanner: CredentialScanner) {
        self.scanner = scanner
        globs = rule.excluded.map { PathGlob($0) }
        maximumBytes = rule.maximumFileBytes
    }

    /// Searches the history of a root's repository.
    mutating func search(_ root: SearchRoot, _ repository: GitRepository, _ budget: ScanBudget) {
        repositories += 1
        if repository.isShallow {
            gaps.append("\(name(root)) is a shallow clone: its older commits are not there (git fetch --unshallow)")
        }
        var pending: [Key: Pending] = [:]
        var order: [Key] = []
        var history: GitHistory
        do throws(ScanEnded) {
            history = try GitHistory(repository, maximumBytes: maximumBytes, budget)
            let failure = try history.forEachObject { object throws(ScanEnded) in
                note(object, in: root, &pending, &order)
            }
            if let failure { gaps.append("git could not read the history of \(name(root)): \(failure.reason)") }
            if history.missing > 0 {
                gaps.append("\(history.missing) objects are not in \(name(root)), a partial clone")
            }
        } catch {
            gaps.append("the history of \(name(root)) was not read to its end because \(error.reason)")
            findings += order.compactMap { pending[$0]?.finding }.filter { !isExcluded($0.path) }
            return
        }
        do throws(ScanEnded) {
            let origins = try history.origins(of: Set(pending.values.flatMap(\.blobs)))
            for key in order { if let found = pending[key] { settle(found, origins, root) } }
        } catch {
            gaps.append("which commits brought the findings was not looked up because \(error.reason)")
            findings += order.compactMap { pending[$0]?.finding }.filter { !isExcluded($0.path) }
        }
    }

    private func name(_ root: SearchRoot) -> String {
        root.prefix.isEmpty ? "the repository" : String(root.prefix.dropLast())
    }

    private func isExcluded(_ path: String) -> Bool { globs.contains { $0.matches(path) } }

    private mutating func note(
        _ object: GitHistory.Object, in root: SearchRoot, _ pending: inout [Key: Pending], _ order: inout [Key]
    ) {
        let path =
            switch object.sort {
            case .file: root.prefix + object.path
            case .commit: root.prefix + "(message of a commit)"
            case .tag: root.prefix + "(message of a tag)"
            }
        guard let text = object.text else {
            if object.isTooLarge {
                if !isExcluded(path) {
                    gaps.append("\(path) has a version of \(Figure.grouped(UInt64(object.size))) bytes")
                }
            } else {
                binaries += 1
            }
            return
        }
        objects += 1
        bytes += object.size
        let candidates = scanner.candidates(in: text, path: object.path)
        guard !candidates.isEmpty else { return }
        let places = CredentialLocation.places(of: candidates.map(\.range.lowerBound), in: text)
        for (candidate, location) in zip(candidates, places) {
            var finding = FoundCredential(candidate, at: location, path: path)
            if object.sort != .file { finding.commit = object.id }
            let key = Key(fingerprint: finding.fingerprint, path: path)
            if pending[key] != nil {
                // A second place in the same version is no second version.
                guard object.sort == .file, pending[key]?.blobs.last != object.id else { continue }
                pending[key]?.finding.versions += 1
                if let count = pending[key]?.blobs.count, count < 1000 { pending[key]?.blobs.append(object.id) }
                // Versions come newest first: the place in the oldest one stands beside the commit that brought it.
                pending[key]?.finding.location = location
            } else if order.count < TreeSearch.maximumFindings {
                order.append(key)
                pending[key] = Pending(finding: finding, blobs: object.sort == .file ? [object.id] : [])
            } else {
                isCut = true
            }
        }
    }

    /// Names the commit, and leaves out what only ever stood in excluded files.
    private mutating func settle(_ found: Pending, _ origins: [String: GitHistory.Origin], _ root: SearchRoot) {
        var finding = found.finding
        let known = found.blobs.reversed().compactMap { origins[$0] }
        finding.commit = finding.commit ?? known.first?.commit
        if isExcluded(finding.path) {
            let others = known.flatMap { $0.paths.sorted() }.map { root.prefix + $0 }
            guard let other = others.first(where: { !isExcluded($0) }) else { return }
            finding.path = other
        }
        findings.append(finding)
    }
}

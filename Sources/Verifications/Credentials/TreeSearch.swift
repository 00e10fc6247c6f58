internal import Credentials
internal import Scenarios
internal import VerificationKit

/// The search through files as they lie on the disk.
struct TreeSearch {
    /// Findings at most: beyond them no one reads.
    static let maximumFindings = 10_000

    private(set) var findings: [FoundCredential] = []
    /// Texts that were searched, by root, seen from it: other scanners look at the same.
    private(set) var searched: [[String]] = []
    private(set) var texts = 0
    private(set) var bytes = 0
    private(set) var binaries = 0
    private(set) var links = 0
    private(set) var absent = 0
    private(set) var excluded = 0
    /// Texts that could not be searched, with the reason.
    private(set) var gaps: [(path: String, reason: String)] = []
    private(set) var isCut = false
    /// Why it ended early; nil: all was searched.
    private(set) var ended: ScanEnded?

    private let scanner: CredentialScanner
    private let globs: [PathGlob]
    private let maximumBytes: Int

    init(_ rule: CredentialRule, _ scanner: CredentialScanner) {
        self.scanner = scanner
        globs = rule.excluded.map { PathGlob($0) }
        maximumBytes = rule.maximumFileBytes
    }

    /// Searches all files of the roots, in the order of their names.
    mutating func search(_ roots: [SearchRoot], _ budget: ScanBudget) {
        for root in roots {
            searched.append([])
            for file in root.files.sorted() {
                if let exhaustion = budget.exhaustion {
                    ended = exhaustion
                    return
                }
                search(file, in: root)
            }
        }
    }

    /// Ends it before it began.
    mutating func stop(_ reason: ScanEnded) { ended = reason }

    private mutating func search(_ file: String, in root: SearchRoot) {
        let path = root.prefix + file
        guard !globs.contains(where: { $0.matches(path) }) else {
            excluded += 1
            return
        }
        switch FileContent.read("\(root.top)/\(file)", maximumBytes: maximumBytes) {
        case .text(let text, let size):
            texts += 1
            bytes += size
            searched[searched.count - 1].append(file)
            add(scanner.candidates(in: text, path: path), in: text, path)
        case .binary(let content):
            binaries += 1
            if KeyFile.isOne(content, path: path) { keep(FoundCredential(keyFile: content, path: path)) }
        case .tooLarge(let size): gaps.append((path, "it has \(Figure.grouped(UInt64(size))) bytes"))
        case .special: links += 1
        case .absent: absent += 1
        case .unreadable(let reason): gaps.append((path, reason))
        }
    }

    private mutating func add(_ candidates: [CredentialCandidate], in text: [UInt8], _ path: String) {
        let places = CredentialLocation.places(of: candidates.map(\.range.lowerBound), in: text)
        for (candidate, location) in zip(candidates, places) {
            keep(FoundCredential(candidate, at: location, path: path))
        }
    }

    private mutating func keep(_ finding: FoundCredential) {
        guard findings.count < Self.maximumFindings else {
            isCut = true
            return
        }
        findings.append(finding)
    }
}

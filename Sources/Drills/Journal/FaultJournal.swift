internal import Foundation
internal import Glibc
internal import NIOConcurrencyHelpers

/// The journal of a run's faults on disk, `faults.jsonl`: each fault with its whole undo before it is brought about, and what
/// became of it. Whoever undoes in the place of a run that was killed reads it.
///
/// Its mode is 0600, and it holds no secret: they stand in it as `${env:TOKEN}`. One process holds it at a time.
public final class FaultJournal: Sendable {
    static let version = 1

    /// The run's folder.
    public let folder: String
    private let file: NIOLockedValueBox<JournalFile>
    private let count: NIOLockedValueBox<Int>

    /// Makes the journal of a run in its folder, which exists. That of a run before makes room for it, unless faults of it are
    /// still in force.
    ///
    /// - Throws: `JournalProblem`.
    public init(folder: String) throws(JournalProblem) {
        self.folder = folder
        var file = try JournalFile(folder: folder, makes: true)
        do throws(JournalProblem) {
            let contents = try file.read()
            guard contents.open.isEmpty else {
                throw .openFaults(folder: folder, sources: contents.open.map(\.source))
            }
            try file.empty()
            try file.append(Self.opening("run"))
            try JournalFile.syncFolder(folder)
        } catch {
            file.closeFile()
            throw error
        }
        self.file = NIOLockedValueBox(file)
        count = NIOLockedValueBox(0)
    }

    deinit { file.withLockedValue { $0.closeFile() } }

    static func opening(_ role: String) -> JournalEntry {
        .opened(by: role, process: getpid(), at: now, version: version)
    }

    static var now: String { Date().ISO8601Format() }

    /// Faults that were begun in a folder and not undone, in the order of their beginning; none where there is no journal.
    ///
    /// - Throws: `JournalProblem` where it can't be read, or is damaged.
    public static func openFaults(in folder: String) throws(JournalProblem) -> [JournaledFault] {
        let path = folder + "/" + JournalFile.name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw .file(path: path, code: errno)
        }
        defer { close(descriptor) }
        return try JournalFile.entries(of: JournalFile.bytes(descriptor), path: path).open
    }

    /// Faults that a journal of these bytes has begun and not undone.
    package static func openFaults(of bytes: [UInt8]) throws(JournalProblem) -> [JournaledFault] {
        try JournalFile.entries(of: bytes, path: JournalFile.name).open
    }

    /// Demands that no fault of a run before is in force in a folder: to be called before a run begins there.
    ///
    /// - Throws: `JournalProblem.openFaults`, which names `loadgate recover`; or that the journal can't be read.
    public static func demandNoOpenFaults(in folder: String) throws(JournalProblem) {
        let open = try openFaults(in: folder)
        if !open.isEmpty { throw .openFaults(folder: folder, sources: open.map(\.source)) }
    }

    /// Notes that a fault is about to be brought about. It may be, once this returns.
    func begin(_ source: String, recovery: [RecoveryStep]) throws(JournalProblem) -> Int {
        let number = count.withLockedValue { count in
            count += 1
            return count
        }
        let fault = JournaledFault(
            number: number, source: source, at: Self.now, folder: FileManager.default.currentDirectoryPath,
            boot: ProcessState.boot,
            process: ProcessIdentity(of: getpid()) ?? ProcessIdentity(id: getpid(), started: 0), recovery: recovery)
        try append(.begun(fault))
        return number
    }

    func append(_ entry: JournalEntry) throws(JournalProblem) {
        let result = file.withLockedValue { file -> Result<Void, JournalProblem> in
            do throws(JournalProblem) {
                return .success(try file.append(entry))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

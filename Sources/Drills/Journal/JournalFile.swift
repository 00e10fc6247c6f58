internal import CLinux
internal import Foundation
internal import Glibc

/// The file `faults.jsonl` of a run's folder: appended line by line, each on the disk before the next step, and held by one
/// process at a time.
///
/// Not thread-safe: its owner sees to that.
struct JournalFile {
    static let name = "faults.jsonl"
    /// More than a journal ever has: a drill has some dozens of faults.
    private static let maximumBytes = 64 << 20

    let path: String
    let descriptor: Int32
    /// Where the last whole line ends.
    private(set) var length: Int64 = 0

    /// Opens the file, and makes it where it isn't there and `makes` is true; takes its lock.
    ///
    /// - Throws: `JournalProblem`.
    init(folder: String, makes: Bool) throws(JournalProblem) {
        path = folder + "/" + Self.name
        let descriptor = open(path, O_RDWR | (makes ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == ENOENT && !makes ? .missing(folder: folder) : .file(path: path, code: errno)
        }
        self.descriptor = descriptor
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = (try? Self.entries(of: Self.bytes(descriptor), path: path))?.holder
            close(descriptor)
            throw code == EWOULDBLOCK ? .held(folder: folder, by: holder) : .file(path: path, code: code)
        }
    }

    func closeFile() { close(descriptor) }

    /// All bytes of a file.
    static func bytes(_ descriptor: Int32) throws(JournalProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= maximumBytes {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .file(path: name, code: errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw .damaged(path: name, line: 0, reason: "it is larger than any journal")
    }

    /// What whole lines say. What follows the last line break was being written when its process ended, and so was never acted
    /// upon: no fault is brought about before its line is on the disk.
    static func entries(of bytes: [UInt8], path: String) throws(JournalProblem) -> JournalContents {
        var contents = JournalContents()
        var start = 0
        var number = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            number += 1
            do {
                contents.take(try JSONDecoder().decode(JournalEntry.self, from: Data(bytes[start..<index])))
            } catch {
                throw .damaged(path: path, line: number, reason: "it is not a line that Loadgate writes")
            }
            start = index + 1
        }
        contents.length = Int64(start)
        return contents
    }

    /// Reads it, and cuts off a line that is not whole.
    mutating func read() throws(JournalProblem) -> JournalContents {
        let bytes = try Self.bytes(descriptor)
        let contents = try Self.entries(of: bytes, path: path)
        length = contents.length
        if length < bytes.count { try cut(to: length) }
        return contents
    }

    /// Empties it.
    mutating func empty() throws(JournalProblem) {
        try cut(to: 0)
        length = 0
    }

    private func cut(to length: Int64) throws(JournalProblem) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .file(path: path, code: errno) }
    }

    /// Appends a line; it is on the disk when this returns. Where it throws, no part of it stays.
    mutating func append(_ entry: JournalEntry) throws(JournalProblem) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(entry) else { throw .file(path: path, code: EINVAL) }
        let bytes = [UInt8](line) + [UInt8(ascii: "\n")]
        var position = 0
        while position < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(
                    descriptor, $0.baseAddress.map { $0 + position }, bytes.count - position,
                    off_t(length) + off_t(position))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let code = written < 0 ? errno : EIO
                try? cut(to: length)
                throw .file(path: path, code: code)
            }
            position += written
        }
        guard fsync(descriptor) == 0 else {
            let code = errno
            try? cut(to: length)
            throw .file(path: path, code: code)
        }
        length += Int64(bytes.count)
    }

    /// Puts the file's name in its folder on the disk.
    static func syncFolder(_ folder: String) throws(JournalProblem) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: folder, code: errno) }
        defer { close(descriptor) }
        // Some file systems have nothing to do for a folder, and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw .file(path: folder, code: errno)
        }
    }
}

/// What the lines of a journal say together.
struct JournalContents: Sendable {
    /// Faults that were begun and not undone, in the order of their beginning.
    var open: [JournaledFault] = []
    /// How many were begun.
    var begun = 0
    /// Who took it up last.
    var holder: JournalHolder?
    /// Where the last whole line ends, in bytes.
    var length: Int64 = 0

    fileprivate mutating func take(_ entry: JournalEntry) {
        switch entry {
        case .opened(let role, let process, _, _): holder = JournalHolder(role: role, process: process)
        case .begun(let fault):
            open.append(fault)
            begun += 1
        case .applied, .left: break
        case .undone(let number, _): open.removeAll { $0.number == number }
        }
    }
}

/// Who holds a journal.
public struct JournalHolder: Sendable, Equatable {
    /// `run`, `guardian` or `recover`.
    public var role: String
    /// Its process id.
    public var process: Int32

    /// Makes one.
    public init(role: String, process: Int32) {
        self.role = role
        self.process = process
    }
}

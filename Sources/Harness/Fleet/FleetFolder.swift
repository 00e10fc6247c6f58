import CLinux
import Foundation
import Glibc
import Reports

/// The files in a shared folder by which the workers of a load find each other.
///
/// All of them are small and written in place or once: on a network file system a file that is opened again shows what
/// was written last, while a file that was not there may go on being none for half a minute (RFC 1813 §4.1, caching).
struct FleetFolder: Sendable {
    /// The folder that all workers share.
    var path: String

    /// What a worker says once it can begin.
    struct Arrival: Codable, Equatable, Sendable {
        var segment: Int
        var count: Int
        var host: String
        var process: Int32
        /// The scenario's file.
        var digest: String?
        /// The target, secrets replaced.
        var target: String
    }

    /// What the first worker says to all, and any of them when all are to stop.
    struct Word: Codable, Equatable, Sendable {
        /// When the load begins by the clock of the folder, in microseconds since 1970, UTC.
        var start: Int64?
        /// Why it does not: a sentence each.
        var refused: [String]?
        /// Why all are to stop.
        var stop: PeerStop?
    }

    /// How a worker shows that it lives.
    struct Beat: Codable, Equatable, Sendable {
        /// Grows each time.
        var count: Int
        /// True once its load is over: it shows nothing any more.
        var isDone: Bool
        /// True once its part is written, too; nil: not yet.
        var hasWritten: Bool?
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }
    private static let word = "fleet.word"

    /// Makes the folder.
    func make() throws { try OutputDirectory.make(path) }

    /// Says that a worker is there.
    ///
    /// - Returns: False where a worker of its segment has said so before.
    func write(_ arrival: Arrival) throws -> Bool {
        let name = file("fleet.\(arrival.segment).ready")
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw SystemFailure(path: name, code: errno)
        }
        defer { close(descriptor) }
        try Self.put(try JSONEncoder().encode(arrival), into: descriptor, path: name)
        return true
    }

    /// The workers of which something is known.
    ///
    /// - Parameter segments: Those that are asked for.
    func arrivals(of segments: some Sequence<Int>) -> [Int: Arrival] {
        var arrivals: [Int: Arrival] = [:]
        for segment in segments { arrivals[segment] = read(Arrival.self, "fleet.\(segment).ready") }
        return arrivals
    }

    /// What is said to all; nil: nothing yet.
    var word: Word? { read(Word.self, Self.word) }

    /// Says something to all.
    func write(_ word: Word) throws { try overwrite(Self.word, with: word) }

    /// Shows that a worker lives, or is done.
    func write(_ beat: Beat, of segment: Int) throws { try overwrite("fleet.\(segment).beat", with: beat) }

    /// What a worker showed last; nil: nothing yet.
    func beat(of segment: Int) -> Beat? { read(Beat.self, "fleet.\(segment).beat") }

    private func overwrite(_ name: String, with value: some Encodable) throws {
        let name = file(name)
        let descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemFailure(path: name, code: errno) }
        defer { close(descriptor) }
        try Self.put(try JSONEncoder().encode(value), into: descriptor, path: name)
    }

    /// A reader sees the whole line, or one without its break, which it takes for none.
    private static func put(_ json: Data, into descriptor: CInt, path: String) throws {
        let bytes = [UInt8](json) + [UInt8(ascii: "\n")]
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0
        else { throw SystemFailure(path: path, code: errno) }
    }

    /// When a worker showed last that it lives, by the folder's clock; nil: never.
    func signed(by segment: Int) -> Date? {
        var status = stat()
        guard stat(file("fleet.\(segment).beat"), &status) == 0 else { return nil }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }

    /// The segments of which there is a file or a folder, in their order; empty too where there is no such folder.
    var segments: [Int] {
        var found: Set<Int> = []
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if let segment = Self.segment(of: name) { found.insert(segment) }
        }
        return found.sorted()
    }

    /// More segments than a load can be dealt to.
    private static let segmentLimit = 10_000

    private static func segment(of name: String) -> Int? {
        let digits: Substring
        if name.hasPrefix("worker-") {
            digits = name.dropFirst("worker-".count)
        } else if name.hasPrefix("fleet."), name.hasSuffix(".ready") {
            digits = name.dropFirst("fleet.".count).dropLast(".ready".count)
        } else {
            return nil
        }
        guard let segment = Int(digits), String(segment) == digits, 0..<segmentLimit ~= segment else { return nil }
        return segment
    }

    /// More bytes than any of the files has.
    private static let readLimit = 1 << 16

    /// What stands there is another process' word: a pipe is not waited for, and a long file not read.
    private func read<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
        let descriptor = open(file(name), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.readLimit)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: length), $0.count - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            length += count
        }
        guard let end = bytes[..<length].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes[..<end]))
    }

    /// A file that can't be written.
    struct SystemFailure: Error, CustomStringConvertible {
        var path: String
        var code: Int32

        var description: String { "can't write \(path): \(String(cString: strerror(code)))" }
    }
}

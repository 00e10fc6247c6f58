internal import Foundation
internal import Glibc

/// A program that is run for what it prints. It is started without a shell, with nothing on its standard input unless it
/// is given, and killed when it is stopped.
final class ProgramRun {
    /// A program that could not be started, or that failed.
    struct Failure: Error {
        var reason: String
    }

    private let process = Process()
    private let output = Pipe()
    private let errors: FileHandle

    /// Starts it.
    ///
    /// - Parameters:
    ///   - path: The program's file, as `find` gives it.
    ///   - input: The output of another program that it reads.
    ///   - folder: The folder that it works in.
    init(
        _ path: String, _ arguments: [String], in folder: String, environment: [String: String],
        input: ProgramRun? = nil
    ) throws(Failure) {
        var template = Array((NSTemporaryDirectory() + "/loadgate-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failure(reason: "no temporary file can be made") }
        // Only the descriptor is needed.
        unlink(template)
        errors = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
        process.environment = environment
        process.standardInput = input?.output.fileHandleForReading ?? FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw Failure(reason: "\(path) can't be started")
        }
        // The other program shall notice when this one ends.
        try? input?.output.fileHandleForReading.close()
    }

    deinit { stop() }

    /// What it prints is read from here.
    var descriptor: Int32 { output.fileHandleForReading.fileDescriptor }

    /// Kills it, where it still runs, and waits for its end.
    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Waits for its end once all its output is read. Throws where it failed, with the first line of its complaint.
    func finish(accepted: Set<Int32> = [0]) throws(Failure) {
        process.waitUntilExit()
        let status = process.terminationStatus
        guard process.terminationReason == .exit, accepted.contains(status) else {
            throw Failure(reason: complaint ?? "it ended with \(status)")
        }
    }

    private var complaint: String? {
        var bytes = [UInt8](repeating: 0, count: 400)
        let length = pread(errors.fileDescriptor, &bytes, bytes.count, 0)
        guard length > 0 else { return nil }
        let line = bytes[..<length].prefix { $0 != 0x0A }
        return String(decoding: line, as: UTF8.self)
    }

    /// Where a program lies on the path; nil where it is not installed.
    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        // A relative folder would lead into what is searched.
        return folders.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

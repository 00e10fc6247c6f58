internal import CLinux
internal import ChildProcesses
internal import Foundation
internal import Glibc

/// A program that is run for what it prints. It is started without a shell, with nothing on its standard input unless it
/// is given, and killed, with all that it started, when it is stopped.
final class ProgramRun {
    /// A program that could not be started, or that failed.
    struct Failure: Error {
        var reason: String
    }

    /// How long a program that has closed its output may take to end, in nanoseconds.
    private static let ending: Int64 = 10_000_000_000
    /// How much of its complaints is kept, in bytes.
    private static let maximumComplaint = 400

    private let name: String
    /// The program whose output it reads.
    private let input: ProgramRun?
    private var output: OutputPipe
    private var errors: OutputPipe
    /// nil once it was stopped.
    private var process: ChildProcess?

    /// Starts it.
    ///
    /// - Parameters:
    ///   - path: The program's file, as `find` gives it.
    ///   - folder: The folder that it works in.
    ///   - input: Another program, whose output it reads; nothing else reads that any more.
    init(
        _ path: String, _ arguments: [String], in folder: String, environment: [String: String],
        input: ProgramRun? = nil
    ) throws(Failure) {
        name = URL(fileURLWithPath: path).lastPathComponent
        self.input = input
        do throws(ChildFailure) {
            // The next program of a chain may not take well to a pipe that doesn't wait.
            output = try OutputPipe(maximum: 0, waits: true)
            errors = try OutputPipe(maximum: Self.maximumComplaint)
        } catch {
            throw Failure(reason: "no pipe can be made: \(error.reason)")
        }
        var command = ChildCommand([path] + arguments, environment: environment, folder: folder)
        if let input { command.input = .descriptor(input.output.reading) }
        command.output = output.writing
        command.errors = errors.writing
        do throws(ChildFailure) {
            process = try ChildProcess(command)
        } catch {
            output.close()
            errors.close()
            throw Failure(reason: "\(name) can't be started: \(error.reason)")
        }
        output.closeWriting()
        errors.closeWriting()
        // So that the other program notices when this one ends.
        input?.output.closeReading()
    }

    deinit {
        stop()
        output.close()
        errors.close()
    }

    /// Kills it and all that it left running.
    func stop() {
        process?.end()
        process = nil
    }

    /// Waits until there is something to read of what it prints, so many milliseconds at most; gives true then. Meanwhile
    /// nobody's complaints pile up.
    func isReadable(within milliseconds: Int32) -> Bool {
        let runs = chain
        var polled = ([output.reading] + runs.map(\.errors.reading)).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
        for run in runs { run.errors.read() }
        return polled[0].revents != 0
    }

    /// The bytes that it prints next, as many as are there, at most so many; none at the end. Waits for one.
    func read(atMost count: Int) -> [UInt8] {
        let descriptor = output.reading
        return [UInt8](unsafeUninitializedCapacity: count) { space, taken in
            var length = Glibc.read(descriptor, space.baseAddress, space.count)
            while length < 0, errno == EINTR { length = Glibc.read(descriptor, space.baseAddress, space.count) }
            taken = max(0, length)
        }
    }

    /// Waits for its end once all its output is read. Throws where it failed, with the first line of its complaint.
    func finish() throws(Failure) {
        defer { stop() }
        let deadline = loadgate_monotonic() + Self.ending
        var ending: ChildEnding?
        while let process, ending == nil, loadgate_monotonic() < deadline {
            var polled = [process.descriptor, errors.reading].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            _ = poll(&polled, nfds_t(polled.count), 100)
            errors.read()
            ending = process.ending
        }
        guard let ending else { throw Failure(reason: "\(name) does not end") }
        if ending.isSuccess { return }
        // What it said between the last look and its end.
        errors.read()
        let line = errors.firstLine
        guard line.isEmpty else { throw Failure(reason: line) }
        if case .exited(let code) = ending { throw Failure(reason: "\(name) ended with \(code)") }
        throw Failure(reason: "\(name) \(ending)")
    }

    /// It, and those whose output it reads.
    private var chain: [ProgramRun] { [self] + (input?.chain ?? []) }

    /// Where a program lies on the path; nil where it is not installed.
    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        // A relative folder would lead into what is searched.
        return folders.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

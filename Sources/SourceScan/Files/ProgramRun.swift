internal import CLinux
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
    /// How long a killed one may take to vanish before it is left to the system, in milliseconds.
    private static let vanishing: Int32 = 1_000
    /// How much of its complaints is kept, in bytes.
    private static let maximumComplaint = 400

    private let name: String
    /// The program whose output it reads.
    private let input: ProgramRun?
    private var output: Int32 = -1
    private var errors: Int32 = -1
    private var complaint: [UInt8] = []
    private var process: pid_t = 0
    /// Becomes readable once it has ended.
    private var watch: Int32 = -1

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
        var printing: Int32 = -1
        var complaining: Int32 = -1
        // The next program of a chain may not take well to a pipe that doesn't wait.
        var error = loadgate_output_pipe(&output, &printing, true)
        if error == 0 { error = loadgate_output_pipe(&errors, &complaining, false) }
        defer { for descriptor in [printing, complaining] where descriptor >= 0 { close(descriptor) } }
        guard error == 0 else { throw Failure(reason: "no pipe can be made: \(String(cString: strerror(-error)))") }
        let words = ([path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        let argv = words.map { UnsafePointer($0) } + [nil]
        let envp = variables.map { UnsafePointer($0) } + [nil]
        let started = loadgate_start_command(argv, envp, folder, input?.output ?? -1, printing, complaining)
        // So that the other program notices when this one ends.
        input?.closeOutput()
        guard started > 0 else {
            throw Failure(reason: "\(name) can't be started: \(String(cString: strerror(-started)))")
        }
        process = started
        watch = loadgate_process_descriptor(started)
        if watch < 0 { throw Failure(reason: "\(name) can't be watched: \(String(cString: strerror(-watch)))") }
    }

    deinit {
        stop()
        closeOutput()
        if errors >= 0 { close(errors) }
    }

    private func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    /// Kills it and all that it left running.
    func stop() { _ = end() }

    /// Its status as waitpid(2) tells it; nil where it is not known.
    private func end() -> Int32? {
        guard process > 0 else { return nil }
        var status: Int32 = 0
        let isOver = loadgate_end_command(process, watch, Self.vanishing, &status) == 1
        if watch >= 0 { close(watch) }
        (process, watch) = (0, -1)
        return isOver ? status : nil
    }

    /// Waits until there is something to read of what it prints, so many milliseconds at most; gives true then. Meanwhile
    /// nobody's complaints pile up.
    func isReadable(within milliseconds: Int32) -> Bool {
        let runs = chain
        var polled = ([output] + runs.map(\.errors)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
        for run in runs { run.takeComplaints() }
        return polled[0].revents != 0
    }

    /// The bytes that it prints next, as many as are there, at most so many; none at the end. Waits for one.
    func read(atMost count: Int) -> [UInt8] {
        let descriptor = output
        return [UInt8](unsafeUninitializedCapacity: count) { space, taken in
            var length = Glibc.read(descriptor, space.baseAddress, space.count)
            while length < 0, errno == EINTR { length = Glibc.read(descriptor, space.baseAddress, space.count) }
            taken = max(0, length)
        }
    }

    /// Waits for its end once all its output is read. Throws where it failed, with the first line of its complaint.
    func finish() throws(Failure) {
        let deadline = loadgate_monotonic() + Self.ending
        var hasEnded = false
        while !hasEnded, loadgate_monotonic() < deadline {
            var polled = [watch, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), 100) > 0 else { continue }
            takeComplaints()
            hasEnded = polled[0].revents != 0
        }
        let status = end()
        guard hasEnded, let status else { throw Failure(reason: "\(name) does not end") }
        if status == 0 { return }
        let line = complaint.prefix { $0 != 0x0A }
        let signal = status & 0x7F
        throw Failure(
            reason: !line.isEmpty
                ? String(decoding: line, as: UTF8.self)
                : signal == 0 ? "\(name) ended with \(status >> 8 & 0xFF)" : "\(name) was ended by signal \(signal)")
    }

    /// It, and those whose output it reads.
    private var chain: [ProgramRun] { [self] + (input?.chain ?? []) }

    /// Takes the complaints that are there; what is more than is kept goes.
    private func takeComplaints() {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        // A program that complains without end doesn't hold up what it prints.
        for _ in 0..<16 where errors >= 0 {
            let count = Glibc.read(errors, &chunk, chunk.count)
            if count == 0 {
                close(errors)
                errors = -1
            }
            guard count > 0 else { return }
            complaint += chunk.prefix(min(count, Self.maximumComplaint - complaint.count))
        }
    }

    /// Where a program lies on the path; nil where it is not installed.
    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        // A relative folder would lead into what is searched.
        return folders.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

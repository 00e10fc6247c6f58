import CLinux
import Glibc
import Measures

/// One run of a program whose standard output is read: bounded in time and in size, with nothing left behind.
struct CommandRun {
    /// Bytes of standard output at most.
    static let maximumOutput = 1 << 20
    /// Bytes of standard error that are looked at.
    static let maximumErrors = 4 << 10
    /// How long a killed program may take to vanish before it is left to the system, in milliseconds.
    private static let vanishing: Int32 = 1_000

    /// The program, looked for on the path, and its arguments.
    var arguments: [String]
    /// The whole environment, as `NAME=value`.
    var environment: [String]
    /// How long it may take.
    var timeout: Span

    /// What was printed; nil where the signal to stop came first.
    func output(stop: StopSignal) throws(ProbeFailure) -> [UInt8]? {
        var output = try Stream(maximum: Self.maximumOutput)
        defer { output.close() }
        var errors = try Stream(maximum: Self.maximumErrors)
        defer { errors.close() }
        let process = start(output, errors)
        output.closeWriting()
        errors.closeWriting()
        guard process > 0 else {
            throw ProbeFailure(reason: "can't start \(arguments.first ?? ""): \(String(cString: strerror(-process)))")
        }
        let exit = loadgate_process_descriptor(process)
        let ending =
            exit < 0
            ? Ending.failed("can't watch \(arguments.first ?? ""): \(String(cString: strerror(-exit)))")
            : follow(exit, &output, &errors, stop)
        let status = Self.end(process, exit)
        switch ending {
        case .stopped: return nil
        case .failed(let reason): throw ProbeFailure(reason: reason)
        case .exited: break
        }
        if let problem = Self.problem(of: status) {
            let line = errors.firstLine
            throw ProbeFailure(reason: line.isEmpty ? problem : "\(problem): \(line)")
        }
        return output.bytes
    }

    private enum Ending {
        case exited
        case stopped
        case failed(String)
    }

    private func start(_ output: Stream, _ errors: Stream) -> Int32 {
        let words = arguments.map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        let arguments = words.map { UnsafePointer($0) } + [nil]
        let environment = variables.map { UnsafePointer($0) } + [nil]
        return arguments.withUnsafeBufferPointer { arguments in
            environment.withUnsafeBufferPointer { environment in
                loadgate_start_command(
                    arguments.baseAddress, environment.baseAddress, nil, -1, output.writing, errors.writing)
            }
        }
    }

    /// Reads what is printed until the program has ended, its time is over, or it is time to stop.
    private func follow(
        _ exit: Int32, _ output: inout Stream, _ errors: inout Stream, _ stop: StopSignal
    ) -> Ending {
        let deadline = loadgate_monotonic() + timeout.nanoseconds
        while true {
            let left = deadline - loadgate_monotonic()
            guard left > 0 else { return .failed("timed out after \(Self.shown(timeout))") }
            var requests = [exit, stop.descriptor, output.reading, errors.reading].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = poll(&requests, nfds_t(requests.count), Int32(clamping: (left + 999_999) / 1_000_000))
            if ready < 0, errno != EINTR { return .failed("poll: \(String(cString: strerror(errno)))") }
            guard ready > 0 else { continue }
            if requests[1].revents != 0 || stop.isRaised { return .stopped }
            // What was printed before the end is there at the end. What the program left running may go on printing, and
            // isn't waited for.
            errors.read()
            output.read()
            if output.isOver { return .failed("printed more than \(Self.maximumOutput / 1_024) KiB") }
            if requests[0].revents != 0 { return .exited }
        }
    }

    /// Kills what is left of the program and all in its process group, and gives its exit status; nil where it can't be
    /// had.
    private static func end(_ process: Int32, _ exit: Int32) -> Int32? {
        var status: Int32 = 0
        let isOver = loadgate_end_command(process, exit, vanishing, &status) == 1
        if exit >= 0 { close(exit) }
        return isOver ? status : nil
    }

    private static func problem(of status: Int32?) -> String? {
        guard let status else { return "how it ended is not known" }
        let signal = status & 0x7F
        if signal != 0 { return "was ended by signal \(signal)" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "exited with code \(code)"
    }

    private static func shown(_ span: Span) -> String {
        let text = "\(span.seconds)"
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " s"
    }

    /// The end of a pipe that is read, and what was read of it.
    private struct Stream {
        private(set) var reading: Int32 = -1
        private(set) var writing: Int32 = -1
        private(set) var bytes: [UInt8] = []
        /// True where there was more than is taken.
        private(set) var isOver = false
        private let maximum: Int

        init(maximum: Int) throws(ProbeFailure) {
            self.maximum = maximum
            let error = loadgate_output_pipe(&reading, &writing, false)
            if error < 0 { throw ProbeFailure(reason: "can't make a pipe: \(String(cString: strerror(-error)))") }
        }

        /// Reads what is there; what is more than the maximum is thrown away.
        mutating func read() {
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            // As much as is taken at most, and a chunk: a program that prints without end doesn't hold up its own end.
            var budget = maximum + chunk.count
            while reading >= 0, budget > 0 {
                let count = Glibc.read(reading, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count == 0 {
                    Glibc.close(reading)
                    reading = -1
                }
                guard count > 0 else { return }
                budget -= count
                let room = maximum - bytes.count
                bytes += chunk[..<min(room, count)]
                if count > room { isOver = true }
            }
        }

        /// The first line that says something, without what a terminal would act on.
        var firstLine: String {
            let text = String(decoding: bytes, as: UTF8.self)
            let line = text.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } } ?? ""
            return String(
                String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || 127...159 ~= $0.value ? " " : $0 }))
        }

        mutating func closeWriting() {
            if writing >= 0 { Glibc.close(writing) }
            writing = -1
        }

        mutating func close() {
            closeWriting()
            if reading >= 0 { Glibc.close(reading) }
            reading = -1
        }
    }
}

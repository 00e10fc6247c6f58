internal import CLinux
internal import Glibc

/// A program that is run for what it prints: bounded in time and in size, with nothing left behind.
public struct ChildRun: Sendable {
    /// What came of it.
    public enum Outcome: Sendable {
        /// It ended: how, what it printed, and the first line of its complaints.
        case ended(ChildEnding, output: [UInt8], complaint: String)
        /// Its time was up.
        case timedOut
        /// It printed more than is taken.
        case printedTooMuch
        /// The signal to stop came first.
        case stopped
    }

    /// The program. Its outputs are set here.
    public var command: ChildCommand
    /// How long it may take, in nanoseconds.
    public var timeout: Int64
    /// Bytes of standard output at most.
    public var maximumOutput: Int
    /// Bytes of its complaints that are looked at.
    public var maximumComplaint = 4 << 10
    /// Whether what a program that has ended left running stays. Its outputs are closed then: it has to have others.
    public var leavesOrphans = false
    /// Whether its output is taken; else it goes nowhere.
    public var takesOutput = true

    /// A run with its bounds.
    public init(_ command: ChildCommand, timeout: Int64, maximumOutput: Int) {
        self.command = command
        self.timeout = timeout
        self.maximumOutput = maximumOutput
    }

    /// Carries it out. What the program leaves running, holding its output open, is neither waited for nor left.
    ///
    /// - Parameter stop: A descriptor that becomes readable when it is to stop; below 0: none.
    public func outcome(stop: Int32 = -1) throws(ChildFailure) -> Outcome {
        var output = try OutputPipe(maximum: maximumOutput)
        defer { output.close() }
        var errors = try OutputPipe(maximum: maximumComplaint)
        defer { errors.close() }
        var command = command
        if takesOutput { command.output = output.writing }
        command.errors = errors.writing
        let deadline = loadgate_monotonic().addingReportingOverflow(timeout)
        let process = try ChildProcess(command)
        defer { process.end() }
        output.closeWriting()
        errors.closeWriting()
        while true {
            let left = (deadline.overflow ? Int64.max : deadline.partialValue) - loadgate_monotonic()
            guard left > 0 else { return .timedOut }
            var requests = [process.descriptor, stop, output.reading, errors.reading].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = poll(&requests, nfds_t(requests.count), Int32(clamping: left / 1_000_000 + 1))
            guard ready > 0 else { continue }
            if requests[1].revents != 0 { return .stopped }
            // What was printed before the end is there at the end.
            errors.read()
            output.read()
            if output.isOver { return .printedTooMuch }
            if requests[0].revents != 0 {
                if leavesOrphans { process.leave() }
                return .ended(
                    process.ending ?? .unknown, output: output.bytes, complaint: errors.firstLine)
            }
        }
    }
}

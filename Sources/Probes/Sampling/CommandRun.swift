import CLinux
import ChildProcesses
import Measures
import Scenarios

/// One run of a program whose standard output is read: bounded in time and in size, with nothing left behind.
struct CommandRun {
    /// Bytes of standard output at most.
    static let maximumOutput = 1 << 20

    /// The program, looked for on the path, and its arguments.
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String]
    /// How long it may take.
    var timeout: Span

    /// What was printed; nil where the signal to stop came first. `heldUp`: how long this process did not run meanwhile.
    func output(stop: StopSignal, heldUp: inout Span) throws(ProbeFailure) -> [UInt8]? {
        let run = ChildRun(
            ChildCommand(arguments, environment: environment), timeout: timeout.nanoseconds,
            maximumOutput: Self.maximumOutput)
        let outcome: ChildRun.Outcome
        let began = loadgate_monotonic()
        // What is ended by its timeout takes longer only where this process did not run.
        defer {
            let beyond = Span(nanoseconds: loadgate_monotonic() - began - timeout.nanoseconds)
            if beyond >= StallWatch.told { heldUp = beyond }
        }
        do throws(ChildFailure) {
            outcome = try run.outcome(stop: stop.descriptor)
        } catch {
            throw ProbeFailure(reason: "\(error)")
        }
        switch outcome {
        case .stopped: return nil
        case .timedOut: throw ProbeFailure(reason: "timed out after \(Self.shown(timeout))")
        case .printedTooMuch: throw ProbeFailure(reason: "printed more than \(Self.maximumOutput / 1_024) KiB")
        case .ended(let ending, let output, let complaint):
            if ending.isSuccess { return output }
            throw ProbeFailure(reason: complaint.isEmpty ? "\(ending)" : "\(ending): \(complaint)")
        }
    }

    private static func shown(_ span: Span) -> String {
        let text = "\(span.seconds)"
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " s"
    }
}

internal import ChildProcesses
internal import Fetch
internal import Glibc
internal import Measures
internal import Scenarios

/// Carries out the steps of faults and of their undoing: programs and requests. The one way for both, in the run and after it.
struct StepRunner: Sendable {
    var values: SecretValues
    /// Where programs work; nil: where this process does.
    var folder: String?

    /// Carries a step out. What a program leaves running stays: an undo may start a server.
    ///
    /// - Returns: What shows that it was done.
    @discardableResult
    func carryOut(_ step: RecoveryStep, stop: StopSignal? = nil) throws(FaultFailure) -> String {
        switch step {
        case .run(let command, let seconds):
            var arguments: [String] = []
            for text in command { arguments.append(try text.value(values)) }
            try run(arguments, shown: command.first?.shown ?? "", seconds: seconds, stop: stop)
            return "\(command.first?.shown ?? "") exited with code 0"
        case .send(let request): return try send(request, stop: stop)
        case .raiseLink(let namespace, let link):
            let namespace = NetworkNamespace(namespace)
            if let absence = namespace.absence { return absence }
            return try namespace.setLink(link, up: true)
        case .dropBlackhole(let namespace, let network):
            let namespace = NetworkNamespace(namespace)
            if let absence = namespace.absence { return absence }
            return try namespace.dropBlackhole(network)
        case .resume(let processes): return Self.resume(processes)
        }
    }

    /// Runs a program to its end, which must be 0. Gives its output, where it is wanted.
    @discardableResult
    func run(
        _ arguments: [String], shown: String, seconds: Double, stop: StopSignal? = nil, takesOutput: Bool = false
    ) throws(FaultFailure) -> [UInt8] {
        var run = ChildRun(
            ChildCommand(arguments, folder: folder), timeout: Span(seconds: seconds).nanoseconds,
            maximumOutput: 1 << 20)
        run.leavesOrphans = true
        run.takesOutput = takesOutput
        let outcome: ChildRun.Outcome
        do throws(ChildFailure) {
            outcome = try run.outcome(stop: stop?.descriptor ?? -1)
        } catch {
            throw FaultFailure("can't start \(shown): \(error.reason)")
        }
        switch outcome {
        case .ended(let ending, let output, let complaint):
            if ending.isSuccess { return output }
            let words = values.hidden.redact(complaint)
            throw FaultFailure("\(shown) \(ending)\(words.isEmpty ? "" : ": \(words)")")
        case .timedOut: throw FaultFailure("\(shown) did not end within \(Self.number(seconds)) s")
        case .printedTooMuch: throw FaultFailure("\(shown) printed too much")
        case .stopped: throw FaultFailure("\(shown) was cut off")
        }
    }

    private func send(_ step: JournaledRequest, stop: StopSignal?) throws(FaultFailure) -> String {
        var request = FetchRequest(url: try step.url.value(values))
        request.method = step.method
        for field in step.fields {
            request.fields.append(HeaderLine(field.name, try field.value.value(values)))
        }
        if let body = step.body { request.body = Array(try body.value(values).utf8) }
        request.timeout = Span(seconds: step.seconds)
        request.keepsBody = false
        request.maximumBody = 64 << 20
        request.tls = try step.tls.settings(values)
        request.peers = step.isAuthorised ? .any : .loopback
        let words = "\(step.method) \(step.url.shown)"
        do throws(FetchFailure) {
            let answer = try Fetch.send(request) { stop?.isTold ?? false }
            guard 200...299 ~= answer.status || step.accepted.contains(answer.status) else {
                throw FetchFailure(reason: "it is answered with status \(answer.status)")
            }
            return "\(words) is answered with status \(answer.status)"
        } catch {
            throw FaultFailure("\(words): \(values.hidden.redact(error.description))")
        }
    }

    private static func resume(_ processes: [ProcessIdentity]) -> String {
        let left = processes.filter { $0.now != nil }
        for process in left where process.now?.isStopped == true { kill(process.id, SIGCONT) }
        return left.isEmpty
            ? "its processes are gone" : "its processes go on: \(left.map { String($0.id) }.joined(separator: ", "))"
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

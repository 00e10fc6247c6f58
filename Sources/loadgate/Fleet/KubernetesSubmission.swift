import ArgumentParser
import ChildProcesses
import Foundation
import Glibc
import Loadgate

/// A Job that is created by kubectl, waited for, and shown.
struct KubernetesSubmission {
    /// The manifests.
    var manifests: String
    /// The Job's name.
    var name: String
    /// Where it is; nil: kubectl's own choice.
    var namespace: String?
    /// After how many seconds Kubernetes ends it.
    var limit: Double
    /// Deletes the Job.
    var interruption: Interruption

    /// How long after its time a Job may take to end, in seconds.
    private static let grace = 300.0

    /// Creates it, waits for its end, and shows what the worker printed that makes the result.
    ///
    /// - Throws: The exit code of the verdict unless that is 0; `EngineRefusal` where kubectl is missing or fails.
    func run() throws {
        try kubectl(["create", "-f", "-"], input: manifests)
        Console.note("kubernetes: the Job \(name) is created")
        let end = Date(timeIntervalSinceNow: limit + Self.grace)
        var conditions = ""
        while !conditions.contains("Complete"), !conditions.contains("Failed"), Date() < end {
            if interruption.happened {
                Console.note("kubernetes: the Job \(name) is deleted; what its workers leave is on the volume")
                _ = try? kubectl(["delete", "job", name, "--wait=false"])
                throw ExitCode.interrupted
            }
            sleep(2)
            // One answer that doesn't come is no reason to give up: the Job goes on without us.
            conditions =
                (try? kubectl(["get", "job", name, "-o", "jsonpath={.status.conditions[?(@.status==\"True\")].type}"]))
                ?? ""
        }
        try show(isComplete: conditions.contains("Complete"))
    }

    /// Shows what the pod with index 0 prints, to its end: of a Job that has failed it may still make the result. Kubernetes removes
    /// such a pod then, and its exit code with it.
    private func show(isComplete: Bool) throws {
        var pods = try firstPods()
        for pod in pods { Console.result((try? kubectl(["logs", "--follow", pod.name], seconds: 300)) ?? "") }
        pods = try firstPods() + pods
        if let code = pods.compactMap(\.code).first {
            // The Job's word counts, too: a worker that failed later would be no pass.
            if code == 0, !isComplete { throw ExitCode.undecided }
            if code != 0 { throw ExitCode(code > 128 && code != 130 ? 70 : code) }
            return
        }
        Console.note(
            "loadgate: the Job \(name) failed, and the pod that makes the result is gone: see \(name) on the volume, and "
                + "kubectl describe job \(name)")
        throw ExitCode.undecided
    }

    /// The pods with index 0, with their exit codes. Pods of an Indexed Job are named NAME-INDEX-XXXXX.
    private func firstPods() throws -> [(name: String, code: Int32?)] {
        let fields = "{.metadata.name} {.status.containerStatuses[0].state.terminated.exitCode}"
        let text = try kubectl([
            "get", "pods", "-l", "app.kubernetes.io/instance=\(name)", "-o",
            "jsonpath={range .items[*]}\(fields){\"\\n\"}{end}",
        ])
        var pods: [(name: String, code: Int32?)] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard let pod = words.first, pod.hasPrefix("\(name)-0-") else { continue }
            pods.append((pod, words.count > 1 ? Int32(words[1]) : nil))
        }
        return pods
    }

    @discardableResult
    private func kubectl(_ arguments: [String], input: String? = nil, seconds: Int64 = 60) throws -> String {
        var command = ChildCommand(["kubectl"] + (namespace.map { ["--namespace", $0] } ?? []) + arguments)
        if let input { command.input = .bytes(Array(input.utf8)) }
        let outcome: ChildRun.Outcome
        do {
            outcome = try ChildRun(command, timeout: seconds * 1_000_000_000, maximumOutput: 64 << 20).outcome()
        } catch {
            throw EngineRefusal(
                description: "can't run kubectl: install it, or print the manifests without --submit (\(error))")
        }
        switch outcome {
        case .ended(.exited(0), let output, _): return String(decoding: output, as: UTF8.self)
        case .ended(let ending, _, let complaint):
            throw EngineRefusal(
                description: "kubectl \(arguments[0]) failed: \(complaint.isEmpty ? "\(ending)" : complaint)")
        case .timedOut: throw EngineRefusal(description: "kubectl \(arguments[0]) takes longer than \(seconds) s")
        case .printedTooMuch: throw EngineRefusal(description: "kubectl \(arguments[0]) printed more than 64 MiB")
        case .stopped: throw ExitCode.interrupted
        }
    }
}

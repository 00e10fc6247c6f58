public import ChildProcesses
import Dispatch
import Glibc
import Measures
import NIOConcurrencyHelpers
public import Scenarios

/// A service's process, watched, and stopped with all that came of it; it ends with the harness, whatever ends that.
public final class RunningService: Sendable {
    /// The service's name.
    public let name: String

    private let process: ChildProcess
    private let isStopping = NIOLockedValueBox(false)
    private let seenEnded = NIOLockedValueBox<Instant?>(nil)
    /// Dispatch's objects may be used from any thread; it doesn't say so to the compiler.
    private nonisolated(unsafe) let watch: any DispatchSourceRead

    /// Starts the service. `onExit` is called when it ends without having been stopped.
    public init(_ service: Service, onExit: @escaping @Sendable (RunningService) -> Void) throws(ServiceFailure) {
        name = service.name
        let output = try Self.openLog(service)
        defer { close(output) }
        var command = ChildCommand(service.command.map { $0.constant ?? "" })
        command.output = output
        command.errors = output
        do throws(ChildFailure) {
            process = try ChildProcess(command)
        } catch {
            // As the scenario shows it: a secret may be part of the program's path.
            let program = service.command.first?.shown ?? ""
            throw ServiceFailure(service: service.name, reason: "can't start \(program): \(error.reason)")
        }
        watch = DispatchSource.makeReadSource(fileDescriptor: process.descriptor, queue: .global())
        // The descriptor stays open until the source is done with it.
        watch.setCancelHandler { [process] in _ = process }
        watch.setEventHandler { [weak self] in
            guard let self else { return }
            seenEnded.withLockedValue { $0 = .now }
            watch.cancel()
            if !isStopping.withLockedValue({ $0 }) { onExit(self) }
        }
        watch.resume()
    }

    deinit { watch.cancel() }

    /// The process's id, which is its group's too.
    public var id: Int32 { process.id }

    /// True until the process has ended.
    public var isRunning: Bool { process.ending == nil }

    /// How the process ended; nil while it runs.
    public var ending: ChildEnding? { process.ending }

    /// When its end was seen; nil: not yet. What it started may have ended later.
    var endedAt: Instant? { seenEnded.withLockedValue { $0 } }

    /// Asks the process and all that came of it to end (SIGTERM), and makes them (SIGKILL) after `grace` seconds. Returns
    /// when they have ended.
    public func stop(grace: Double = 5) {
        isStopping.withLockedValue { $0 = true }
        process.end(grace: grace)
    }

    // MARK: Faults

    /// Kills the process and all that came of it (SIGKILL). Returns when nothing is left of them, or can't be killed.
    func kill() { stop(grace: 0) }

    /// Asks the process and its group to end (SIGTERM). It doesn't count as ended by itself from then on.
    func terminate() {
        isStopping.withLockedValue { $0 = true }
        // Its id is its own for as long as it is followed.
        if isRunning { Glibc.kill(-id, SIGTERM) }
    }

    /// The process and all that came of it, those that left its group included; none once it has ended.
    var family: [ProcessState] {
        guard isRunning, let own = ProcessState(of: id) else { return [] }
        var children: [Int32: [ProcessState]] = [:]
        for state in ProcessState.all() where !state.hasEnded { children[state.parent, default: []].append(state) }
        // What lost its parent belongs to the one that follows the program, which is its parent. Parents stand before
        // their children.
        var found = [own]
        found += (children[own.parent] ?? []).filter { $0.id != own.id && own.parent > 1 }
        var next = 0
        while next < found.count {
            found += children[found[next].id] ?? []
            next += 1
        }
        return found
    }

    /// Stops the process and all that came of it (SIGSTOP). Gives those that it stopped.
    @discardableResult
    func pause() -> [ProcessIdentity] {
        var stopped: [ProcessIdentity] = []
        // What is not stopped yet may start more, so more than one turn may be needed. Parents come first: what a stopped
        // one doesn't ask about keeps its id.
        for _ in 0..<20 {
            let others = family.map(\.identity).filter { !stopped.contains($0) }
            if others.isEmpty { break }
            for process in others where process.now != nil { Glibc.kill(process.id, SIGSTOP) }
            stopped += others
        }
        return stopped
    }

    /// True where the process and all that came of it are stopped.
    var isPaused: Bool {
        let family = family
        return !family.isEmpty && family.allSatisfy(\.isStopped)
    }

    /// Lets the process and all that came of it go on (SIGCONT).
    func resume() { for process in family.reversed() { Glibc.kill(process.id, SIGCONT) } }

    private static func openLog(_ service: Service) throws(ServiceFailure) -> Int32 {
        let path = service.log?.constant ?? "/dev/null"
        if let slash = path.lastIndex(of: "/") { makeDirectories(String(path[..<slash])) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ServiceFailure(
                service: service.name,
                reason: "can't write its log \(service.log?.shown ?? path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func makeDirectories(_ path: String) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            mkdir(made, 0o755)
        }
    }
}

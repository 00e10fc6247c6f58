import CLinux
import Dispatch
import Glibc
import NIOConcurrencyHelpers
public import Scenarios

/// A service's process: started in a process group of its own, so that Ctrl-C on the terminal reaches the harness only,
/// watched, and stopped with all its children.
public final class RunningService: Sendable {
    /// The service's name.
    public let name: String
    /// The process's id, which is its group's too.
    public let process: Int32

    private struct State {
        var status: Int32?
        var isStopping = false
    }

    private let state = NIOLockedValueBox(State())

    /// Starts the service. Call it from the main thread: the process is sent SIGTERM when the calling thread ends, so
    /// that it doesn't outlive a killed harness. `onExit` is called when it ends without having been stopped.
    public init(_ service: Service, onExit: @escaping @Sendable (RunningService) -> Void) throws(ServiceFailure) {
        name = service.name
        let output = try Self.openLog(service)
        defer { close(output) }
        let arguments = service.command.map { strdup($0.constant ?? "") }
        defer { arguments.forEach { free($0) } }
        let pointers = arguments.map { UnsafePointer($0) } + [nil]
        let process = pointers.withUnsafeBufferPointer { loadgate_spawn($0.baseAddress, nil, output) }
        guard process > 0 else {
            let program = service.command.first?.shown ?? ""
            throw ServiceFailure(
                service: service.name, reason: "can't start \(program): \(String(cString: strerror(-process)))")
        }
        self.process = process
        watch(onExit)
    }

    /// True until the process has ended.
    public var isRunning: Bool {
        state.withLockedValue { state in
            reap(&state)
            return state.status == nil
        }
    }

    /// How the process ended, in words; nil while it runs.
    public var ending: String? {
        state.withLockedValue { state in
            reap(&state)
            return state.status.map { status in
                let signal = status & 0x7F
                return signal == 0 ? "exited with code \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
            }
        }
    }

    /// The code that the process exited with; nil while it runs, and where a signal ended it.
    public var exitCode: Int32? {
        state.withLockedValue { state in
            reap(&state)
            return state.status.flatMap { $0 & 0x7F == 0 ? $0 >> 8 & 0xFF : nil }
        }
    }

    /// Waits until the process has ended.
    public func waitUntilExit() {
        while isRunning { waitForExit(until: loadgate_monotonic() + 1_000_000_000) }
    }

    /// Asks the process to end (SIGTERM), and makes it (SIGKILL) after `grace` seconds. Returns when it has ended.
    public func stop(grace: Double = 5) {
        state.withLockedValue { $0.isStopping = true }
        let deadline = loadgate_monotonic() + Int64(grace * 1e9)
        kill(-process, SIGTERM)
        while isRunning, loadgate_monotonic() < deadline { waitForExit(until: deadline) }
        // The group's other members have the same time: a shell may end before the server that it started.
        while kill(-process, 0) == 0, loadgate_monotonic() < deadline { usleep(5_000) }
        // Whatever the process started and left behind goes with it.
        kill(-process, SIGKILL)
        while isRunning { waitForExit(until: loadgate_monotonic() + 1_000_000_000) }
    }

    private func waitForExit(until deadline: Int64) {
        let descriptor = loadgate_process_descriptor(process)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, Int32(clamping: max(1, (deadline - loadgate_monotonic()) / 1_000_000)))
    }

    private func reap(_ state: inout State) {
        guard state.status == nil else { return }
        var status: Int32 = 0
        let reaped = waitpid(process, &status, WNOHANG)
        if reaped == process { state.status = status }
        // Reaped by somebody else: it has ended, how is not to be known.
        if reaped < 0, errno == ECHILD { state.status = 0 }
    }

    private func watch(_ onExit: @escaping @Sendable (RunningService) -> Void) {
        let descriptor = loadgate_process_descriptor(process)
        guard descriptor >= 0 else { return }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setCancelHandler { close(descriptor) }
        // The handler keeps its source alive until it fires, once, when the process has ended.
        source.setEventHandler { [weak self] in
            source.cancel()
            guard let self, !self.state.withLockedValue({ $0.isStopping }) else { return }
            onExit(self)
        }
        source.resume()
    }

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

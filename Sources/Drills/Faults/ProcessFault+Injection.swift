internal import Glibc
internal import Measures
public import Scenarios

extension ProcessFault: InjectableFault {
    /// That of its action.
    public var verb: String { action.rawValue }

    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String { "the service \(service) with all its processes" }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String {
        switch action {
        case .kill, .terminate, .stop: "the service is started again, and waited for until it is ready"
        case .pause: "the processes go on (SIGCONT)"
        case .restart: "nothing is left to undo: it is started again by itself"
        }
    }

    /// No: services end with Loadgate, whatever ends it.
    public func outlivesProcess(at site: DrillSite) -> Bool { false }

    /// Loadgate must run the service.
    public func obstacle(at site: DrillSite) -> String? {
        // Before services are started nothing can be said.
        if site.services.isEmpty || site.services.process(of: service) != nil { return nil }
        return "not possible here, because Loadgate doesn't run the service \(service)"
    }

    /// Looks at the service.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        guard let process = site.services.process(of: service) else {
            throw FaultFailure("not possible here, because Loadgate doesn't run the service \(service)")
        }
        if let ending = process.ending { throw FaultFailure("the service \(service) doesn't run: it \(ending)") }
        return ProcessInjection(self, process, site.services)
    }
}

private final class ProcessInjection: FaultInjection {
    private let fault: ProcessFault
    private let process: RunningService
    private let services: ServiceSupervisor
    let recovery: [RecoveryStep]

    init(_ fault: ProcessFault, _ process: RunningService, _ services: ServiceSupervisor) {
        self.fault = fault
        self.process = process
        self.services = services
        recovery = fault.action == .pause ? [.resume(process.family.map(\.identity))] : []
    }

    /// A restarted service that is ready needs none.
    var needsUndo: Bool { fault.action != .restart || !isReady }
    var undoLimit: Span { services.startLimit(fault.service) + Span(seconds: 10) }

    func apply(stop: StopSignal) throws(FaultFailure) {
        switch fault.action {
        case .kill: process.kill()
        case .terminate: process.terminate()
        case .stop: process.stop()
        case .pause:
            if process.pause().isEmpty { throw FaultFailure("the service \(fault.service) has ended by itself") }
        case .restart:
            process.stop()
            try start()
        }
        if [.kill, .stop].contains(fault.action), process.isRunning {
            throw FaultFailure("process \(process.id) can't be killed")
        }
    }

    func effect() -> FaultEffect? {
        switch fault.action {
        case .pause:
            let now = Instant.now
            return process.isPaused
                ? FaultEffect(at: now, evidence: "process \(process.id) and all that came of it are stopped") : nil
        case .kill, .terminate, .stop, .restart:
            guard let ending = process.ending else { return nil }
            return FaultEffect(at: process.endedAt ?? .now, evidence: "process \(process.id) \(ending)")
        }
    }

    func undo() throws(FaultFailure) {
        switch fault.action {
        case .pause where process.isRunning: process.resume()
        case .terminate where process.isRunning:
            // It may still be about to end.
            process.stop()
            try start()
        default: try start()
        }
    }

    func verifyUndone() throws(FaultFailure) -> String? {
        if fault.action == .pause, process.isRunning {
            return process.family.contains(where: \.isStopped) ? nil : "process \(process.id) goes on"
        }
        guard try obstacle() == nil, let now = services.process(of: fault.service) else { return nil }
        return "the service \(fault.service) is ready, as process \(now.id)"
    }

    private func start() throws(FaultFailure) {
        do throws(ServiceFailure) {
            try services.startAgain(fault.service)
        } catch {
            throw FaultFailure(error.description)
        }
    }

    private var isReady: Bool {
        do throws(FaultFailure) {
            return try obstacle() == nil
        } catch {
            return false
        }
    }

    private func obstacle() throws(FaultFailure) -> String? {
        do throws(ServiceFailure) {
            return try services.obstacle(fault.service)
        } catch {
            throw FaultFailure(error.description)
        }
    }
}

internal import Fetch
internal import Glibc
internal import Measures
internal import NIOConcurrencyHelpers
public import Scenarios

/// The services of a scenario: started in order, each ready before the next, and stopped in the opposite order; between, a
/// drill may end and start them again. May be used from any thread.
public final class ServiceSupervisor: Sendable {
    private struct Entry {
        var service: Service
        var process: RunningService
        var probe: ReadinessProbe?
    }

    private struct State {
        var entries: [Entry] = []
        var onExit: @Sendable (RunningService) -> Void = { _ in }
        /// They are being stopped: none is started again.
        var isClosed = true
    }

    private let state = NIOLockedValueBox(State())

    /// No service yet.
    public init() {}

    /// Starts services in order and waits for each to be ready. Where one fails, those before it are stopped.
    ///
    /// `tls` is for services that are asked by `https://`;
    /// `authorised` are the hosts besides loopback that may be asked whether a service is ready;
    /// `onExit` is called for a service that ends by itself; `shouldStop` is asked while waiting, and ends it.
    public func start(
        _ services: [Service], tls: TLSSettings = TLSSettings(), authorised: [String] = [],
        onExit: @escaping @Sendable (RunningService) -> Void, shouldStop: () -> Bool = { false }
    ) throws(ServiceFailure) {
        state.withLockedValue {
            $0.onExit = onExit
            $0.isClosed = false
        }
        for service in services {
            do throws(ServiceFailure) {
                let process = try RunningService(service, onExit: onExit)
                let probe = service.ready.map {
                    ReadinessProbe($0, tls: tls, authorised: AuthorisedHosts(authorised))
                }
                state.withLockedValue {
                    $0.entries.append(Entry(service: service, process: process, probe: probe))
                }
                if let probe { try wait(for: process, service, probe, shouldStop: shouldStop) }
            } catch {
                stop()
                throw error
            }
        }
    }

    /// Stops all that were started, the last first.
    public func stop() {
        state.withLockedValue { $0.isClosed = true }
        while let entry = state.withLockedValue({ $0.entries.popLast() }) { entry.process.stop() }
    }

    /// The process of a service as it is now; nil: Loadgate doesn't run such a service.
    public func process(of name: String) -> RunningService? { entry(name)?.process }

    /// True where no service was started.
    var isEmpty: Bool { state.withLockedValue { $0.entries.isEmpty } }

    /// Starts a service again that has ended; nothing where it runs. Doesn't wait until it is ready.
    func startAgain(_ name: String) throws(ServiceFailure) {
        let result = state.withLockedValue { state -> Result<Void, ServiceFailure> in
            guard let index = state.entries.firstIndex(where: { $0.service.name == name }) else {
                return .failure(ServiceFailure(service: name, reason: "Loadgate doesn't run it"))
            }
            if state.entries[index].process.isRunning { return .success(()) }
            if state.isClosed {
                return .failure(ServiceFailure(service: name, reason: "the services are being stopped"))
            }
            do throws(ServiceFailure) {
                state.entries[index].process = try RunningService(state.entries[index].service, onExit: state.onExit)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Looks once whether a service runs and is ready: nil, or what stands against it.
    ///
    /// - Throws: Where it has ended.
    func obstacle(_ name: String) throws(ServiceFailure) -> String? {
        guard let entry = entry(name) else { throw ServiceFailure(service: name, reason: "Loadgate doesn't run it") }
        func demandRunning() throws(ServiceFailure) {
            guard let ending = entry.process.ending else { return }
            throw Self.ended(entry.service, ending)
        }
        // The process first: another server on the same port would answer in its place.
        try demandRunning()
        if let obstacle = entry.probe?.obstacle() {
            try demandRunning()
            return obstacle.reason
        }
        try demandRunning()
        return nil
    }

    /// How long a service may take to be ready.
    func startLimit(_ name: String) -> Span { Span(entry(name)?.service.startTimeout ?? .seconds(30)) }

    private func entry(_ name: String) -> Entry? {
        state.withLockedValue { $0.entries.first { $0.service.name == name } }
    }

    private static func ended(_ service: Service, _ ending: some CustomStringConvertible) -> ServiceFailure {
        let hint = service.log.map { "; see \($0.shown)" } ?? ""
        return ServiceFailure(service: service.name, reason: "\(ending) before it was ready\(hint)")
    }

    private func wait(
        for process: RunningService, _ service: Service, _ probe: ReadinessProbe, shouldStop: () -> Bool
    ) throws(ServiceFailure) {
        // Only time in which this process ran counts.
        var limit = TimeLimit(Span(service.startTimeout))
        var obstacle: ReadinessProbe.Obstacle?
        while !limit.isOver {
            // The process first: another server on the same port would answer in its place.
            if let ending = process.ending { throw Self.ended(service, ending) }
            if shouldStop() { throw ServiceFailure(service: service.name, reason: "interrupted") }
            obstacle = probe.obstacle()
            if obstacle == nil, process.isRunning { return }
            limit.pass(heldUp: obstacle?.heldUp ?? .zero)
            let nap = TimeLimit.Nap(span: Span(nanoseconds: 20_000_000))
            usleep(UInt32(nap.milliseconds) * 1_000)
            limit.see(asleep: nap)
        }
        throw ServiceFailure(
            service: service.name, reason: "not ready within \(service.startTimeout): \(obstacle?.reason ?? "it ended")"
        )
    }
}

import Fetch
import Glibc
import Measures
public import Scenarios

/// The services of a scenario: started in order, each ready before the next, and stopped in the opposite order.
public struct ServiceSupervisor {
    private var running: [RunningService] = []

    /// No service yet.
    public init() {}

    /// Starts services in order and waits for each to be ready. Where one fails, those before it are stopped.
    ///
    /// `tls` is for services that are asked by `https://`;
    /// `authorised` are the hosts besides loopback that may be asked whether a service is ready;
    /// `onExit` is called for a service that ends by itself; `shouldStop` is asked while waiting, and ends it.
    public mutating func start(
        _ services: [Service], tls: TLSSettings = TLSSettings(), authorised: [String] = [],
        onExit: @escaping @Sendable (RunningService) -> Void, shouldStop: () -> Bool = { false }
    ) throws(ServiceFailure) {
        for service in services {
            do throws(ServiceFailure) {
                let process = try RunningService(service, onExit: onExit)
                running.append(process)
                if let readiness = service.ready {
                    let probe = ReadinessProbe(readiness, tls: tls, authorised: AuthorisedHosts(authorised))
                    try wait(for: process, service, probe, shouldStop: shouldStop)
                }
            } catch {
                stop()
                throw error
            }
        }
    }

    /// Stops all that were started, the last first.
    public mutating func stop() {
        while let service = running.popLast() { service.stop() }
    }

    private func wait(
        for process: RunningService, _ service: Service, _ probe: ReadinessProbe, shouldStop: () -> Bool
    ) throws(ServiceFailure) {
        // Only time in which this process ran counts.
        var limit = TimeLimit(Span(service.startTimeout))
        var obstacle: ReadinessProbe.Obstacle?
        while !limit.isOver {
            // The process first: another server on the same port would answer in its place.
            if let ending = process.ending {
                let hint = service.log.map { "; see \($0.shown)" } ?? ""
                throw ServiceFailure(service: service.name, reason: "\(ending) before it was ready\(hint)")
            }
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

public import Measures
import NIOConcurrencyHelpers
public import Scenarios

/// Runs the probes of a scenario beside the load, each on a thread of its own, and on demand.
///
/// A probe's samples never overlap: one that takes longer than `every` leaves out the next ones, which are counted. A
/// failed sample is a result as any other. Reasons of failures hold no secret of the scenario.
///
/// A probe's requests go to loopback, and to hosts that are authorised.
public final class ProbeRunner: Sendable {
    private let workers: [ProbeWorker]
    private let stopSignal = StopSignal()

    /// The probes of a scenario, as yet at rest. `authorised`: hosts that may be asked besides those of the scenario.
    public init(_ scenario: Scenario, authorised: [String] = []) {
        let authorised = AuthorisedHosts(scenario.authorised + authorised)
        workers = scenario.probes.map {
            ProbeWorker($0, tls: scenario.defaults.tls, authorised: authorised, secrets: scenario.secrets)
        }
    }

    deinit { stopSignal.raise() }

    /// Begins to take samples; once.
    ///
    /// - Parameters:
    ///   - origin: The beginning of the load, from which samples have their times: the first one is taken then, or at
    ///     once where that is past.
    ///   - onSample: Is given each sample with the probe's name, on the probe's thread.
    public func start(at origin: Instant, onSample: @escaping @Sendable (String, ProbeSample) -> Void = { _, _ in }) {
        for worker in workers {
            worker.start(at: origin, until: stopSignal) { onSample(worker.name, $0) }
        }
    }

    /// The last sample of each probe that has one, in the scenario's order.
    public var latest: [(name: String, sample: ProbeSample)] {
        workers.compactMap { worker in worker.latestSample.map { (worker.name, $0) } }
    }

    /// Ends the taking of samples, and gives what each probe showed, in the scenario's order. A sample under way is broken
    /// off and belongs to no series. Probes can be read on demand after it, too.
    public func stop() -> [ProbeSeries] {
        stopSignal.raise()
        for worker in workers { worker.waitForEnd() }
        return workers.map(\.samples)
    }

    /// Takes one sample now, and waits for it: for the probe's timeout at most, and for the one of its series that may be
    /// under way.
    ///
    /// - Throws: Why no number could be read, also where no probe has the name.
    public func read(_ name: String) throws(ProbeFailure) -> Double {
        guard let worker = workers.first(where: { $0.name == name }) else {
            throw ProbeFailure(reason: "no probe is called \(name)")
        }
        // The end of the series is no end of this.
        guard let number = try worker.read(stop: StopSignal()) else { throw ProbeFailure(reason: "broken off") }
        return number
    }
}

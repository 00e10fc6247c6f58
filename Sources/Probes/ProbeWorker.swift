import CLinux
import Dispatch
import Measures
import NIOConcurrencyHelpers
import Scenarios

/// One probe at work: its samples are taken one at a time, on a queue of its own.
final class ProbeWorker: Sendable {
    let name: String

    private let sampler: ProbeSampler
    private let secrets: Secrets
    private let every: Span
    private let queue: DispatchQueue
    private let series: NIOLockedValueBox<ProbeSeries>
    private let latest = NIOLockedValueBox<ProbeSample?>(nil)
    /// Held while a sample is taken.
    private let turn = NIOLock()

    init(_ probe: Probe, tls: TLSSettings, authorised: AuthorisedHosts, secrets: Secrets) {
        name = probe.name
        sampler = ProbeSampler(probe, tls: tls, authorised: authorised)
        self.secrets = secrets
        every = Span(probe.every)
        queue = DispatchQueue(label: "loadgate.probe.\(probe.name)")
        series = NIOLockedValueBox(ProbeSeries(name: probe.name, every: every))
    }

    /// The last sample of the series.
    var latestSample: ProbeSample? { latest.withLockedValue { $0 } }

    /// What was seen so far.
    var samples: ProbeSeries { series.withLockedValue { $0 } }

    /// Takes samples at `origin` and each `every` after it until the signal comes. A sample that takes longer than that
    /// leaves out the ones that it would overlap.
    func start(at origin: Instant, until stop: StopSignal, onSample: @escaping @Sendable (ProbeSample) -> Void) {
        queue.async { [self] in
            // The last beat that is due, if there is one: it is taken at once.
            var beat = max(0, (Self.now() - origin).nanoseconds) / every.nanoseconds
            while !stop.wait(nanoseconds: (origin + every * beat - Self.now()).nanoseconds) {
                guard let sample = sample(from: origin, stop: stop) else { return }
                // The first beat that is not before the answer.
                let next = max(beat + 1, (sample.answered.nanoseconds + every.nanoseconds - 1) / every.nanoseconds)
                series.withLockedValue { $0.append(sample, skipped: UInt64(next - beat - 1)) }
                latest.withLockedValue { $0 = sample }
                onSample(sample)
                beat = next
            }
        }
    }

    /// Returns when no sample is being taken any more, after the signal was given.
    func waitForEnd() { queue.sync {} }

    /// Takes a sample that belongs to no series.
    func read(stop: StopSignal) throws(ProbeFailure) -> Double? {
        // Not `withLock`, which would lose the error's type.
        turn.lock()
        defer { turn.unlock() }
        do throws(ProbeFailure) {
            return try sampler.number(stop: stop)
        } catch {
            throw ProbeFailure(reason: shown(error))
        }
    }

    private func sample(from origin: Instant, stop: StopSignal) -> ProbeSample? {
        turn.lock()
        defer { turn.unlock() }
        let asked = Self.now() - origin
        let reading: ProbeSample.Reading
        do throws(ProbeFailure) {
            guard let number = try sampler.number(stop: stop) else { return nil }
            reading = .value(number)
        } catch {
            reading = .failed(shown(error))
        }
        return ProbeSample(asked: asked, answered: Self.now() - origin, reading: reading)
    }

    private func shown(_ failure: ProbeFailure) -> String {
        String(secrets.redact(failure.reason).prefix(ProbeSample.longestMessage))
    }

    private static func now() -> Instant { Instant(nanoseconds: loadgate_monotonic()) }
}

extension Span {
    fileprivate static func * (span: Span, count: Int64) -> Span { Span(nanoseconds: span.nanoseconds * count) }
}

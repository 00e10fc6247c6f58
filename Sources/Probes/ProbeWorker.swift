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
                // What was due while this process did not run is left out, and no fault of the probe's.
                let late = Self.now() - (origin + every * beat)
                if late >= StallWatch.told, late.nanoseconds / every.nanoseconds > 0, beat > 0 {
                    let missed = late.nanoseconds / every.nanoseconds
                    series.withLockedValue { $0.leaveOut(UInt64(missed), stall: late) }
                    beat += missed
                }
                let taken = sample(from: origin, stop: stop)
                guard let sample = taken.sample else { return }
                // The first beat that is not before the answer.
                let next = max(beat + 1, (sample.answered.nanoseconds + every.nanoseconds - 1) / every.nanoseconds)
                let missed = UInt64(next - beat - 1)
                beat = next
                // What failed then says nothing about what is asked; a number is one all the same.
                let isVoid = taken.heldUp > .zero && sample.value == nil
                series.withLockedValue { series in
                    if !isVoid { series.append(sample, skipped: taken.heldUp > .zero ? 0 : missed) }
                    if taken.heldUp > .zero { series.leaveOut(missed + (isVoid ? 1 : 0), stall: taken.heldUp) }
                }
                if isVoid { continue }
                latest.withLockedValue { $0 = sample }
                onSample(sample)
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
        var heldUp = Span.zero
        do throws(ProbeFailure) {
            do throws(ProbeFailure) {
                return try sampler.number(stop: stop, heldUp: &heldUp)
            } catch {
                // What failed while this process did not run is asked once more.
                guard heldUp > .zero else { throw error }
                heldUp = .zero
                return try sampler.number(stop: stop, heldUp: &heldUp)
            }
        } catch {
            throw ProbeFailure(reason: (heldUp > .zero ? HeldUp.text(heldUp) + ": " : "") + shown(error))
        }
    }

    /// No sample: the signal came first. `heldUp`: how long this process did not run meanwhile.
    private func sample(from origin: Instant, stop: StopSignal) -> (sample: ProbeSample?, heldUp: Span) {
        turn.lock()
        defer { turn.unlock() }
        let asked = Self.now() - origin
        let reading: ProbeSample.Reading
        var heldUp = Span.zero
        do throws(ProbeFailure) {
            guard let number = try sampler.number(stop: stop, heldUp: &heldUp) else { return (nil, .zero) }
            reading = .value(number)
        } catch {
            reading = .failed(shown(error))
        }
        return (ProbeSample(asked: asked, answered: Self.now() - origin, reading: reading), heldUp)
    }

    private func shown(_ failure: ProbeFailure) -> String {
        String(secrets.redact(failure.reason).prefix(ProbeSample.longestMessage))
    }

    private static func now() -> Instant { Instant(nanoseconds: loadgate_monotonic()) }
}

extension Span {
    fileprivate static func * (span: Span, count: Int64) -> Span { Span(nanoseconds: span.nanoseconds * count) }
}

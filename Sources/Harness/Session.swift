import CLinux
import ChildProcesses
import Dispatch
import Drills
import Foundation
import Generator
import Measures
import Objectives
import Probes
import Reports
import Scenarios
import VerificationKit

/// One run from the scenario to its result: services, load, judgement, files.
struct Session {
    var scenario: Scenario
    /// The scenario's file as it was named, and the SHA-256 and the text of its content; nil for a load without a file.
    var file: String?
    var digest: String?
    var text: String?
    /// The environment, with the values of `--set`.
    var environment: [String: String]
    var settings: RunSettings
    var interruption: Interruption
    var listener: any RunListener
    /// The kinds of report that are left.
    var kinds: Kinds
    /// The earlier runs to compare with; nil: none.
    var placement: RunPlacement?

    /// Carries it out. Throws why the run could not begin, or `Interrupted` where it was told to end before it did.
    func run() throws -> RunOutcome {
        try AddressSpace.demand()
        // Before anything else opens one.
        let reserve = DescriptorReserve()
        let authorised = scenario.authorised + settings.authorised
        let segment = try checkedSegment
        listener.willRun(scenario, segments: segment.count)
        let userAgent = "loadgate/\(Version.text)"
        let plan = scenario.load.isEmpty ? nil : try RunPlan(scenario, userAgent: userAgent)
        var destinations = try Destinations(
            plan?.endpoints ?? [], authorised: authorised, http: scenario.defaults.http)
        var verifications = try VerificationSet(scenario, authorised: authorised, environment: environment)
        _ = try Destinations(readinessEndpoints + scenario.probeEndpoints, authorised: authorised)
        let metrics = try settings.metrics.map { try MetricsServer($0) }
        defer { metrics?.stop() }
        if let metrics {
            listener.note("metrics: \(metrics.url)")
            if let warning = metrics.warning { listener.note("loadgate: \(warning) (a warning)") }
        }
        let output = try OutputDirectory(named: settings.out, scenario: scenario.name, started: Date())
        let observer = RunObserver(scenario: scenario, listener: listener, metrics: metrics)
        defer { listener.loadEnded() }

        var services = ServiceSupervisor()
        defer { services.stop() }
        if scenario.usesServices {
            try services.start(
                scenario.services, tls: scenario.defaults.tls, authorised: authorised,
                onExit: { observer.serviceEnded("service \($0.name) \($0.ending ?? .unknown) by itself") },
                shouldStop: { interruption.happened })
        }
        if plan != nil { try destinations.checkReachable() }
        try verifications.prepare(userAgent: userAgent)
        if interruption.happened { throw Interrupted() }

        let probes = ProbeRunner(scenario, authorised: settings.authorised)
        var (measurement, started, series) = try load(plan, destinations, segment, probes, observer, output)
        reserve.release()
        let reports = verify(verifications, measurement, probes)
        if interruption.happened { measurement.ending = .interrupted }
        services.stop()
        var result = RunResult(
            scenario: scenario, measurement: measurement,
            judgement: observer.judge(scenario, measurement, series, reports),
            probes: series, info: info(started, transports: plan?.transports ?? []))
        if file != nil, plan != nil {
            result.environment = EnvironmentResult(EnvironmentProbe.environment(of: scenario))
        }
        if !result.partial, segment.count == 1 {
            result.comparison = placement?.comparison(of: result)
            result.comparison?.takeCriterion(of: scenario)
        }
        metrics?.show(result)
        let report = ResultFolder.write(
            result, into: output.path, reports: kinds.reports, onProblem: listener.problem)
        return RunOutcome(result: result, folder: output.path, report: report)
    }

    /// Sends the load, where there is one. Gives what was measured, when it began, and what probes showed beside it.
    private func load(
        _ plan: RunPlan?, _ destinations: Destinations, _ segment: LoadRun.Segment, _ probes: ProbeRunner,
        _ observer: RunObserver, _ output: OutputDirectory
    ) throws -> (RunMeasurement, Date, [ProbeSeries]) {
        guard let plan else {
            return watch(probes, observer)
        }
        let delay = settings.start?.timeIntervalSinceNow ?? 0.02
        let run = try LoadRun(
            plan, destinations: destinations, reactors: settings.reactors ?? LoadRun.usableProcessors,
            segment: segment, delay: Span(seconds: max(0.02, delay)))
        let started = Date(timeIntervalSinceNow: max(0.02, delay))
        try observer.begin(
            path: output.file("progress.jsonl"),
            header: ProgressHeader(
                scenario: scenario, info: info(started, transports: plan.transports), reactors: run.reactorCount))
        interruption.onInterrupt { _ in
            run.stop(.interrupted)
            observer.interrupted()
        }
        probes.start(at: run.start) { observer.take($1, of: $0) }
        let measurement = run.run { second in
            let numbers = probes.latest.compactMap { probe in
                probe.sample.value.map { (scenario.secrets.redact(probe.name), $0) }
            }
            if let broken = observer.observe(second, probes: Dictionary(numbers) { _, last in last }) {
                run.stop(.aborted(objective: broken.source))
            }
        }
        observer.loadEnded(measurement)
        return (measurement, started, probes.stop())
    }

    /// Reads probes where there is no load, for as long as the scenario says or until a signal.
    private func watch(_ probes: ProbeRunner, _ observer: RunObserver) -> (RunMeasurement, Date, [ProbeSeries]) {
        var measurement = RunMeasurement(steps: scenario.steps.count, flows: scenario.flows.count, reactors: 0)
        guard let length = scenario.watch.map(Span.init) else { return (measurement, Date(), []) }
        let count = scenario.probes.count
        listener.note(
            "reading \(count == 1 ? "1 probe" : "\(count) probes") for \(Figure.short(length.seconds, decimals: 3)) s")
        let (started, begin) = (Date(), Instant(nanoseconds: loadgate_monotonic()))
        let isOver = DispatchSemaphore(value: 0)
        interruption.onInterrupt { _ in isOver.signal() }
        probes.start(at: begin) { observer.take($1, of: $0) }
        _ = isOver.wait(timeout: .now() + length.seconds)
        let series = probes.stop()
        if interruption.happened { measurement.ending = .interrupted }
        measurement.wall = Instant(nanoseconds: loadgate_monotonic()) - begin
        measurement.measured = min(length, measurement.wall)
        measurement.addStretch(.zero..<measurement.measured)
        return (measurement, started, series)
    }

    /// Carries out the verifications, unless the load was ended early.
    private func verify(
        _ verifications: VerificationSet, _ measurement: RunMeasurement, _ probes: ProbeRunner
    ) -> [VerificationReport] {
        if case .aborted(let objective) = measurement.ending {
            return scenario.verifications.map {
                VerificationReport(notRun: $0, because: "the objective \(objective) ended the run")
            }
        }
        return verifications.reports(
            interruption: interruption, listener: listener,
            readProbe: { name in
                do throws(ProbeFailure) {
                    return try probes.read(name)
                } catch {
                    listener.note(scenario.secrets.redact("the probe \(name) can't be read: \(error.reason)"))
                    return nil
                }
            })
    }

    /// The segment to carry; refuses what can't be dealt among processes.
    private var checkedSegment: LoadRun.Segment {
        get throws {
            let segment = settings.segment
            if segment.count > scenario.limits.maxUsers {
                throw UnusableRunSetting(
                    description:
                        "--segment: \(segment.count) segments can't share limits.max_users \(scenario.limits.maxUsers)")
            }
            if segment.count > 1, scenario.load.dropLast().contains(where: { $0.duration == nil }) {
                throw UnusableRunSetting(
                    description:
                        "--segment: a stage of iterations ends when its own process is done with it, so it must be the last"
                )
            }
            return segment
        }
    }

    private func info(_ started: Date, transports: [String]) -> RunInfo {
        let usage = ProcessUsage()
        return RunInfo(
            started: started, file: file, scenarioSHA256: digest, scenarioText: text, target: scenario.target.shown,
            version: Version.text, peakMemoryBytes: usage.peakMemoryBytes, cpuSeconds: usage.cpuSeconds,
            transports: transports)
    }

    /// Where services are asked whether they are ready: the rule of authorised targets holds there too.
    private var readinessEndpoints: [Endpoint] {
        scenario.services.compactMap { service in
            switch service.ready {
            case .http(let url): url.constant.flatMap { try? Endpoint(parsing: $0) }
            case .tcp(let host, let port):
                try? Endpoint(parsing: "http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            case .command, nil: nil
            }
        }
    }
}

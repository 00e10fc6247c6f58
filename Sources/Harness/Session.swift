import CLinux
import ChildProcesses
import Dispatch
import Drills
import Failover
import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import NameServer
import Objectives
import Probes
import Push
import Reports
import Scenarios
import Scheduling
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
    /// How the scenario's drill is carried out; nil where it has none.
    var drillRequest: DrillRequest?
    /// The earlier runs to compare with; nil: none.
    var placement: RunPlacement?
    /// Is given each second; where it says true, what is wanted is measured, and the load ends in order.
    var isEnough: @Sendable (LoadRun.Second) -> Bool = { _ in false }

    /// Carries it out. Throws why the run could not begin, or `Interrupted` where it was told to end before it did.
    ///
    /// Of several processes that share the load only the first starts services, reads probes and verifies: done by each,
    /// they would be done to each other.
    func run() throws -> RunOutcome {
        var part = self
        // What is pushed, and where to, shows nowhere.
        for target in settings.push { target.hide(in: &part.scenario.secrets) }
        part.scenario.secrets.prepare()
        let recorded = part.scenario
        if settings.segment.count > 1 { part.scenario = recorded.ofWorker(settings.segment) }
        return try part.carryOut(recorded: recorded)
    }

    /// - Parameter recorded: The scenario as the log has it.
    private func carryOut(recorded: Scenario) throws -> RunOutcome {
        try AddressSpace.demand()
        // Before anything else opens one.
        let reserve = DescriptorReserve()
        let authorised = scenario.authorised + settings.authorised
        let segment = try checkedSegment
        try checkScheduling()
        try confirmDrill(authorised)
        listener.willRun(scenario, segments: segment.count)
        let userAgent = "loadgate/\(Version.text)"
        let plan = scenario.load.isEmpty ? nil : try RunPlan(scenario, userAgent: userAgent)
        let names = try NameSet(scenario, note: listener.note)
        defer { names.stop() }
        var destinations = try Destinations(
            plan?.endpoints ?? [], authorised: authorised, http: scenario.defaults.http, names: names.table)
        var verifications = try VerificationSet(
            scenario, authorised: authorised, environment: environment, names: names.table)
        _ = try Destinations(readinessEndpoints + scenario.probeEndpoints, authorised: authorised)
        let metrics = try settings.metrics.map { try MetricsServer($0) }
        defer { metrics?.stop() }
        if let metrics {
            listener.note("metrics: \(metrics.url)")
            if let warning = metrics.warning { listener.note("loadgate: \(warning) (a warning)") }
        }
        let push = beginPush()
        defer { push?.giveUp() }
        let member = try settings.fleet.map { try FleetMember($0, segment: segment) }
        let output = try OutputDirectory(
            named: settings.out ?? settings.fleet?.folder(ofSegment: segment.index), scenario: scenario.name,
            started: Date())
        if scenario.drill != nil { try FaultJournal.demandNoOpenFaults(in: output.path) }
        let observer = RunObserver(scenario: scenario, listener: listener, metrics: metrics, push: push)
        defer { listener.loadEnded() }

        let proxies = try ProxySet(
            scenario, authorised: authorised, scheduling: settings.scheduling, note: listener.note)
        defer { proxies.stop() }
        let services = ServiceSupervisor()
        defer { services.stop() }
        if scenario.usesServices {
            try services.start(
                scenario.services, tls: scenario.defaults.tls, authorised: authorised,
                onExit: { observer.serviceEnded("service \($0.name) \($0.ending ?? .unknown) by itself") },
                shouldStop: { interruption.happened })
        }
        if plan != nil { try waitForTarget(&destinations, services: recorded.services) }
        try verifications.prepare(userAgent: userAgent)
        if interruption.happened { throw Interrupted() }

        let probes = ProbeRunner(scenario, authorised: settings.authorised)
        var site = DrillSite(
            services: services, proxies: proxies.control, names: names.server, target: scenario.target,
            tls: scenario.defaults.tls, authorised: authorised, secrets: scenario.secrets)
        site.takeDefaults(of: scenario)
        var (measurement, started, series, drill) = try load(
            plan, destinations, segment, probes, observer, output, site, names.table, recorded, member)
        reserve.release()
        let reports = verify(verifications, measurement, probes)
        if interruption.happened { measurement.ending = .interrupted }
        services.stop()
        var result = RunResult(
            scenario: scenario, measurement: measurement,
            judgement: observer.judge(
                scenario, measurement, series, reports, drill: drill.map { DrillJudge.findings($0, scenario) }),
            probes: series, info: info(started, transports: plan?.transports ?? []))
        if file != nil, plan != nil {
            result.environment = EnvironmentProbe.environment(of: scenario)
        }
        result.drill = drill.map { DrillResult($0, scenario: scenario) }
        if !result.partial, result.changes == nil, segment.count == 1 {
            result.comparison = placement?.comparison(of: result)
            result.comparison?.takeCriterion(of: scenario)
        }
        metrics?.show(result)
        result.push = finish(push, result)
        let report = ResultFolder.write(
            result, into: output.path, reports: kinds.reports, onProblem: listener.problem)
        member?.leave()
        return RunOutcome(result: result, folder: output.path, report: report)
    }

    /// Sees that the target accepts connections. What the first segment's process starts may come up later than this one.
    private func waitForTarget(_ destinations: inout Destinations, services: [Service]) throws {
        let isOurs = settings.segment.index == 0 || services.isEmpty
        let patience = isOurs ? 0 : services.reduce(0) { $0 + Span($1.startTimeout).seconds }
        let end = Instant(nanoseconds: loadgate_monotonic()) + Span(seconds: patience)
        while true {
            do throws(Destinations.Unreachable) {
                return try destinations.checkReachable()
            } catch {
                if interruption.happened { throw Interrupted() }
                guard Instant(nanoseconds: loadgate_monotonic()) < end else { throw error }
                usleep(50_000)
            }
        }
    }

    /// Begins to push what is measured, where that is asked for.
    private func beginPush() -> PushSession? {
        PushSession(
            settings.push, scenario: scenario.name, version: Version.text, redact: scenario.secrets.redact,
            onProblem: listener.problem)
    }

    /// Pushes what the run came to. A further signal ends the wait for slow receivers.
    private func finish(_ push: PushSession?, _ result: RunResult) -> [PushResult]? {
        guard let push else { return nil }
        let before = interruption.count
        interruption.onInterrupt { if $0 > before { push.giveUp() } }
        return push.finish(result)
    }

    /// Sends the load, where there is one. Gives what was measured, when it began, and what probes showed beside it.
    private func load(
        _ plan: RunPlan?, _ destinations: Destinations, _ segment: LoadRun.Segment, _ probes: ProbeRunner,
        _ observer: RunObserver, _ output: OutputDirectory, _ site: DrillSite, _ names: NameTable,
        _ recorded: Scenario, _ member: FleetMember?
    ) throws -> (RunMeasurement, Date, [ProbeSeries], DrillReport?) {
        guard let plan else {
            names.keepFresh()
            let (measurement, started, series) = watch(probes, observer)
            return (measurement, started, series, nil)
        }
        // The log is made while the reactors wait; of a drill, its journal and its guardian.
        let lead = scenario.drill == nil ? 0.05 : 0.5
        let agreed = try member?.join(
            digest: digest, target: scenario.target.shown, interruption: interruption, note: listener.note)
        let delay = (agreed ?? settings.start)?.timeIntervalSinceNow ?? lead
        let run = try LoadRun(
            plan, destinations: destinations, reactors: settings.reactors ?? LoadRun.usableProcessors,
            segment: segment, scheduling: settings.scheduling, delay: Span(seconds: max(0.02, delay)),
            lead: Span(seconds: lead))
        let started = Date(
            timeIntervalSinceNow: (run.start - Instant(nanoseconds: loadgate_monotonic())).seconds)
        try observer.begin(
            path: output.file("progress.jsonl"),
            header: ProgressHeader(
                scenario: recorded, info: info(started, transports: plan.transports, clock: member?.clock),
                reactors: run.reactorCount, scheduling: run.scheduling.run),
            started: started)
        let drill = try scenario.drill.map { drill in
            try DrillSession(
                drill, scenario: scenario, plan: plan, site: site, output: output,
                request: drillRequest ?? DrillRequest(), authorised: scenario.authorised + settings.authorised,
                userAgent: "loadgate/\(Version.text)", start: run.start, environment: environment, listener: listener,
                names: names)
        }
        let stoppedBy = NIOLockedValueBox<PeerStop?>(nil)
        member?.watch { stop in
            stoppedBy.withLockedValue { $0 = stop }
            listener.note("fleet: \(stop.reason): the load ends")
            run.stop(.interrupted)
        }
        defer { member?.finish() }
        let name = "worker \(segment.index)/\(segment.count)"
        interruption.onInterrupt { _ in
            observer.interrupted()
            member?.tell(.interrupted, "\(name) was interrupted")
            if let drill {
                // Faults first; a second signal cuts off the load, and no undoing.
                drill.heal(because: "interrupted") { run.stop(.interrupted) }
            } else {
                run.stop(.interrupted)
            }
        }
        probes.start(at: run.start) { probe, sample in
            observer.take(sample, of: probe)
            drill?.take(sample, of: probe)
        }
        drill?.begin()
        settings.control?.attach(run, loads: scenario.loads) { listener.note($0) }
        defer { settings.control?.detach() }
        let measurement = run.run(onAttempts: { drill?.take($0) }) { second in
            let numbers = probes.latest.compactMap { probe in
                probe.sample.value.map { (scenario.secrets.redact(probe.name), $0) }
            }
            if let broken = observer.observe(second, probes: Dictionary(numbers) { _, last in last }) {
                let ending = RunMeasurement.Ending.aborted(objective: broken.source)
                member?.tell(.aborted, "\(name) broke the objective \(scenario.secrets.redact(broken.source))")
                if let drill {
                    drill.heal(because: broken.source) { run.stop(ending) }
                } else {
                    run.stop(ending)
                }
            }
            if isEnough(second) { run.stop(.completed) }
        }
        observer.loadEnded(measurement, stoppedBy: stoppedBy.withLockedValue(\.self))
        let series = probes.stop()
        return (
            measurement, started, series,
            drill?.finish(
                length: measurement.stretches.last?.upperBound ?? .zero, addresses: run.addressesOfSteps
            ) { interruption.happened }
        )
    }

    /// Shows what the drill will break, and has that confirmed.
    private func confirmDrill(_ authorised: [String]) throws {
        guard let drill = scenario.drill, let drillRequest else { return }
        let site = DrillSite(
            services: ServiceSupervisor(), names: try NameServer(scenario.names), target: scenario.target,
            tls: scenario.defaults.tls, authorised: authorised,
            secrets: scenario.secrets)
        let faults = PlannedFault.faults(of: drill, at: site, only: drillRequest.onlyFaults)
        guard !faults.isEmpty else {
            throw UnusableRunSetting(
                description: "--only \(drillRequest.onlyFaults.joined(separator: ", ")): the drill has no such fault")
        }
        guard drillRequest.confirm(faults) else { throw DrillDeclined() }
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

    /// Refuses a demand for real-time scheduling that is not granted, before anything is started.
    private func checkScheduling() throws {
        guard settings.scheduling == .realtime, !scenario.load.isEmpty,
            let reason = SchedulingGrant(asked: .realtime).reason
        else { return }
        throw UnusableRunSetting(description: "--scheduling realtime: \(reason); \(RunScheduling.remedy)")
    }

    /// The segment to carry; refuses what can't be dealt among processes.
    private var checkedSegment: LoadRun.Segment {
        get throws {
            let segment = settings.segment
            if let problem = scenario.problem(ofSegments: segment.count) {
                throw UnusableRunSetting(description: "--segment: \(problem)")
            }
            return segment
        }
    }

    private func info(_ started: Date, transports: [String], clock: FolderClock? = nil) -> RunInfo {
        let usage = ProcessUsage()
        return RunInfo(
            started: started, file: file, scenarioSHA256: digest, scenarioText: text, target: scenario.target.shown,
            version: Version.text, peakMemoryBytes: usage.peakMemoryBytes, cpuSeconds: usage.cpuSeconds,
            transports: transports, worker: settings.segment.count > 1 ? worker(started, clock) : nil)
    }

    private func worker(_ started: Date, _ clock: FolderClock?) -> WorkerRecord {
        var record = WorkerRecord(
            segment: settings.segment.index, count: settings.segment.count, host: ProcessInfo.processInfo.hostName,
            began: clock?.there(started) ?? FolderClock.microseconds(started))
        record.clockOffset = clock?.offset
        record.clockError = clock?.error
        return record
    }

    /// Where services are asked whether they are ready: the rule of authorised targets holds there too.
    private var readinessEndpoints: [Endpoint] {
        scenario.services.compactMap { service in
            switch service.ready {
            case .http(let url): url.endpoint
            case .tcp(let host, let port): Endpoint(isSecure: false, host: host, port: port)
            case .command, nil: nil
            }
        }
    }
}

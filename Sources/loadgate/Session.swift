import ArgumentParser
import Drills
import Foundation
import Generator
import Glibc
import Measures
import Reports
import Scenarios
import Verification

/// One run from the scenario to the exit code: services, load, judgement, results.
struct Session {
    var scenario: Scenario
    /// The scenario's file as it was named, and the SHA-256 of its content; nil for a load without a file.
    var file: String?
    var digest: String?
    var options: RunOptions
    var interruption: Interruption

    /// Carries it out. Throws the exit code that isn't 0, or why the run could not begin.
    func run() throws {
        let authorised = scenario.authorised + options.authorise
        let plan = try RunPlan(scenario, userAgent: "loadgate/\(Version.text)")
        let destinations = try Destinations(plan.endpoints, authorised: authorised)
        _ = try Destinations(readinessEndpoints, authorised: authorised)
        let started = Date()
        let output = try OutputDirectory(named: options.out, scenario: scenario.name, started: started)
        let view = options.quiet || options.noLive ? nil : LiveView()
        let log = try ProgressLog(
            path: output.file("progress.jsonl"),
            header: ProgressHeader(
                scenario: scenario, info: info(started), reactors: options.reactors ?? LoadRun.usableProcessors))
        let observer = RunObserver(scenario: scenario, log: log, view: view)

        var services = ServiceSupervisor()
        defer { services.stop() }
        try services.start(
            scenario.services,
            onExit: { observer.serviceEnded("service \($0.name) \($0.ending ?? "ended") by itself") },
            shouldStop: { interruption.happened })
        try destinations.checkReachable()
        if interruption.happened { throw ExitCode.interrupted }

        let (measurement, loadStarted) = try send(plan, destinations, observer)
        view?.clear()
        var judgement = observer.judge(scenario, measurement)
        services.stop()
        for text in observer.endedServices {
            judgement.audit.reasons.append(
                .init(kind: .service, cause: text, hint: "see its log; what it served was not measured"))
            judgement.verdict = Verdict.worst(of: [judgement.verdict, .invalid]) ?? .invalid
        }
        let result = RunResult(
            scenario: scenario, measurement: measurement, judgement: judgement, info: info(loadStarted))
        try ResultFile.write(result, to: output.file("result.json"))
        try show(result, output)
        try finish(result)
    }

    private func send(
        _ plan: RunPlan, _ destinations: Destinations, _ observer: RunObserver
    ) throws -> (RunMeasurement, Date) {
        let delay = try options.startDate.map { max(0.02, $0.timeIntervalSinceNow) } ?? 0.02
        let run = try LoadRun(
            plan, destinations: destinations, reactors: options.reactors ?? LoadRun.usableProcessors,
            segment: try options.parsedSegment, delay: Span(seconds: delay))
        let started = Date(timeIntervalSinceNow: delay)
        interruption.onSignal { _ in run.stop(.interrupted) }
        let measurement = run.run { second in
            if let broken = observer.observe(second) { run.stop(.aborted(objective: broken.source)) }
        }
        return (measurement, started)
    }

    private func show(_ result: RunResult, _ output: OutputDirectory) throws {
        if options.format == .json {
            Console.result(try ResultFile.json(of: result))
        } else if !options.quiet {
            let summary = TerminalSummary(
                result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain, width: Console.width ?? 100)
            Console.result(summary.text(reportPath: output.file("result.json")))
        }
    }

    private func finish(_ result: RunResult) throws {
        if result.ending == .interrupted { throw ExitCode.interrupted }
        switch result.verdict {
        case .pass: return
        case .fail: throw ExitCode.failed
        case .inconclusive, .noData, .invalid: throw ExitCode.undecided
        }
    }

    private func info(_ started: Date) -> RunInfo {
        let usage = ProcessUsage()
        return RunInfo(
            started: started, file: file, scenarioSHA256: digest, target: scenario.target.shown,
            version: Version.text, peakMemoryBytes: usage.peakMemoryBytes, cpuSeconds: usage.cpuSeconds)
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

    /// Runs `body` and turns what it throws into a message and an exit code.
    static func reportingErrors(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let code as ExitCode {
            throw code
        } catch let error as ValidationError {
            throw error
        } catch let error as InvalidScenario {
            Console.note(error.description)
            throw ExitCode.invalidScenario
        } catch let error as Destinations.NotAuthorised {
            Console.note("loadgate: \(error)")
            throw ExitCode.notAuthorised
        } catch let error
            where error is Destinations.Unreachable || error is Resolver.Unresolvable || error is ServiceFailure
        {
            Console.note("loadgate: \(error)")
            throw ExitCode.unreachable
        } catch {
            Console.note("loadgate: \(error)")
            throw ExitCode.internalError
        }
    }
}

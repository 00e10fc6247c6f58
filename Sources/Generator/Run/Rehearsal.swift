import Measures
import NIOConcurrencyHelpers
import Scenarios
import Scheduling

/// A small run before the first one of a process, against a server of its own on loopback: never against the target.
///
/// Code that runs for the first time is read from disk page by page, bound to its libraries and specialised; threads are
/// made, memory is asked for. That took milliseconds, and made the first exchanges of a run late.
enum Rehearsal {
    /// What was rehearsed already.
    private struct Repertoire {
        var native = false
        var curl = false
    }

    private static let repertoire = NIOLockedValueBox(Repertoire())
    /// How long anything in it may take.
    private static let patience = Duration.milliseconds(200)

    /// Rehearses what the plan needs, unless this process did so before. Where that is not possible, the run simply begins
    /// without.
    static func carryOut(for plan: RunPlan, reactors: Int, scheduling: SchedulingGrant) {
        let usesCurl = plan.transports.contains("curl")
        let isNew = repertoire.withLockedValue { known in
            defer { known = Repertoire(native: true, curl: known.curl || usesCurl) }
            return !known.native || (usesCurl && !known.curl)
        }
        guard isNew, let server = RehearsalServer() else { return }
        defer { server.stop() }
        try? perform(server.url, reactors: max(1, min(reactors, 16)), usesCurl: usesCurl, scheduling)
    }

    private static func perform(
        _ url: String, reactors: Int, usesCurl: Bool, _ scheduling: SchedulingGrant
    ) throws {
        var steps = [Step(name: "native", url: Text("/"), timeout: patience)]
        if usesCurl {
            var step = Step(name: "curl", url: Text("/"), timeout: patience)
            step.redirects = 1
            steps.append(step)
        }
        var scenario = Scenario(
            name: "rehearsal", target: Text(url), flows: [Flow(name: "flow", actions: steps.map { .request($0) })],
            load: [
                .iterations(IterationStage(iterations: 2 * reactors, users: reactors)),
                .arrivals(ArrivalStage(from: 1_000, to: 1_000, duration: .milliseconds(2 + reactors))),
            ])
        scenario.limits.gracefulStop = patience
        scenario.limits.maxUsers = 2 * reactors
        let plan = try RunPlan(scenario, userAgent: "loadgate-rehearsal")
        let run = try LoadRun(
            rehearsed: plan, destinations: try Destinations(plan.endpoints, authorised: [], http: HTTPSettings()),
            reactors: reactors, segment: LoadRun.Segment(), scheduling: scheduling, start: ReactorClock.now(),
            atLeast: Span(nanoseconds: 200_000))
        _ = run.run { _ in }
    }
}

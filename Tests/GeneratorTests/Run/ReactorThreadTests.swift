import CLinux
import Dispatch
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import Scheduling
import TestSupport
import Testing

@testable import Generator

@Suite("The threads of reactors", .serialized) struct ReactorThreadTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")
    private static let isGranted = SchedulingGrant(asked: .auto).isRealtime

    /// Runs a load of two reactors, and looks at this process' threads and at a program that is started meanwhile.
    private func look(_ scheduling: SchedulingMode) throws -> (tasks: [ThreadState], child: String, RunMeasurement) {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url,
            load: [.arrivals(ArrivalStage(from: 50, to: 50, duration: .milliseconds(1_200)))])
        let plan = try RunPlan(scenario, userAgent: "loadgate-test")
        let run = try LoadRun(
            plan, destinations: try Destinations(plan.endpoints, authorised: [], http: HTTPSettings()), reactors: 2,
            scheduling: scheduling)
        let seen = NIOLockedValueBox<([ThreadState], String)>(([], ""))
        let measurement = run.run { second in
            guard second.number == 0 else { return }
            let child = (try? Binary.shell("cut -d ' ' -f 40,41 /proc/self/stat").output) ?? ""
            seen.withLockedValue { $0 = (ThreadState.all, child) }
        }
        let (tasks, child) = seen.withLockedValue { $0 }
        return (tasks, child.trimmingCharacters(in: .whitespacesAndNewlines), measurement)
    }

    @Test(
        "Reactors' threads have names and real-time scheduling, and nothing else has: no thread, no program",
        .enabled(if: isGranted, "real-time scheduling is not granted here"))
    func realtime() throws {
        let (tasks, child, measurement) = try look(.auto)
        let reactors = tasks.filter { $0.name.hasPrefix("lg-reactor-") }
        #expect(Set(reactors.map(\.name)).isSuperset(of: ["lg-reactor-0", "lg-reactor-1"]))
        // SCHED_RR is 2.
        for task in reactors { #expect(task.policy == "2" && task.priority == "1", "\(task)") }
        for task in tasks where !task.name.hasPrefix("lg-reactor-") { #expect(task.policy == "0", "\(task)") }
        #expect(child == "0 0")
        #expect(measurement.scheduling == RunScheduling(asked: .auto, isRealtime: true))
        // The threads are Dispatch's again.
        #expect(
            Wait.until(within: 10) {
                ThreadState.all.allSatisfy { !$0.name.hasPrefix("lg-reactor-") && $0.policy == "0" }
            })
    }

    @Test("With normal scheduling they have names and no privilege, and the measurement says so")
    func normal() throws {
        let (tasks, child, measurement) = try look(.normal)
        let reactors = tasks.filter { $0.name.hasPrefix("lg-reactor-") }
        #expect(Set(reactors.map(\.name)).isSuperset(of: ["lg-reactor-0", "lg-reactor-1"]))
        for task in tasks { #expect(task.policy == "0", "\(task)") }
        #expect(child == "0 0")
        #expect(measurement.scheduling == RunScheduling(asked: .normal, isRealtime: false, reason: "asked for"))
    }

    @Test(
        "A reactor that is always busy falls back to normal scheduling, which is told",
        .enabled(if: isGranted, "real-time scheduling is not granted here"))
    func busy() throws {
        let grant = SchedulingGrant(asked: .realtime)
        let thread = DispatchQueue(label: "test.busy")
        let (before, during, fellBack) = thread.sync { () -> (Int32, Int32, Span) in
            var reactor = PromptThread("lg-reactor-7", processors: 1, grant, at: ReactorClock.now())
            defer { reactor.end() }
            let before = sched_getscheduler(0)
            // Half a second of processor time, however long that takes.
            let end = loadgate_thread_cpu() + 5_000_000_000
            while sched_getscheduler(0) & 0xF == SCHED_RR, loadgate_thread_cpu() < end {
                let now = ReactorClock.now()
                if now >= reactor.next { reactor.look(at: now) }
            }
            usleep(1_000)
            return (before & 0xF, sched_getscheduler(0) & 0xF, reactor.takeFellBack(at: ReactorClock.now()))
        }
        #expect(before == SCHED_RR)
        #expect(during == SCHED_OTHER)
        #expect(fellBack >= Span(nanoseconds: 1_000_000))
    }
}

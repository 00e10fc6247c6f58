import CLinux
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Before the load", .serialized) struct RehearsalTests {
    @Test("Nothing is sent to a target before its load begins, and the first exchange begins at its instant")
    func target() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(1))
        let plan = try RunPlan(scenario, userAgent: "loadgate-test")
        let run = try LoadRun(
            plan, destinations: try Destinations(plan.endpoints, authorised: [], http: HTTPSettings()), reactors: 2,
            delay: Span(nanoseconds: 300_000_000))
        #expect(run.start > ReactorClock.now())
        #expect(server.requestCount == 0)
        let measurement = run.run { _ in }
        #expect(server.requestCount == 1)
        #expect(measurement.total.started == 1)
    }

    @Test("Where no connection is kept every answer has a kernel stamp, the first ones too")
    func stamps() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { server.stop() }
        for _ in 0..<20 {
            let measurement = try EngineRun.run(
                EngineRun.scenario(server.url, load: EngineRun.iterations(4)) { $0.defaults.connections = .fresh })
            #expect(measurement.outcomes == ["ok": 4])
            #expect(measurement.total.steps[0]?.unstamped == 0)
        }
    }

    @Test("The rehearsal's server answers whoever asks, request after request, and leaves nothing behind")
    func server() throws {
        let server = try #require(RehearsalServer())
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(6, users: 3))
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["ok": 6])
        let port = try #require(server.url.split(separator: ":").last.flatMap { Int($0) })
        server.stop()
        let after = try EngineRun.run(
            EngineRun.scenario("http://127.0.0.1:\(port)", load: EngineRun.iterations(1)))
        #expect(after.outcomes == ["refused": 1])
    }

    @Test("What is held in memory is what it was, locked within the bound, and can be let go")
    func memory() {
        let count = 100_000
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        defer { bytes.deallocate() }
        bytes.initialize(repeating: 7, count: count)
        var memory = HotMemory()
        memory.hold(bytes, count)
        #expect(memory.budget == 0)
        memory.budget = count + 10
        memory.hold(bytes, count)
        // Where the system locks nothing, nothing is used of it.
        #expect([10, count + 10].contains(memory.budget))
        memory.hold(bytes, count)
        memory.release()
        #expect((0..<count).allSatisfy { bytes[$0] == 7 })
        #expect(HotMemory.allowance <= 64 << 20)
    }
}

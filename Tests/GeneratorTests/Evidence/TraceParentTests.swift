import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("traceparent", .serialized) struct TraceParentTests {
    private static var form: Regex<Substring> { /00-[0-9a-f]{32}-[0-9a-f]{16}-01/ }

    @Test("Each request has an id of its own, on each transport and reactor", arguments: Carrier.transports)
    func unique(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("500 Oops", ""))
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url, steps: [Step(name: "a", url: Text("/"), timeout: .seconds(60))],
            load: EngineRun.iterations(40, users: 4)
        ) {
            $0.defaults.transport = transport
            $0.defaults.http.trace = .w3c
        }
        let measurement = try EngineRun.run(scenario)
        let fields = server.requests.compactMap { $0.header("traceparent") }
        #expect(fields.count == 40)
        for field in fields {
            #expect(field.wholeMatch(of: Self.form) != nil, "\(field)")
            #expect(!field.contains("-00000000000000000000000000000000-") && !field.contains("-0000000000000000-"))
        }
        let ids = Set(fields.map { String($0.dropFirst(3).prefix(32)) })
        #expect(ids.count == 40)
        // What was kept names what was sent.
        #expect(!measurement.evidence.isEmpty)
        #expect(measurement.evidence.allSatisfy { $0.traceID.map(ids.contains) == true })
    }

    @Test("A field that the scenario sets itself is the one that is sent", arguments: Carrier.transports)
    func own(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("500 Oops", ""))
        defer { server.stop() }
        let own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let step = Step(
            name: "a", url: Text("/"), headers: [Header(name: "Traceparent", value: Text(own))], timeout: .seconds(60))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)) {
            $0.defaults.transport = transport
            $0.defaults.http.trace = .w3c
        }
        let measurement = try EngineRun.run(scenario)
        #expect(server.requests.map { $0.header("traceparent") } == [own])
        #expect(measurement.evidence.map(\.traceID) == ["4bf92f3577b34da6a3ce929d0e0e4736"])
    }

    @Test("A redirect belongs to the same trace; without trace nothing is sent")
    func redirects() throws {
        let server = try ScriptedServer { request in
            request.path == "/a"
                ? [.send("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")]
                : [.send(ScriptedServer.response("404 Gone", ""))]
        }
        defer { server.stop() }
        var step = Step(name: "a", url: Text("/a"), timeout: .seconds(60))
        step.redirects = 2
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)) {
            $0.defaults.http.trace = .w3c
        }
        let measurement = try EngineRun.run(scenario)
        let fields = server.requests.compactMap { $0.header("traceparent") }
        #expect(fields.count == 2 && Set(fields).count == 1)
        let kept = try #require(measurement.evidence.first)
        #expect(kept.lastURL == server.url + "/b")
        #expect(kept.curl?.contains("--location --max-redirs 2") == true)
        let without = EngineRun.scenario(server.url, load: EngineRun.iterations(1))
        _ = try EngineRun.run(without)
        #expect(server.requests.last?.header("traceparent") == nil)
    }

    @Test("No id is all zero, and the field has one length")
    func zero() {
        var store = ByteStore()
        defer { store.release() }
        store.append(traceParentFrom: 0, 0, span: 0)
        #expect(
            String(decoding: store.bytes, as: UTF8.self) == "00-00000000000000000000000000000001-0000000000000001-01")
        #expect(store.count == 55)
        store.removeAll()
        store.append(traceParentFrom: .max, 0xab, span: 1 << 63)
        #expect(
            String(decoding: store.bytes, as: UTF8.self) == "00-ffffffffffffffff00000000000000ab-8000000000000000-01")
    }
}

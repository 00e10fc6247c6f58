import NIOCore
import Testing

@testable import PaintboxTarget

@Suite("Faults", .serialized)
struct FaultTests {
    @Test("are hit by the dice as often as they should be, the same for the same seed")
    func dice() {
        var faults = Faults()
        faults.errorRatio = 0.3
        func hits(_ seed: UInt64) -> [Bool] {
            let dial = FaultSwitch(seed: seed)
            dial.set(faults, at: .now())
            return (0..<10_000).map { _ in dial.plan(for: .primary).fails }
        }
        #expect(hits(1) == hits(1))
        // Binomial, n = 10,000, p = 0.3: σ = 46; the seed is fixed, so this never changes.
        #expect((2800...3200).contains(hits(1).count { $0 }))
    }

    @Test("concern their region only")
    func region() {
        var faults = Faults()
        faults.dropRatio = 1
        faults.freezeMilliseconds = 1000
        faults.region = "ord"
        let dial = FaultSwitch(seed: 1)
        dial.set(faults, at: .uptimeNanoseconds(0))
        #expect(dial.plan(for: .secondary).drops)
        #expect(!dial.plan(for: .primary).drops)
        #expect(!dial.plan(for: .edge).drops)
        #expect(dial.frozenUntil(.secondary) == .uptimeNanoseconds(1_000_000_000))
        #expect(dial.frozenUntil(.primary) == nil)
    }

    @Test("are set, told and ended over the control port")
    func control() throws {
        try withServer { server in
            let control = try TestClient(server.controlPort)
            func post(_ body: String) throws -> TestClient.Answer { try control.ask("POST", "/faults", body: body) }
            let set = try post(#"{"latency_ms":5,"error_ratio":0.5,"region":"ord"}"#)
            #expect(
                set.text == #"{"latency_ms":5,"latency_share":1.0,"error_ratio":0.5,"freeze_ms":0,"drop_ratio":0.0,"#
                    + #""calculation_delay_ms":0,"region":"ord"}"#)
            #expect(try control.ask("GET", "/faults").text == set.text)
            #expect(try post(#"{"latency":5}"#).status == 400)
            #expect(try post(#"{"error_ratio":1.5}"#).status == 400)
            #expect(try post(#"{"freeze_ms":-1}"#).status == 400)
            #expect(try post(#"{"region":"lhr"}"#).status == 400)
            #expect(try control.ask("GET", "/faults").text == set.text)
            #expect(try post(#"{"latency_ms":0.25}"#).text.hasPrefix(#"{"latency_ms":0.25,"#))
            #expect(try post(#"{"latency_ms":600000.5}"#).status == 400)
            #expect(try control.ask("DELETE", "/faults").text.hasPrefix(#"{"latency_ms":0,"#))
            #expect(try control.ask("POST", "/faults", ["Content-Type: text/plain"], body: "{}").status == 415)
            #expect(try control.ask("GET", "/health").text == #"{"status":"ok"}"#)
            #expect(try control.ask("PUT", "/faults", body: "{}").status == 405)
        }
    }

    @Test("fail, drop and delay requests, and stop when they are ended")
    func effects() throws {
        try withServer { server in
            let control = try TestClient(server.controlPort)
            func set(_ body: String) throws { #expect(try control.ask("POST", "/faults", body: body).status == 200) }
            try set(#"{"error_ratio":1}"#)
            let failed = try ask(server.port, "GET", "/")
            #expect(failed.status == 500)
            #expect(failed["Content-Security-Policy"] != nil)

            try set(#"{"drop_ratio":1}"#)
            let dropped = try TestClient(server.port)
            try dropped.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try dropped.isEnded())

            try set(#"{"latency_ms":50}"#)
            let begin = NIODeadline.now()
            #expect(try ask(server.port, "GET", "/").status == 200)
            #expect(NIODeadline.now() - begin >= .milliseconds(50))

            try set(#"{"calculation_delay_ms":30}"#)
            let slow = try ask(server.port, "POST", "/api/v1/calculate", body: #"{"area":45.5,"coats":2}"#)
            let elapsed = slow["Server-Timing"]?.dropFirst("calc;dur=".count) ?? ""
            #expect((Double(elapsed) ?? 0) >= 30)
            #expect(slow.text.hasSuffix("\"elapsed_ms\":\(elapsed)}"))

            #expect(try control.ask("DELETE", "/faults").status == 200)
            #expect(try ask(server.port, "GET", "/").status == 200)
            let metrics = try control.ask("GET", "/metrics")
            #expect(metrics["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.text.contains("\npaintbox_dropped_total 1\n"))
            #expect(metrics.text.contains("\npaintbox_responses_total{region=\"iad\",class=\"5xx\"} 1\n"))
        }
    }

    @Test("freeze all connections, which then flow again in order")
    func freeze() throws {
        try withServer { server in
            let clients = try (0..<3).map { _ in try TestClient(server.port) }
            let begin = NIODeadline.now()
            #expect(try ask(server.controlPort, "POST", "/faults", body: #"{"freeze_ms":150}"#).status == 200)
            for client in clients {
                for id in 1...2 { try client.send("GET /api/v1/projects/\(id) HTTP/1.1\r\nHost: a\r\n\r\n") }
            }
            for client in clients {
                for id in 1...2 { #expect(try client.answer().text.hasPrefix("{\"id\":\(id),")) }
            }
            #expect(NIODeadline.now() - begin >= .milliseconds(150))
        }
    }
}

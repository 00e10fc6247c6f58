import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Streams of software that is in use, held against the server's own log, by itself and behind nginx.
@Suite("Streams of real servers", .serialized) struct RealStreamTests {
    private static let count = 6
    private static let gap = 0.1

    private func run(
        _ url: String, authority: String? = nil, _ change: (inout Scenario) -> Void = { _ in }
    ) throws -> StepTally {
        var step = Step(name: "step", url: Text("/"), timeout: .seconds(60))
        step.events = EventStream()
        step.expect = [200...299]
        step.checks = ["events == \(Self.count)", "every json $.n >= 0", "json $.n == \(Self.count - 1)"].map(
            Check.written)
        let measurement = try EngineRun.run(
            EngineRun.scenario(url, steps: [step], load: EngineRun.iterations(6, users: 3)) { scenario in
                scenario.defaults.tls.authorities = authority
                change(&scenario)
            }, reactors: 1)
        #expect(measurement.outcomes == ["ok": 6], "\(measurement.examples)")
        let tally = try #require(measurement.total.steps[0])
        #expect(tally.events.streams == 6 && tally.events.total == 36)
        // The server waits before the first, too.
        #expect((tally[.firstEvent]?.minimum?.milliseconds ?? 0) >= 1_000 * Self.gap)
        return tally
    }

    private func gaps(_ tally: StepTally) throws -> [Double] {
        let histogram = try #require(tally[.eventGap])
        return (1...histogram.count).map { histogram.value(atRank: $0)?.milliseconds ?? 0 }
    }

    /// Ours and the server's, shortest first: what lies between are two sends and the way of two packets.
    private func compare(_ tally: StepTally, _ server: StreamServer) throws {
        let (ours, logged) = (try gaps(tally), try server.gaps().suffix(30))
        #expect(ours.count == 30 && logged.count == 30)
        for (one, other) in zip(ours, logged) { #expect(abs(one - other) < 40, "\(ours) \(logged)") }
        // On average to a millisecond or two, on a machine that has nothing else to do.
        let (sum, loggedSum): (Double, Double) = (ours.reduce(0, +), logged.reduce(0, +))
        let mean = abs(sum - loggedSum) / 30
        #expect(mean < 10)
    }

    @Test("have the gaps that they log", arguments: StreamServer.Kind.allCases) func direct(kind: StreamServer.Kind)
        throws
    {
        for transport in [Defaults.Transport.native, .curl] {
            let server = try StreamServer(kind, count: Self.count, gap: Self.gap)
            try compare(run(server.url) { $0.defaults.transport = transport }, server)
        }
    }

    @Test(
        "keep them behind a proxy that lets them through, and lose them behind one that buffers",
        arguments: [false, true])
    func proxied(isHTTP2: Bool) throws {
        let certificates = try TestCertificates()
        let server = try StreamServer(.starlette, count: Self.count, gap: Self.gap)
        func proxy(_ directives: String) throws -> Nginx {
            try Nginx(
                certificates,
                locations:
                    "location / { proxy_pass \(server.url); proxy_http_version 1.1; proxy_set_header Connection \"\"; \(directives) }"
            )
        }
        func run(_ proxy: Nginx) throws -> StepTally {
            try self.run(isHTTP2 ? proxy.http2 : proxy.url(isSecure: true), authority: certificates.authority) {
                $0.defaults.http.version = isHTTP2 ? .http2 : .http1
            }
        }
        // sse-starlette itself asks for it, by X-Accel-Buffering.
        try compare(run(proxy("proxy_buffering on;")), server)
        try compare(run(proxy("proxy_buffering off;")), server)
        let buffered = try run(proxy("proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"))
        // Over HTTP/2 nginx hands each piece on, whatever it says of buffers.
        if isHTTP2 { return try compare(buffered, server) }
        let first = buffered[.firstEvent]?.minimum?.milliseconds ?? 0
        #expect(first >= 1_000 * Self.gap * Double(Self.count), "nothing comes before the stream ends")
        #expect((buffered[.eventGap]?.maximum?.milliseconds ?? 1_000) < 500 * Self.gap, "and then all of it at once")
    }
}

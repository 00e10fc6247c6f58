import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// That latencies and phases are what the server's delay makes them. How near the transports are to each other is for
/// `make bench-transports`: a test must not depend on the machine.
@Suite("Conformance of latencies", .serialized)
struct LatencyTests {
    private static let certificates = Result { try TestCertificates() }

    private func tally(_ carrier: Carrier, delay: Double, count: Int) throws -> StepTally? {
        let certificates = try Self.certificates.get()
        let server = try ScriptedServer(tls: carrier.isSecure ? ServerTLS(certificates) : nil) { _ in
            [.wait(seconds: delay), .send(Answer.ok)]
        }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(count)) { scenario in
            scenario.defaults.transport = carrier.transport
            scenario.defaults.connections = carrier.connections
            scenario.defaults.tls.authorities = certificates.authority
        }
        return try EngineRun.run(scenario, reactors: 1).total.steps[0]
    }

    @Test("A delay is in every latency, and little else", arguments: Carrier.all(.perUser), [0.02, 0.05])
    func delays(_ carrier: Carrier, _ delay: Double) throws {
        let tally = try #require(try tally(carrier, delay: delay, count: 5))
        for measure in [LatencyMeasure.responseTime, .serviceTime, .firstByte] {
            let median = try #require(tally[measure]?.percentile(50))
            #expect((delay...delay + 1).contains(median.seconds), "\(carrier): \(measure.label)")
        }
    }

    @Test(
        "Phases are those of new connections, and kept ones have none",
        arguments: Carrier.all(.perUser) + Carrier.all(.fresh))
    func phases(_ carrier: Carrier) throws {
        let tally = try #require(try tally(carrier, delay: 0, count: 5))
        let made: UInt64 = carrier.connections == .fresh ? 5 : 1
        #expect(tally[.connect]?.count == made, "\(carrier)")
        #expect(tally[.tls]?.count == (carrier.isSecure ? made : nil), "\(carrier)")
        #expect(tally[.dns] == nil, "\(carrier)")
        #expect(tally[.firstByte]?.count == 5, "\(carrier)")
    }
}

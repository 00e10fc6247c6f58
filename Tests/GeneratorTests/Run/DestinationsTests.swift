import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Destinations")
struct DestinationsTests {
    private func endpoint(_ url: String) throws -> Endpoint { try Endpoint(parsing: url) }

    @Test(
        "Loopback needs no entry",
        arguments: [
            "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:80", "http://[::ffff:127.0.0.1]",
            "http://localhost",
        ])
    func loopback(url: String) throws {
        _ = try Destinations([endpoint(url)], authorised: [])
    }

    @Test(
        "Any other address is refused unless its host is authorised",
        arguments: [
            "http://192.0.2.1", "http://[2001:db8::1]:8080", "http://[::ffff:192.0.2.1]", "http://0.0.0.0",
            "http://[::]",
        ])
    func foreign(url: String) throws {
        let endpoint = try endpoint(url)
        #expect(throws: Destinations.NotAuthorised.self) { try Destinations([endpoint], authorised: ["example.org"]) }
        _ = try Destinations([endpoint], authorised: ["[\(endpoint.host.uppercased())]"])
    }

    @Test("The refusal says how to allow it")
    func message() throws {
        let endpoint = try endpoint("http://192.0.2.7:81")
        let error = #expect(throws: Destinations.NotAuthorised.self) { try Destinations([endpoint], authorised: []) }
        #expect(
            error?.description
                == "192.0.2.7 (192.0.2.7:81) is not this machine and not authorised: add the host to the scenario's "
                + "`authorised:` list or pass --authorise 192.0.2.7")
    }

    @Test("A host without an address is named")
    func unresolvable() throws {
        let endpoint = try endpoint("http://nothing.invalid")
        #expect(throws: Resolver.Unresolvable.self) { try Destinations([endpoint], authorised: ["nothing.invalid"]) }
    }

    @Test("A port that nobody listens on is unreachable")
    func unreachable() throws {
        let server = try ScriptedServer(always: "")
        var reachable = try Destinations([endpoint(server.url)], authorised: [])
        try reachable.checkReachable()
        server.stop()
        let full = try FullBacklog()
        defer { full.release() }
        var silent = try Destinations([endpoint("http://127.0.0.1:\(full.port)")], authorised: [])
        #expect(throws: Destinations.Unreachable.self) { try silent.checkReachable(timeout: 0.2) }
    }
}

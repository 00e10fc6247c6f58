import CLinux
import Drills
import FaultProxy
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@Suite("Faults of proxies", .serialized)
struct ProxyFaultTests {
    private let anywhere = HostPort(host: "127.0.0.1", port: 0)

    /// A server behind a proxy of Loadgate's own.
    private func proxied(_ body: (ScriptedServer, FaultProxy, HostPort) throws -> Void) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let address = try proxy.add(
            name: "db", listen: anywhere, upstream: HostPort(host: "127.0.0.1", port: server.port))
        try body(server, proxy, address)
    }

    /// True where a GET through a port gets its answer within a second. (Of threads' own masks programs have SIGTERM blocked.)
    private func answers(_ port: Int) throws -> Bool {
        try Binary.shell(
            "exec 3<>/dev/tcp/127.0.0.1/\(port) && printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3 && timeout -s KILL 1 head -c 12 <&3 | grep -q 200"
        ).code == 0
    }

    @Test("A disturbance takes effect with the first connection that it strikes, and is gone at the end")
    func blackhole() throws {
        try proxied { _, proxy, address in
            let stage = try Stage(
                [event(0, ProxyFault(proxy: "db", disturbance: .blackhole))],
                site: DrillSite(services: ServiceSupervisor(), proxies: proxy), patience: .seconds(20))
            #expect(stage.conductor.faults.map(\.outlivesProcess) == [false])
            #expect(try answers(address.port))
            stage.begin()
            #expect(stage.waitFor(.applied))
            #expect(!stage.occurrences.has(.effective))
            #expect(try !answers(address.port))
            #expect(stage.waitFor(.effective))
            let record = try #require(stage.conductor.finish().first)
            #expect(record.verb == "blackhole" && record.subject == "db")
            #expect(record.evidence?.hasPrefix("the proxy disturbed its connections ") == true)
            #expect(record.isUndone)
            #expect(try answers(address.port))
        }
    }

    @Test("Without a connection a disturbance has no effect, which is said; refusing needs none")
    func withoutConnections() throws {
        try proxied { _, proxy, address in
            let site = DrillSite(services: ServiceSupervisor(), proxies: proxy)
            let idle = try #require(
                try Stage([event(0, ProxyFault(proxy: "db", disturbance: .blackhole))], site: site).run().first)
            #expect(idle.effective == nil && idle.problem == "not seen to take effect in 0.5 s")
            #expect(idle.isUndone)
            let stage = try Stage(
                [
                    event(
                        0, ProxyFault(proxy: "db", disturbance: .refuse),
                        effective: .refused(host: "127.0.0.1", port: address.port))
                ], site: site)
            let refused = try #require(stage.run().first)
            #expect(refused.evidence == "\(address) refuses connections")
            #expect(refused.isUndone)
            let own = try #require(
                try Stage([event(0, ProxyFault(proxy: "db", disturbance: .refuse))], site: site).run().first)
            #expect(own.evidence == "nobody listens at the proxy any more")
            #expect(try answers(address.port))
        }
    }

    @Test("A proxy that isn't there can't be disturbed")
    func missing() throws {
        try proxied { _, proxy, _ in
            let stage = try Stage(
                [event(0, ProxyFault(proxy: "cache", disturbance: .blackhole))],
                site: DrillSite(services: ServiceSupervisor(), proxies: proxy))
            #expect(stage.conductor.faults.first?.obstacle?.hasPrefix("not possible here, because ") == true)
            #expect(stage.run().first?.undo == .open)
        }
    }

    @Test("By Toxiproxy's API: every disturbance, over the API of Loadgate's own proxy")
    func overAPI() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let api = try proxy.serveAPI(on: anywhere)
        let client = ToxiproxyClient(try ConstantURL(Text("http://\(api)")))
        let declaration = ProxyDeclaration(
            name: "db", listen: anywhere, upstream: HostPort(host: "127.0.0.1", port: server.port))
        let (address, isNew) = try client.add(declaration)
        #expect(isNew)
        let site = DrillSite(
            services: ServiceSupervisor(), proxies: ProxyControls(own: proxy, others: ["db": client]))
        let disturbances: [ProxyFault.Disturbance] = [
            .latency(.milliseconds(30), jitter: .milliseconds(5)), .bandwidth(102_400), .blackhole,
            .reset(after: .seconds(1)), .refuse, .slowClose(.seconds(1)),
            .slice(bytes: 64, variation: 32, pause: .milliseconds(1)), .limitData(bytes: 4),
        ]
        let stage = try Stage(disturbances.map { event(0, ProxyFault(proxy: "db", disturbance: $0)) }, site: site)
        stage.begin()
        #expect(stage.waitFor(.effective, disturbances.count - 1))
        #expect(try !answers(address.port))
        let records = stage.conductor.finish()
        #expect(records.compactMap(\.problem) == [])
        #expect(records.map(\.isUndone) == Array(repeating: true, count: disturbances.count))
        #expect(try answers(address.port))
        try client.remove("db")
    }
}

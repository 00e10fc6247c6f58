import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("libcurl's transport through proxies and Unix sockets", .serialized)
struct CurlProxyTests {
    private static let ok = ScriptedServer.response("200 OK", "arrived")

    private func step(redirects: Int = 0) -> Step {
        var step = Step(name: "s", url: Text("/"))
        step.redirects = redirects
        return step
    }

    /// A proxy as nginx makes one: it asks whom the request names.
    private func forwardProxy() throws -> Nginx {
        try Nginx("location / { proxy_pass http://$http_host$request_uri; proxy_set_header Via nginx; }")
    }

    @Test("A request goes through a proxy of HTTP, and no other proxy than the scenario's is used")
    func forward() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let proxy = try forwardProxy()
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        setenv("no_proxy", "127.0.0.1", 1)
        defer {
            unsetenv("http_proxy")
            unsetenv("no_proxy")
        }
        let answer = try CurlDriver(server.url, steps: [step()]) { $0.http.proxy = ProxyURL(Text(proxy.url)) }.one()
        #expect(answer.body == "arrived")
        #expect(server.requests[0].header("via") == "nginx")
        let direct = try CurlDriver(server.url, steps: [step()]).one()
        #expect(direct.body == "arrived")
        #expect(server.requests[1].header("via") == nil)
    }

    @Test("A SOCKS proxy is asked for the address, or with socks5h for the name")
    func socks() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let proxy = try TunnelProxy(.socks5)
        defer { proxy.stop() }
        for (scheme, asked) in [("socks5", "127.0.0.1"), ("socks5h", "localhost")] {
            let driver = try CurlDriver("http://localhost:\(server.port)", steps: [step()]) {
                $0.http.proxy = ProxyURL(Text("\(scheme)://127.0.0.1:\(proxy.port)"))
                $0.http.resolve = [.init(host: "localhost", port: server.port, address: "127.0.0.1")]
            }
            #expect(try driver.one().body == "arrived")
            #expect(proxy.targets.last == "\(asked):\(server.port)")
        }
    }

    @Test("HTTPS goes through a tunnel, and the proxy's answer is no part of the answer")
    func tunnel() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx + #"location / { return 200 "secret"; }"#, listening: "ssl")
        let proxy = try TunnelProxy(.connect)
        defer { proxy.stop() }
        let driver = try CurlDriver(server.url, steps: [step()]) {
            $0.http.proxy = ProxyURL(Text("http://127.0.0.1:\(proxy.port)"))
            $0.tls.authorities = certificates.authority
        }
        let answer = try driver.one()
        #expect(answer.body == "secret")
        #expect(answer.head.contains("Server: nginx"))
        #expect(answer.completion.phases.tls > 0)
        #expect(proxy.targets == ["127.0.0.1:\(server.port)"])
    }

    @Test("A target by its name is reached through a proxy and through a Unix socket, in a run as a whole")
    func byName() throws {
        let proxy = try ScriptedServer(always: Self.ok)
        defer { proxy.stop() }
        let folder = try TemporaryFolder()
        let path = folder.path + "/server.sock"
        let local = try Nginx(#"listen unix:\#(path); location / { return 200 "by socket"; }"#)
        defer { withExtendedLifetime(local) {} }
        let ways: [(inout HTTPSettings) -> Void] = [{ $0.proxy = ProxyURL(Text(proxy.url)) }, { $0.unixSocket = path }]
        for way in ways {
            let scenario = EngineRun.scenario(
                "http://localhost:1", load: EngineRun.iterations(4, users: 2)
            ) { way(&$0.defaults.http) }
            let plan = try RunPlan(scenario, userAgent: "loadgate-test")
            let destinations = try Destinations(plan.endpoints, authorised: [], http: scenario.defaults.http)
            let run = try LoadRun(plan, destinations: destinations, reactors: 1)
            let measurement = run.run { _ in }
            #expect(measurement.outcomes == ["ok": 4], "\(measurement.examples)")
        }
        #expect(proxy.requests.map { $0.header("Host") } == Array(repeating: "localhost:1", count: 4))
    }

    @Test("A proxy is never asked for a host that is not authorised")
    func notAuthorised() throws {
        let connect = try TunnelProxy(.connect)
        defer { connect.stop() }
        let socks = try TunnelProxy(.socks5)
        defer { socks.stop() }
        let forward = try forwardProxy()
        for target in ["https://198.51.100.1/", "http://elsewhere.test/", "http://foreign.test:8080"] {
            let server = try ScriptedServer(
                always: ScriptedServer.response("302 Found", "", headers: ["location:\t\(target) "]))
            defer { server.stop() }
            for proxy in [forward.url, "socks5h://127.0.0.1:\(socks.port)", "socks5://127.0.0.1:\(socks.port)"] {
                let before = socks.targets.count
                let answer = try CurlDriver(server.url, steps: [step(redirects: 3)]) {
                    $0.http.proxy = ProxyURL(Text(proxy))
                }.one(timeout: .seconds(5))
                #expect(answer.outcome == "protocol", "\(proxy) \(target)")
                #expect(answer.reason.hasSuffix(", which is not authorised"))
                #expect(socks.targets.count - before == (proxy == forward.url ? 0 : 1))
                #expect(socks.targets.allSatisfy { $0 == "127.0.0.1:\(server.port)" || $0.hasPrefix("127.0.0.1:") })
            }
            let direct = try CurlDriver(target, steps: [step()]) {
                $0.http.proxy = ProxyURL(Text("http://127.0.0.1:\(connect.port)"))
            }.one(timeout: .seconds(5))
            #expect(direct.outcome == "protocol")
            #expect(direct.reason.hasSuffix(" is not authorised"))
        }
        #expect(connect.targets.isEmpty)
    }

    @Test("An authorised host may be asked for, a proxy elsewhere must be authorised itself")
    func authorised() throws {
        let socks = try TunnelProxy(.socks5)
        defer { socks.stop() }
        // The test's proxy goes to loopback whatever the name.
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let driver = try CurlDriver(
            "http://staging.test:\(server.port)", steps: [step()], authorised: ["staging.test"]
        ) { $0.http.proxy = ProxyURL(Text("socks5h://127.0.0.1:\(socks.port)")) }
        #expect(try driver.one().body == "arrived")
        #expect(socks.targets == ["staging.test:\(server.port)"])
        let foreign = try CurlDriver(server.url, steps: [step()]) {
            $0.http.proxy = ProxyURL(Text("http://198.51.100.1:3128"))
        }.one(timeout: .seconds(5))
        #expect(foreign.outcome == "protocol")
        #expect(foreign.reason == "198.51.100.1 is not authorised")
    }

    @Test("A proxy that refuses is refused")
    func refused() throws {
        let proxy = try ScriptedServer(always: ScriptedServer.response("403 Forbidden", "no"))
        defer { proxy.stop() }
        let answer = try CurlDriver("https://127.0.0.1:1", steps: [step()]) {
            $0.http.proxy = ProxyURL(Text(proxy.url))
        }.one()
        #expect(answer.outcome == "refused")
    }

    @Test("A Unix socket carries every request")
    func unixSocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/server.sock"
        let server = try Nginx(#"listen unix:\#(path); location / { return 200 "by socket"; }"#)
        let driver = try CurlDriver("http://api.test", steps: [step()]) { $0.http.unixSocket = path }
        let answers = try driver.run(3)
        #expect(answers.allSatisfy { $0.body == "by socket" })
        withExtendedLifetime(server) {}
        let nobody = try CurlDriver("http://api.test", steps: [step()]) { $0.http.unixSocket = folder.path + "/no" }
        #expect(try nobody.one().outcome == "refused")
    }

    @Test("Connections are made from the addresses given, in turn")
    func sources() throws {
        let server = try Nginx(#"location / { return 200 "$remote_addr"; }"#)
        let driver = try CurlDriver(server.url, steps: [step()]) {
            $0.sources = ["127.0.0.5", "127.0.0.6", "::1"]
            $0.connections = .fresh
        }
        #expect(try driver.run(4).map(\.body) == ["127.0.0.5", "127.0.0.6", "127.0.0.5", "127.0.0.6"])
    }

    @Test("IPv6, and a name with addresses of both families of which one answers")
    func families() throws {
        for ipv6 in [false, true] {
            let server = try ScriptedServer(ipv6: ipv6) { _ in [.send(Self.ok)] }
            defer { server.stop() }
            if ipv6 { #expect(try CurlDriver("http://[::1]:\(server.port)").one().body == "arrived") }
            let driver = try CurlDriver("http://both.test:\(server.port)") {
                $0.http.resolve = [.init(host: "both.test", port: server.port, address: "[::1],127.0.0.1")]
            }
            #expect(try driver.one().body == "arrived")
        }
    }
}

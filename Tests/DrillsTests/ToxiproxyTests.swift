import Drills
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

/// Answers as Toxiproxy 2.12.0 does (`api.go`, `toxic_collection.go`), as far as faults ask it; no bytes go through it.
private final class StandIn: Sendable {
    private struct Toxic {
        var name: String
        var json: String
    }

    private struct Proxy {
        var listen: String
        var upstream: String
        var isEnabled = true
        var toxics: [Toxic] = []
    }

    private let proxies = NIOLockedValueBox<[String: Proxy]>([:])
    private let failures = NIOLockedValueBox(0)
    private let server = NIOLockedValueBox<ScriptedServer?>(nil)

    init() throws {
        let server = try ScriptedServer { [self] in [.send(answer($0))] }
        self.server.withLockedValue { $0 = server }
    }

    func stop() { server.withLockedValue { $0?.stop() } }
    var url: String { server.withLockedValue { $0?.url ?? "" } }
    var requests: [ScriptedServer.Request] { server.withLockedValue { $0?.requests ?? [] } }
    var toxics: [String] { proxies.withLockedValue { $0.values.flatMap { $0.toxics.map(\.json) } } }
    var isEnabled: Bool { proxies.withLockedValue { $0.values.allSatisfy(\.isEnabled) } }

    /// The next so many requests are answered with 500.
    func fail(_ count: Int) { failures.withLockedValue { $0 = count } }

    private func answer(_ request: ScriptedServer.Request) -> String {
        let isFailing = failures.withLockedValue { left in
            left -= 1
            return left >= 0
        }
        if isFailing { return error(500, "out of order") }
        let parts = request.path.split(separator: "/").map(String.init)
        return proxies.withLockedValue { proxies in
            guard parts.count > 1 else { return create(request.body, &proxies) }
            guard var proxy = proxies[parts[1]] else { return error(404, "proxy not found") }
            defer { if request.method != "DELETE" || parts.count > 2 { proxies[parts[1]] = proxy } }
            switch (request.method, parts.count) {
            case ("GET", 2): return json(200, describe(parts[1], proxy))
            case ("DELETE", 2):
                proxies[parts[1]] = nil
                return ScriptedServer.response("204 No Content")
            case ("POST", 2):
                proxy.isEnabled = !request.body.contains("false")
                return json(200, describe(parts[1], proxy))
            case ("GET", 3): return json(200, "[\(proxy.toxics.map(\.json).joined(separator: ","))]")
            case ("POST", 3):
                let name = (value("name", request.body) as? String) ?? ""
                if proxy.toxics.contains(where: { $0.name == name }) { return error(409, "toxic already exists") }
                proxy.toxics.append(Toxic(name: name, json: request.body))
                return json(200, request.body)
            default:
                guard proxy.toxics.contains(where: { $0.name == parts[3] }) else {
                    return error(404, "toxic not found")
                }
                proxy.toxics.removeAll { $0.name == parts[3] }
                return ScriptedServer.response("204 No Content")
            }
        }
    }

    private func create(_ body: String, _ proxies: inout [String: Proxy]) -> String {
        let name = (value("name", body) as? String) ?? ""
        if proxies[name] != nil { return error(409, "proxy already exists") }
        proxies[name] = Proxy(
            listen: "127.0.0.1:20001", upstream: (value("upstream", body) as? String) ?? "")
        return json(201, describe(name, proxies[name]))
    }

    private func describe(_ name: String, _ proxy: Proxy?) -> String {
        "{\"name\":\"\(name)\",\"listen\":\"\(proxy?.listen ?? "")\",\"upstream\":\"\(proxy?.upstream ?? "")\","
            + "\"enabled\":\(proxy?.isEnabled ?? false),\"toxics\":[]}"
    }

    private func value(_ name: String, _ body: String) -> Any? {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])?[name]
    }

    private func error(_ status: Int, _ words: String) -> String {
        json(status, "{\"error\":\"\(words)\",\"status\":\(status)}")
    }

    private func json(_ status: Int, _ body: String) -> String {
        ScriptedServer.response("\(status) OK", body)
    }
}

@Suite("Faults of a Toxiproxy", .serialized)
struct ToxiproxyTests {
    private let upstream = HostPort(host: "127.0.0.1", port: 5432)

    private func declaration(_ url: String) -> ProxyDeclaration {
        ProxyDeclaration(
            name: "db", listen: HostPort(host: "127.0.0.1", port: 0), upstream: upstream,
            toxiproxy: try? ConstantURL(Text(url)))
    }

    @Test("A proxy is made, or taken as it is where it leads to the same")
    func proxies() throws {
        let toxiproxy = try StandIn()
        defer { toxiproxy.stop() }
        let client = ToxiproxyClient(try ConstantURL(Text(toxiproxy.url + "/")))
        var proxy = declaration(toxiproxy.url)
        let made = try client.add(proxy)
        #expect(made.listen == HostPort(host: "127.0.0.1", port: 20001) && made.isNew)
        #expect(try !client.add(proxy).isNew)
        proxy.upstream.port = 5433
        let failure = #expect(throws: ToxiproxyClient.Failure.self) { try client.add(proxy) }
        #expect(
            failure?.description == "the Toxiproxy at \(toxiproxy.url)/ has a proxy db that leads to 127.0.0.1:5432")
        try client.remove("db")
        try client.remove("db")
        #expect(
            client.obstacle("db", ProxyFault(proxy: "db", disturbance: .blackhole))?.hasSuffix("proxy not found")
                == true)
    }

    @Test(
        "Each disturbance is a toxic of each way, in Toxiproxy's words and units, and is gone at the end",
        arguments: [
            (.latency(.milliseconds(300), jitter: .milliseconds(50)), #""latency""#, #"{"latency":300,"jitter":50}"#),
            (.bandwidth(102_400), #""bandwidth""#, #"{"rate":102}"#),
            (.blackhole, #""timeout""#, #"{"timeout":0}"#),
            (.reset(after: .seconds(1)), #""reset_peer""#, #"{"timeout":1000}"#),
            (.slowClose(.seconds(5)), #""slow_close""#, #"{"delay":5000}"#),
            (
                .slice(bytes: 64, variation: 32, pause: .milliseconds(10)), #""slicer""#,
                #"{"average_size":64,"size_variation":32,"delay":10000}"#
            ),
            (.limitData(bytes: 1024), #""limit_data""#, #"{"bytes":1024}"#),
        ] as [(ProxyFault.Disturbance, String, String)])
    func toxics(_ disturbance: ProxyFault.Disturbance, _ type: String, _ attributes: String) throws {
        let toxiproxy = try StandIn()
        defer { toxiproxy.stop() }
        let client = ToxiproxyClient(try ConstantURL(Text(toxiproxy.url)))
        _ = try client.add(declaration(toxiproxy.url))
        var fault = ProxyFault(proxy: "db", disturbance: disturbance)
        fault.toxicity = 0.5
        let stage = try Stage([event(0, fault)], site: DrillSite(services: ServiceSupervisor(), proxies: client))
        #expect(stage.conductor.faults.map(\.outlivesProcess) == [true])
        stage.begin()
        #expect(stage.waitFor(.effective))
        let toxics = toxiproxy.toxics
        #expect(toxics.count == 2)
        for (toxic, stream) in zip(toxics, ["upstream", "downstream"]) {
            #expect(
                toxic.contains(
                    "\"type\":\(type),\"stream\":\"\(stream)\",\"toxicity\":0.5,\"attributes\":\(attributes)"))
        }
        // What a guardian would do, were this process killed.
        let copy = try TemporaryFolder()
        let journal = URL(fileURLWithPath: stage.folder.path + "/faults.jsonl")
        try Data(contentsOf: journal).write(to: URL(fileURLWithPath: copy.path + "/faults.jsonl"))
        let outcomes = try FaultRecovery.recover(folder: copy.path, environment: [:])
        #expect(outcomes.count == 1 && outcomes.allSatisfy { $0.problem == nil })
        #expect(toxiproxy.toxics.isEmpty)
        // And again by the run, which finds them gone.
        #expect(stage.conductor.finish().map(\.isUndone) == [true])
    }

    @Test("refuse disables the proxy, and an undo that Toxiproxy fails twice is tried again")
    func refuse() throws {
        let toxiproxy = try StandIn()
        defer { toxiproxy.stop() }
        let client = ToxiproxyClient(try ConstantURL(Text(toxiproxy.url)))
        _ = try client.add(declaration(toxiproxy.url))
        let stage = try Stage(
            [event(0, ProxyFault(proxy: "db", disturbance: .refuse))],
            site: DrillSite(services: ServiceSupervisor(), proxies: client))
        stage.begin()
        #expect(stage.waitFor(.effective))
        #expect(!toxiproxy.isEnabled)
        toxiproxy.fail(2)
        let record = try #require(stage.conductor.finish().first)
        #expect(record.isUndone)
        #expect(toxiproxy.isEnabled)
    }

    @Test("What a Toxiproxy can't do is told before the drill")
    func impossible() throws {
        let toxiproxy = try StandIn()
        defer { toxiproxy.stop() }
        let client = ToxiproxyClient(try ConstantURL(Text(toxiproxy.url)))
        _ = try client.add(declaration(toxiproxy.url))
        #expect(
            client.obstacle("db", ProxyFault(proxy: "db", disturbance: .bandwidth(100)))
                == "a Toxiproxy can't go below 1 KB/s")
        #expect(
            client.obstacle("db", ProxyFault(proxy: "db", disturbance: .reset(after: .microseconds(1500))))
                == "a Toxiproxy takes whole milliseconds only")
        toxiproxy.stop()
        let gone = client.obstacle("db", ProxyFault(proxy: "db", disturbance: .blackhole))
        #expect(gone?.hasPrefix("the Toxiproxy at \(toxiproxy.url): ") == true)
    }
}

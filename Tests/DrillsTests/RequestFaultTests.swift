import Drills
import Foundation
import Glibc
import Measures
import NameServer
import Scenarios
import TestSupport
import Testing

@Suite("Faults by requests and programs", .serialized)
struct RequestFaultTests {
    private func request(_ method: Step.Method, _ url: String, change: (inout VerifiedRequest) -> Void = { _ in })
        -> VerifiedRequest
    {
        var request = VerifiedRequest(method: method, url: Text(url))
        change(&request)
        return request
    }

    @Test("A request breaks, another one mends; paths lead to the target")
    func requests() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let secret = ["to", "ken of", "tests"].joined(separator: "\"")
        let header = Text(pieces: [.literal("Bearer "), .secret(value: secret, shown: "${env:DRILL_TOKEN}")])
        let body = JSONTemplate.object([
            .init(
                name: "machine",
                value: .text(Text(pieces: [.literal("m-"), .secret(value: secret, shown: "${env:DRILL_TOKEN}")]))),
            .init(name: "count", value: .array([.raw("1"), .raw("null")])),
        ])
        let rule = RequestFault(
            request: request(.post, "/machines/1/stop") {
                $0.headers = [Header(name: "Authorization", value: header)]
                $0.body = .json(body)
            },
            undo: .request(
                request(.put, server.url + "/machines/1") {
                    $0.body = .form([Header(name: "state", value: Text("up & running"))])
                }))
        let stage = try Stage(
            [event(0, rule)], site: DrillSite(services: ServiceSupervisor(), target: Text(server.url)))
        let record = try #require(stage.run().first)
        #expect(record.verb == "post")
        #expect(record.evidence == "POST \(server.url)/machines/1/stop is answered with status 200")
        #expect(record.isUndone)
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "PUT"])
        #expect(requests[0].header("Authorization") == "Bearer \(secret)")
        #expect(requests[0].header("Content-Type") == "application/json")
        #expect(requests[0].body == #"{"machine":"m-to\"ken of\"tests","count":[1,null]}"#)
        #expect(requests[1].body == "state=up%20%26%20running")
        #expect(requests[1].header("Content-Type") == "application/x-www-form-urlencoded")
        let journal = try String(contentsOfFile: stage.folder.path + "/faults.jsonl", encoding: .utf8)
        #expect(!journal.contains("ken of"))
    }

    @Test("Anything but 2xx is a failure, and so is a host that is not authorised")
    func refused() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("409 Conflict"))
        defer { server.stop() }
        let rule = RequestFault(request: request(.post, server.url + "/x"), undo: .nothing)
        let record = try #require(try Stage([event(0, rule)]).run().first)
        #expect(record.problem == "not brought about: POST \(server.url)/x: it is answered with status 409")
        let away = RequestFault(request: request(.post, "http://192.0.2.1/x"), undo: .nothing)
        let other = try #require(try Stage([event(0, away)]).run().first)
        #expect(other.problem?.contains("not authorised") == true)
    }

    @Test(
        "A target with a certificate of the scenario's own authority is reached, also by the journal's undo; its name is the target's alone"
    )
    func overTLS() throws {
        let certificates = try TestCertificates()
        let server = try ScriptedServer(tls: try ServerTLS(certificates)) { _ in [.send(ScriptedServer.response())] }
        defer { server.stop() }
        let rule = RequestFault(
            request: request(.post, "/stop"), undo: .request(request(.post, server.url + "/start")))
        var tls = TLSSettings()
        tls.authorities = certificates.authority
        tls.serverName = "paintbox.test"
        let site = DrillSite(services: ServiceSupervisor(), target: Text(server.url), tls: tls)
        let stage = try Stage([event(0, rule)], site: site)
        stage.begin()
        #expect(stage.waitFor(.effective))
        let copy = try TemporaryFolder()
        let journal = URL(fileURLWithPath: stage.folder.path + "/faults.jsonl")
        try Data(contentsOf: journal).write(to: URL(fileURLWithPath: copy.path + "/faults.jsonl"))
        #expect(try FaultRecovery.recover(folder: copy.path, environment: [:]).map(\.problem) == [nil])
        #expect(stage.conductor.finish().map(\.isUndone) == [true])
        #expect(server.requests.map(\.path) == ["/stop", "/start", "/start"])
        #expect(server.requests.map(\.serverName) == ["paintbox.test", "paintbox.test", "paintbox.test"])
        // Without the authority nobody is told anything.
        let other = try #require(
            try Stage([event(0, rule)], site: DrillSite(services: ServiceSupervisor(), target: Text(server.url))).run()
                .first)
        #expect(other.problem?.contains("certificate") == true)
        #expect(server.requests.count == 3)
    }

    @Test("What is known only within an iteration is refused before anything is done")
    func unknown() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let undo = VerifiedRequest(method: .post, url: Text(pieces: [.literal(server.url + "/"), .variable(.user)]))
        let rule = RequestFault(request: request(.post, server.url + "/x"), undo: .request(undo))
        let stage = try Stage([event(0, rule)])
        let obstacle = stage.conductor.faults.first?.obstacle
        #expect(obstacle == "\"\(server.url)/${user}\" is not known outside of an iteration")
        let record = try #require(stage.run().first)
        #expect(record.problem == "not brought about: \(obstacle ?? "")")
        #expect(server.requests.isEmpty)
    }

    @Test("A program that doesn't exist, fails or takes too long is named, without its secrets")
    func programs() throws {
        let secret = ["hunter", "2 of", "tests"].joined()
        var secrets = Secrets()
        secrets.add(secret, shown: "${env:PASSWORD}")
        let password = Text(pieces: [.secret(value: secret, shown: "${env:PASSWORD}")])
        func problem(_ command: [Text]) throws -> String? {
            var rule = CommandFault(command: command, undo: .nothing)
            rule.timeout = .milliseconds(300)
            let site = DrillSite(services: ServiceSupervisor(), secrets: secrets)
            return try Stage([event(0, rule)], site: site).run().first?.problem
        }
        #expect(
            try problem(texts("no-such-program"))
                == "not brought about: can't start no-such-program: No such file or directory")
        #expect(try problem(texts("sleep", "100")) == "not brought about: sleep did not end within 0.3 s")
        #expect(
            try problem(texts("sh", "-c", "echo no $0 >&2; exit 1") + [password])
                == "not brought about: sh exited with code 1: no ${env:PASSWORD}")
    }

    @Test("A server that an undo starts stays")
    func server() throws {
        let folder = try TemporaryFolder()
        let pid = folder.path + "/pid"
        let start = "setsid sleep 1000 >/dev/null 2>&1 & echo $! > \(pid).new; mv \(pid).new \(pid)"
        let rule = CommandFault(command: texts("true"), undo: .command(texts("sh", "-c", start)))
        let record = try #require(try Stage([event(0, rule)]).run().first)
        #expect(record.isUndone)
        let server = try #require(
            Int32(try String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(in: .newlines)))
        defer { kill(server, SIGKILL) }
        let ended = Wait.until(within: 0.3) { isGone(server) }
        #expect(!ended)
    }

    @Test("A plan tells what is touched and how it is undone, without secrets")
    func plan() {
        let secret = Text(pieces: [.literal("--token="), .secret(value: "abcdefgh", shown: "${env:TOKEN}")])
        let drill = Drill(timeline: [
            event(0, ProcessFault(.kill, service: "primary")),
            event(0, NameFault(name: "api.test", addresses: ["127.0.0.3"])),
            event(0, ProxyFault(proxy: "db", disturbance: .blackhole)),
            event(
                0,
                CommandFault(command: texts("fly", "stop") + [secret], undo: .command(texts("fly", "start") + [secret]))
            ),
        ])
        let plan = PlannedFault.faults(of: drill, at: DrillSite(services: ServiceSupervisor()))
        #expect(
            plan.map(\.touches) == [
                "the service primary with all its processes", "the addresses of the name api.test",
                "the TCP connections through the proxy db", "what this program does: fly stop --token=${env:TOKEN}",
            ])
        #expect(plan[3].undo == "run: fly start --token=${env:TOKEN}")
        #expect(plan.map(\.outlivesProcess) == [false, false, false, true])
        #expect(
            plan.map(\.obstacle) == [
                nil, "not possible here, because no name server runs", "not possible here, because no proxy runs", nil,
            ])
    }

    @Test("Every kind of fault can be brought about")
    func kinds() {
        for type in FaultKinds.builtIn.types { #expect(type is any InjectableFault.Type, "\(type)") }
    }
}

@Suite("Faults of names")
struct NameFaultTests {
    @Test("A name gets other addresses, and has those from before at the end, however the undos come")
    func switched() throws {
        let names = try NameServer([NameDeclaration(name: "api.test", addresses: ["127.0.0.2"])])
        defer { names.stop() }
        _ = try names.listen(on: HostPort(host: "127.0.0.1", port: 0))
        let stage = try Stage(
            [
                event(0, NameFault(name: "api.test", addresses: ["127.0.0.3"]), name: "first"),
                event(10, NameFault(name: "api.test", addresses: ["127.0.0.4", "127.0.0.5"]), name: "second"),
                restore(20, "first"), event(60, NameFault(name: "other.test", addresses: ["127.0.0.3"])),
            ],
            site: DrillSite(services: ServiceSupervisor(), names: names))
        let records = stage.run()
        #expect(records[0].evidence == "the name server answers 127.0.0.3 for api.test")
        #expect(records[0].isUndone && records[1].isUndone)
        #expect((names as any NameControl).addresses(of: "api.test") == ["127.0.0.2"])
        #expect(
            records[2].problem
                == "not brought about: not possible here, because the name server doesn't know the name other.test")
    }

    @Test("A switch that no query shows is not confirmed")
    func unconfirmed() throws {
        // It has the new addresses, and answers nobody.
        let names = try NameServer([NameDeclaration(name: "api.test", addresses: ["127.0.0.2"])])
        let injection = try NameFault(name: "api.test", addresses: ["127.0.0.3"])
            .prepare(at: DrillSite(services: ServiceSupervisor(), names: names))
        try injection.apply(stop: StopSignal())
        #expect((names as any NameControl).addresses(of: "api.test") == ["127.0.0.3"])
        #expect(try injection.effect() == nil)
        try injection.undo()
        #expect(try injection.verifyUndone() == nil)
    }
}

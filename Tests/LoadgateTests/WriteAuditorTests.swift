import Failover
import Foundation
import Measures
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Loadgate

/// The audit of a drill's writes against a real server, whose requests are seen.
@Suite("The audit of writes over HTTP") struct WriteAuditorTests {
    private static let run: UInt64 = 0xABC
    private static func id(_ number: UInt64) -> String { WriteID(run: run, number: number).text }

    private static func scenario(_ url: String, _ read: String, defaults: String = "") throws -> Scenario {
        try ScenarioReader(
            environment: ["LOADGATE_TOKEN": ["tok", "en-of-", "tests"].joined()], kinds: ScenarioKinds()
        ).read(
            """
            name: s
            target: \(url)
            services: {app: {command: [app]}}
            identities: {count: 3, header: X-API-Key, value: "key-${user}"}
            defaults:
              timeout: 5s
              http: {headers: {X-Tenant: acme}\(defaults)}
            flows: {main: {steps: [{name: write, post: "/w/${write.id}"}]}}
            load: [{arrivals: 50/s, for: 60s}]
            drill:
              timeline: [{at: 12s, fault: kill app}]
              audit: {write: write, rate: 1000/s, refused: 503, read: \(read)}
            """, file: "s.yaml")
    }

    /// Has the writes audited: each with its outcome and status.
    private static func audit(
        _ scenario: Scenario, _ writes: [(Outcome, UInt16)], folder: TemporaryFolder
    ) throws -> (writes: FinalWrites, lack: String?) {
        let auditor = try WriteAuditor(
            try #require(scenario.drill?.audit), scenario: scenario, run: run, authorised: [], userAgent: "test",
            file: { folder.path + "/" + $0 }, listener: SilentListener())
        let start = Instant(nanoseconds: 1)
        auditor.take(
            writes.enumerated().map { number, write in
                Attempt(
                    step: 0, intended: start, sent: start, finished: start + Span(seconds: 1), outcome: write.0,
                    iteration: UInt64(number), status: write.1)
            })
        let (report, lack) = auditor.finish(start: start, t0: nil) { false }
        return (
            FinalWrites(
                lost: report.lost, recovered: report.recovered, unexpected: report.unexpected,
                duplicates: report.duplicates, undecided: report.undecided, problem: report.listProblem), lack
        )
    }

    private struct FinalWrites: Equatable {
        var lost: UInt64 = 0
        var recovered: UInt64 = 0
        var unexpected: UInt64?
        var duplicates: UInt64?
        var undecided: UInt64 = 0
        var problem: String?
    }

    /// A store that lists itself in pages of five; the cursor has characters that a URL must have encoded.
    private static func store(
        _ counts: [String: Int], failing: Int = 0, requires field: (name: String, value: String)? = nil
    ) throws -> ScriptedServer {
        let ids = counts.keys.sorted()
        return try ScriptedServer { request in
            if let field, request.header(field.name) != field.value {
                return [.send(ScriptedServer.response("401 Unauthorized"))]
            }
            let url = URLComponents(string: request.path)
            guard url?.path == "/orders" else {
                let count = counts[String(request.path.suffix(36))] ?? 0
                return [.send(ScriptedServer.response(count > 0 ? "200 OK" : "404 Not Found", "{\"count\":\(count)}"))]
            }
            if request.number < failing {
                return [.send(ScriptedServer.response("503 Service Unavailable"))]
            }
            let after = url?.queryItems?.first { $0.name == "after" }?.value ?? ""
            let index = after.isEmpty ? 0 : Int(after.dropFirst(4)) ?? -1
            guard after.isEmpty || after.hasPrefix("a+/&"), index >= 0 else {
                return [.send(ScriptedServer.response("400 Bad Request"))]
            }
            let page = ids[index..<min(ids.count, index + 5)]
            let items = page.map { "{\"id\":\"\($0)\",\"n\":\(counts[$0] ?? 0)}" }.joined(separator: ",")
            let next = index + 5 < ids.count ? "\"a+/&\(index + 5)\"" : "null"
            return [.send(ScriptedServer.response("200 OK", "{\"items\":[\(items)],\"next\":\(next)}"))]
        }
    }

    private static let list = """
        list: {get: "/orders?after=${cursor}", items: json $.items, id: json $.id, applied: json $.n, \
        next: json $.next, exclusive: true}
        """

    @Test("A list is read page by page to its end, what it lacks by its id, and all is counted exactly")
    func list() throws {
        // 40 writes: 0..<30 acknowledged, of which 3 and 4 are lost and 5 was applied twice; 30..<35 timed out, 31 is there;
        // 35..<40 refused by 503, 36 is there. One was never sent.
        var counts = Dictionary(uniqueKeysWithValues: (0..<30).map { (Self.id($0), 1) })
        counts[Self.id(3)] = nil
        counts[Self.id(4)] = nil
        counts[Self.id(5)] = 2
        for number in [31, 36, 999] as [UInt64] { counts[Self.id(number)] = 1 }
        let server = try Self.store(counts, failing: 1)
        defer { server.stop() }
        let writes: [(Outcome, UInt16)] =
            Array(repeating: (.ok, 201), count: 30) + Array(repeating: (.responseTimeout, 0), count: 5)
            + Array(repeating: (.http5xx, 503), count: 5)
        let expected = FinalWrites(lost: 2, recovered: 1, unexpected: 2, duplicates: 1, undecided: 0)
        for read in ["{\(Self.list)}", "{get: \"/w/${write.id}\", \(Self.list)}"] {
            let folder = try TemporaryFolder()
            let outcome = try Self.audit(try Self.scenario(server.url, read), writes, folder: folder)
            #expect(outcome.writes == expected)
            #expect(outcome.lack == nil)
            let evidence = try String(contentsOfFile: folder.path + "/unexpected-writes.jsonl", encoding: .utf8)
            #expect(evidence.contains(Self.id(36)) && evidence.contains(Self.id(999)))
        }
    }

    @Test("A list whose cursor comes back, or that is no list, ends and is said", arguments: ["again", "html"])
    func broken(kind: String) throws {
        let server = try ScriptedServer(
            always: ScriptedServer.response(
                "200 OK", kind == "html" ? "<html>" : "{\"items\":[],\"next\":\"x\"}"))
        defer { server.stop() }
        let outcome = try Self.audit(
            try Self.scenario(server.url, "{\(Self.list)}"), [(.ok, 201)], folder: TemporaryFolder())
        #expect(
            outcome.writes.problem == (kind == "html" ? "a page is not JSON" : "its cursor comes back to where it was"))
        #expect((outcome.writes.lost, outcome.writes.undecided) == (0, 1))
    }

    @Test("Reads carry what the steps carry: header fields, identities, and who sends them", arguments: [false, true])
    func fields(isOwn: Bool) throws {
        let token = ["tok", "en-of-", "tests"].joined()
        let server = try Self.store([Self.id(0): 1], requires: ("Authorization", "Bearer \(token)"))
        defer { server.stop() }
        let auth = "auth: {bearer: \"${env:LOADGATE_TOKEN}\"}"
        let read = "{get: \"/w/${write.id}\", \(Self.list)\(isOwn ? ", \(auth)" : "")}"
        let scenario = try Self.scenario(server.url, read, defaults: isOwn ? "" : ", \(auth)")
        let outcome = try Self.audit(scenario, [(.ok, 201), (.ok, 201)], folder: TemporaryFolder())
        // The one that is not there is asked for by its id.
        #expect((outcome.writes.lost, outcome.writes.undecided, outcome.writes.problem) == (1, 0, nil))
        #expect(server.requests.allSatisfy { $0.header("X-Tenant") == "acme" })
        #expect(server.requests.allSatisfy { ["key-1", "key-2", "key-3"].contains($0.header("X-API-Key") ?? "") })
        #expect(server.requests.contains { $0.path == "/orders?after=" })
    }
}

import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// Whole runs against a server that gives back what it got: heads and bodies, in every coding, cut off anywhere. Nothing that the
/// program leaves or prints may hold a piece of a secret. `make secrets` does it many times.
@Suite("Secrets of runs against a server that echoes", .serialized)
struct SecretTests {
    /// The secrets of one run.
    private struct Secrets {
        var token: String
        var password: String
        var key: String
        var text: String
        var probe: String

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            func made(_ letters: String, _ length: Int) -> String {
                let letters = Array(letters)
                return "q" + String((0..<length).map { _ in letters.randomElement(using: &random) ?? "x" }) + "z"
            }
            let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            token = made(alphanumeric + "-_.", 38)
            password = made("abcXYZ0189\"'/\\&<>%+= ?äß漢", 16)
            key = made("0123456789abcdef", 30)
            text = (0..<4).map { _ in made(alphanumeric + "/+=", 30) }.joined(separator: "\n")
            probe = made(alphanumeric, 16)
        }

        var named: [String: String] {
            ["token": token, "password": password, "key": key, "text": text, "probe": probe]
        }
    }

    /// What the echoing server has issued.
    private final class Issued: Sendable {
        private let tickets = NIOLockedValueBox<[String]>([])

        func ticket() -> String {
            let ticket = "t" + UUID().uuidString.replacing("-", with: "").lowercased()
            tickets.withLockedValue { $0.append(ticket) }
            return ticket
        }

        var all: [String] { tickets.withLockedValue { $0 } }
    }

    private static func server(seed: UInt64, issued: Issued) throws -> ScriptedServer {
        try ScriptedServer { request in
            var random = SeededRandom(seed: seed &+ UInt64(request.number))
            if request.path.hasPrefix("/login") {
                let ticket = issued.ticket()
                return [.send(ScriptedServer.response("200 OK", "{\"t\": \"\(ticket)\"}"))]
            }
            let parts = request.path.split(separator: "/")
            let number = parts.count > 1 ? Int(parts[1]) : nil
            let coding = SecretCoding.all[(number ?? request.number) % SecretCoding.all.count]
            // The Basic scheme's base64 in base64 is not promised to be seen through: of it the text itself.
            var heard = [request.body, request.header("x-ticket") ?? ""]
            if let field = request.header("authorization"), let value = field.split(separator: " ").last {
                let pair = Data(base64Encoded: String(value)).flatMap { String(data: $0, encoding: .utf8) }
                heard.append(field.hasPrefix("Basic") ? pair ?? "" : String(value))
            }
            if !coding.isOpaque { heard.append(request.head) }
            let whole = Array(coding.encode(heard.shuffled(using: &random).joined(separator: " ")))
            let start = Bool.random(using: &random) ? 0 : Int.random(in: 0..<max(1, whole.count / 2), using: &random)
            let end = Bool.random(using: &random) ? whole.count : Int.random(in: start...whole.count, using: &random)
            let echo = String(whole[start..<end])
            switch parts.first {
            case "status": return [.send(ScriptedServer.response("500 Oops", echo))]
            case "json", "calculate":
                let text = echo.unicodeScalars.map {
                    $0.value < 32 || "\"\\".unicodeScalars.contains($0)
                        ? String(format: "\\u%04x", $0.value) : String($0)
                }.joined()
                return [.send(ScriptedServer.response("200 OK", "{\"total\": \"\(text)\"}"))]
            default: return [.send(ScriptedServer.response("200 OK", echo))]
            }
        }
    }

    private static func scenario(_ url: String) -> String {
        let steps = SecretCoding.all.indices.map { number in
            """
                  - {name: status-\(number), post: "/status/\(number)?key=${env:KEY}", json: {password: "${env:PASSWORD}", text: "${file:text}"}, headers: {X-Ticket: "${ticket}"}}
                  - {name: form-\(number), post: /status/\(number), form: {password: "${env:PASSWORD}"}, auth: {basic: {user: painter, password: "${env:PASSWORD}"}}}
                  - {name: body-\(number), post: /body/\(number), body: "${env:PASSWORD} ${ticket}", checks: [body contains absent]}
                  - {name: json-\(number), post: /json/\(number), json: {key: "${env:KEY}"}, checks: [json $.total == 1], headers: {X-Ticket: "${ticket}"}}
                  - {name: calculate-\(number), calculate: /calculate/\(number), json: {password: "${env:PASSWORD}", n: "${iteration}"}, answers: {$.total: "${ticket}"}, headers: {X-Ticket: "${ticket}"}}
            """
        }
        return """
            name: secrets
            target: \(url)
            defaults: {timeout: 10s, http: {auth: {bearer: "${env:TOKEN}"}}}
            login: [{name: sign-in, post: /login, form: {user: painter, password: "${env:PASSWORD}"}, auth: none, capture: {ticket: json $.t secret}}]
            flows:
              main:
                steps:
            \(steps.joined(separator: "\n"))
            load: [{users: 1, iterations: 2}]
            probes:
              command: {command: [sh, -c, "echo cannot use $0 >&2; exit 1", "${env:PROBE}"], every: 1s, read: number}
              url: {get: "\(url)/probe?key=${env:PROBE}", every: 1s, read: number, headers: {X-Ticket: "${env:PROBE}"}}
            verify: [{input: {post: /input/0, json: {name: "${env:KEY}", area: 10}, bodies: 31}}]
            objectives: [errors == 0, max command < 5, max url < 5]
            """
    }

    /// Runs with one seed; gives what shows.
    private static func shown(seed: UInt64) throws -> Set<String> {
        let secrets = Secrets(seed: seed)
        let issued = Issued()
        let server = try server(seed: seed, issued: issued)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        _ = try folder.write("text", secrets.text)
        let file = try folder.write("secrets.yaml", scenario(server.url))
        let out = folder.path + "/out"
        let environment = [
            "TOKEN": secrets.token, "PASSWORD": secrets.password, "KEY": secrets.key, "PROBE": secrets.probe,
        ]
        let run = try Binary("loadgate", ["run", file, "--out", out], environment: environment).wait(seconds: 120)
        #expect(run.code == 1, "\(run.code) \(run.errors)")
        // The server has seen each secret, and what it said is in the result.
        let seen = server.requests.map { "\($0.head) \($0.body)" }.joined()
        #expect(seen.contains(secrets.token) && seen.contains(secrets.key))
        let result = try String(contentsOfFile: out + "/result.json", encoding: .utf8)
        for name in ["${env:TOKEN}", "${env:PASSWORD}", "${env:KEY}", "${file:text}", "${env:PROBE}", "${ticket}"] {
            #expect(result.contains(name), "\(name)")
        }
        // Exchanges are there whole, and searched as all files are.
        let failures = try String(contentsOfFile: out + "/failures.jsonl", encoding: .utf8)
        #expect(failures.contains("${env:KEY}") && failures.contains("curl -sS"))
        let search = SecretSearch(
            secrets.named.merging(Dictionary(uniqueKeysWithValues: issued.all.map { ("ticket \($0)", $0) })) { $1 })
        var found: Set<String> = []
        func look(_ location: String, _ bytes: [UInt8]) {
            found.formUnion(search.findings(in: bytes).map { "\(location): \($0)" })
        }
        look("output", Array(run.output.utf8))
        look("errors", Array(run.errors.utf8))
        // Made again from the log of a run that was killed before its end.
        try FileManager.default.removeItem(atPath: out + "/result.json")
        look("result.json", Array(result.utf8))
        let again = try Binary.run("report", out, "--format", "json")
        look("report", Array((again.output + again.errors).utf8))
        for name in try FileManager.default.contentsOfDirectory(atPath: out) {
            look(name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: out + "/" + name))))
        }
        return found
    }

    /// `make secrets` says how many runs there are, and with which seeds they begin.
    private static func setting(_ name: String, _ otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? otherwise
    }

    @Test("Nothing of a secret shows in any file or output")
    func runs() throws {
        let first = Self.setting("LOADGATE_SECRETS_SEED", 1)
        for seed in first..<(first + Self.setting("LOADGATE_SECRETS_RUNS", 1)) {
            #expect(try Self.shown(seed: seed).sorted() == [], "seed \(seed)")
        }
    }

    @Test("The search itself finds a secret in each coding", arguments: SecretCoding.all)
    func search(_ coding: SecretCoding) {
        let secret = "q7\"/ä&Zk31x9\\w<Lp04"
        let search = SecretSearch(["secret": secret])
        #expect(!search.findings(in: Array("before \(coding.encode(secret)) behind".utf8)).isEmpty)
        #expect(search.findings(in: Array("before ${env:S} behind".utf8)).isEmpty)
    }

    @Test("A field of --header shows in no file and no output")
    func header() throws {
        let secret = "k" + UUID().uuidString
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("403 Forbidden", request.header("authorization") ?? ""))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let run = try Binary.run(
            server.url, "--iterations", "2", "--users", "1", "--header", "Authorization: Token \(secret)", "--out",
            folder.path)
        #expect(server.requests.first?.header("authorization") == "Token \(secret)")
        let result = try String(contentsOfFile: folder.path + "/result.json", encoding: .utf8)
        #expect(result.contains("***"))
        let search = SecretSearch(["header": secret])
        #expect(search.findings(in: Array((run.output + run.errors + result).utf8)) == [])
    }

    @Test("Values of --set stand in no command line of the runs that are started")
    func commandLines() throws {
        let secret = "s" + UUID().uuidString
        let lines = NIOLockedValueBox<Set<String>>([])
        let server = try ScriptedServer { _ in
            // While a run is under way: the command lines of all processes.
            for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            where Int(process) != nil {
                if let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                    line.range(of: Data("--no-baseline".utf8)) != nil
                {
                    lines.withLockedValue { _ = $0.insert(String(decoding: line, as: UTF8.self)) }
                }
            }
            return [.send(ScriptedServer.response("200 OK", "fine"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "set.yaml",
            """
            name: set
            target: \(server.url)
            defaults: {http: {headers: {X-Own: "${env:OWN}"}}}
            flows: {main: {steps: [{name: step, get: /}]}}
            load: [{users: 1, iterations: 1}]
            """)
        let gate = try Binary(
            "loadgate",
            [
                "gate", file, "--target", server.url, "--against", server.url, "--set", "OWN=\(secret)", "--out",
                folder.path + "/out", "--quiet",
            ])
        // The first of its runs says it all.
        #expect(Wait.until { server.requestCount > 0 }, "\(gate.errors)")
        gate.signal(SIGINT)
        _ = try gate.wait(seconds: 30)
        #expect(server.requests.allSatisfy { $0.header("x-own") == secret })
        let seen = lines.withLockedValue { $0 }
        #expect(!seen.isEmpty && seen.allSatisfy { !$0.contains(secret) }, "\(seen)")
    }
}

import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Push
@testable import Reports

/// A run's figures and real receivers.
@Suite("Pushing", .serialized) struct PushSessionTests {
    /// Put together here, so that no file holds a password of a URL.
    private static let password = ["hunter", "22"].joined()

    /// What a run says of its receivers.
    ///
    /// `@unchecked Sendable`: behind a lock.
    private final class Notes: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [String] = []

        var all: [String] { lock.withLock { kept } }

        func add(_ note: String) { lock.withLock { kept.append(note) } }
    }

    private let notes = Notes()

    private func session(_ arguments: [String], _ environment: [String: String] = [:]) throws -> PushSession {
        let targets = try arguments.map { try PushTarget($0, environment: environment) }
        var hidden = Secrets()
        for target in targets { target.hide(in: &hidden) }
        hidden.prepare()
        let secrets = hidden
        let notes = notes
        let session = PushSession(
            targets, scenario: "sign off", version: "0.1.0", redact: { secrets.redact($0) },
            onProblem: { notes.add($0) })
        return try #require(session)
    }

    /// Pushes a run of so many seconds, and gives what came of it.
    private func push(_ session: PushSession, seconds: Int = 3, settle: () -> Void = {}) -> [PushResult] {
        session.begin(PushFixtures.header(), started: PushFixtures.info.started)
        for number in 0..<seconds {
            session.take(PushFixtures.second, number: number, load: MeasuredLoad(), probes: [:])
        }
        session.endLoad()
        settle()
        return session.finish(PushFixtures.result)
    }

    @Test("A receiver gets each second, the load's end, and what the run came to, in their order")
    func order() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "{}"))
        defer { server.stop() }
        let session = try session(
            ["otlp=\(server.url)/v1/metrics?tenant=1", "influx=\(server.url)/write?db=x"],
            ["OTEL_EXPORTER_OTLP_HEADERS": "api-key=abc", "INFLUX_TOKEN": "t0ken"])
        let results = push(session)
        for result in results {
            #expect(result.sent == 4)
            #expect(result.isComplete)
            #expect(result.dropped == 0)
            #expect(result.reason == nil)
            #expect(result.run == session.id)
        }
        #expect(results.map(\.to) == ["otlp \(server.url)/v1/metrics", "influx \(server.url)/write"])
        #expect(notes.all == [])
        let otlp = server.requests.filter { $0.path == "/v1/metrics?tenant=1" }
        #expect(otlp.count == 5)
        #expect(otlp.allSatisfy { $0.method == "POST" && $0.header("Content-Type") == "application/json" })
        #expect(otlp.allSatisfy { $0.header("api-key") == "abc" && $0.header("Authorization") == nil })
        for (index, time) in ["1769860801", "1769860802", "1769860803"].enumerated() {
            #expect(otlp[index].body.contains("\"timeUnixNano\":\"\(time)000000000\""))
            #expect(otlp[index].body.contains("\"asInt\":\"\(95 * (index + 1))\""))
        }
        #expect(!otlp[3].body.contains("loadgate.verdict"))
        #expect(otlp[4].body.contains("loadgate.verdict"))
        let influx = server.requests.filter { $0.path == "/write?db=x" }
        #expect(influx.count == 5)
        #expect(influx.allSatisfy { $0.header("Authorization") == "Token t0ken" })
        for index in 0..<3 {
            #expect(influx[index].body.contains("outcome=ok value=95i 176986080\(index + 1)000000000\n"))
        }
        #expect(influx[3].body.contains("loadgate_running,"))
    }

    @Test("User and password of the URL go as Basic, and messages as gzip where that is wanted")
    func fields() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("204 No Content"))
        defer { server.stop() }
        let url = "http://eva:\(Self.password)@\(server.authority)"
        let environment = ["OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"]
        let results = push(try session(["otlp=\(url)", "influx=\(url)/write?db=x"], environment))
        #expect(results.allSatisfy { $0.isComplete && !$0.to.contains("eva") })
        let pair = Data("eva:\(Self.password)".utf8).base64EncodedString()
        #expect(server.requests.count == 10)
        #expect(server.requests.allSatisfy { $0.header("Authorization") == "Basic \(pair)" })
        for request in server.requests {
            #expect(request.header("Content-Encoding") == (request.path == "/v1/metrics" ? "gzip" : nil))
        }
    }

    @Test("gzip's own program reads what is compressed")
    func compressed() throws {
        let folder = try TemporaryFolder()
        let message = OTLPFormat().message(PushFixtures.snapshot(seconds: 2))
        let packed = try #require(GZip.packed(message))
        #expect(packed.count < message.count / 4)
        try Data(packed).write(to: folder.url.appendingPathComponent("m.gz"))
        let read = try Binary.shell("gzip -dc m.gz", in: folder.url)
        #expect(read.code == 0)
        #expect(read.output == String(decoding: message, as: UTF8.self))
        #expect(try #require(GZip.packed([])).count > 0)
    }

    @Test("A receiver that isn't there is said once, and doesn't hold the end up")
    func dead() throws {
        let server = try ScriptedServer(always: "")
        server.stop()
        let begun = Date()
        let results = push(try session(["otlp=\(server.url)"])) {
            #expect(Wait.until { !notes.all.isEmpty })
        }
        #expect(Date().timeIntervalSince(begun) < 20)
        #expect(results[0].sent == 0)
        #expect(results[0].dropped == 4)
        #expect(!results[0].isComplete)
        #expect(notes.all.count == 1)
        #expect(notes.all[0].hasPrefix("push to otlp \(server.url)/v1/metrics: "))
        #expect(notes.all[0].hasSuffix(": the run goes on; what the receiver doesn't take is left out"))
    }

    @Test("A receiver that never answers costs five seconds at the end, and no more")
    func silent() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let results = push(try session(["influx=\(server.url)/write?db=x"]), seconds: 40)
        #expect(results[0].sent == 0)
        // Forty seconds and the load's end: what didn't find room, and what was left.
        #expect(results[0].dropped == 41)
        #expect(!results[0].isComplete)
        #expect(results[0].reason == "no answer by the run's end")
        #expect(results[0].shown.hasSuffix("not the end taken, 41 not delivered: no answer by the run's end"))
    }

    @Test("Overloaded receivers are asked again when they say so, and nothing is lost")
    func overloaded() throws {
        let server = try ScriptedServer { request in
            switch request.number {
            case 0: [.send(ScriptedServer.response("429 Too Many Requests", "", headers: ["Retry-After: 1"]))]
            case 1: [.send(ScriptedServer.response("503 Service Unavailable", #"{"message":"hold on"}"#))]
            default: [.send(ScriptedServer.response("200 OK", "{}"))]
            }
        }
        defer { server.stop() }
        let results = push(try session(["otlp=\(server.url)"])) {
            #expect(Wait.until { server.settledCount == 6 })
        }
        #expect(results[0].sent == 4)
        #expect(results[0].dropped == 0)
        #expect(results[0].isComplete)
        #expect(results[0].reason == "status 503: hold on")
        #expect(Set(server.requests.prefix(3).map(\.body)).count == 1)
        #expect(notes.all.count == 1)
    }

    @Test("What is refused, and what of it, is counted and said")
    func refused() throws {
        let partial = #"{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"out of order"}}"#
        let server = try ScriptedServer { request in
            request.number == 0
                ? [.send(ScriptedServer.response("400 Bad Request", #"{"code":3,"message":"no such tenant"}"#))]
                : [.send(ScriptedServer.response("200 OK", partial))]
        }
        defer { server.stop() }
        let results = push(try session(["otlp=\(server.url)"]))
        #expect(results[0].refused == 1)
        #expect(results[0].sent == 3)
        #expect(results[0].rejectedPoints == 8)
        #expect(results[0].isComplete)
        #expect(results[0].shown == "3 messages and the end taken, 1 refused, 8 points rejected: out of order")
        #expect(
            notes.all == [
                "push to otlp \(server.url)/v1/metrics: status 400: no such tenant: the run goes on; what the receiver "
                    + "doesn't take is left out"
            ])
    }

    @Test("A redirect leads nowhere")
    func redirect() throws {
        let other = try ScriptedServer(always: ScriptedServer.response("200 OK"))
        defer { other.stop() }
        let server = try ScriptedServer(
            always: ScriptedServer.response("307 Temporary Redirect", "", headers: ["Location: \(other.url)/x"]))
        defer { server.stop() }
        let results = push(try session(["otlp=\(server.url)"], ["OTEL_EXPORTER_OTLP_HEADERS": "api-key=abcd"]))
        #expect(other.requestCount == 0)
        #expect(results[0].refused == 4)
        #expect(results[0].reason == "status 307: a redirect is not followed")
    }

    @Test(
        "What a hostile receiver answers is bounded",
        arguments: [
            "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1 << 20),
            "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 100_000) + "\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", "SSH-2.0-x\r\n", "",
        ])
    func hostile(answer: String) throws {
        let server = try ScriptedServer { _ in [.send(answer), .close] }
        defer { server.stop() }
        let results = push(try session(["otlp=\(server.url)"]), seconds: 1) {
            #expect(Wait.until { !notes.all.isEmpty })
        }
        #expect(!results[0].isComplete)
        #expect(results[0].dropped == 2)
        #expect(notes.all.count == 1)
        #expect(notes.all[0].utf8.count < 1_000)
    }

    @Test("A receiver that says a secret, and one that acts on a terminal, are quoted without them")
    func quoted() throws {
        let said = #"{"message":"token hunter22 \u001b[31m is wrong"}"#
        let server = try ScriptedServer(always: ScriptedServer.response("401 Unauthorized", said))
        defer { server.stop() }
        let results = push(try session(["otlp=\(server.url)"], ["OTEL_EXPORTER_OTLP_HEADERS": "x=hunter22"]))
        #expect(results[0].reason == "status 401: token *** \u{1b}[31m is wrong")
        #expect(notes.all.allSatisfy { !$0.contains("hunter22") })
    }

    @Test("Giving up ends the wait at once, and a session without a result sends nothing more")
    func givingUp() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let session = try session(["influx=\(server.url)/write?db=x"])
        session.begin(PushFixtures.header(), started: PushFixtures.info.started)
        session.take(PushFixtures.second, number: 0, load: MeasuredLoad(), probes: [:])
        #expect(Wait.until { server.connectionCount == 1 })
        session.giveUp()
        let results = session.finish(PushFixtures.result)
        #expect(!results[0].isComplete)
        #expect(results[0].dropped == 1)
        #expect(server.connectionCount == 1)
    }
}

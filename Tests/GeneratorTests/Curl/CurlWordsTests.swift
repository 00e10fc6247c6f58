import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What libcurl refuses by itself is told in the words of the native transport.
@Suite("libcurl's refusals in our words", .serialized)
struct CurlWordsTests {
    private static let head = "HTTP/1.1 200 OK\r\n"
    private static let rest = "Content-Length: 0\r\n\r\n"

    private func run(
        _ server: ScriptedServer, change: (inout Defaults) -> Void
    ) throws -> (outcomes: [String: UInt64], reason: String?) {
        let step = Step(name: "step", url: Text("/"), timeout: .seconds(20))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(2)) {
            $0.defaults.connections = .fresh
            change(&$0.defaults)
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        return (measurement.outcomes, measurement.examples[0].first)
    }

    @Test(
        "A malformed head is protocol, and begins with the same words on both transports",
        arguments: [
            ("foo\r\n", "a header field of the answer is malformed"),
            ("X Y: a\r\n", "a header field of the answer is malformed"),
            ("X: a\0b\r\n", "a header field of the answer is malformed"),
            (" folded: x\r\n", "a header field of the answer is malformed: its first line is a blank one"),
            ("Content-Length: -1\r\n", "the answer's Content-Length is not a number, or several differ"),
            ("Content-Length: abc\r\n", "the answer's Content-Length is not a number, or several differ"),
        ])
    func heads(line: String, words: String) throws {
        let server = try ScriptedServer { _ in [.send(Self.head + line + Self.rest), .close] }
        defer { server.stop() }
        for transport in Carrier.transports {
            let run = try run(server) { $0.transport = transport }
            #expect(run.outcomes == ["protocol": 2], "\(transport)")
            #expect(run.reason?.hasPrefix(words) == true, "\(transport): \(run.reason ?? "")")
        }
    }

    @Test(
        "A status line that is none is told as such",
        arguments: ["HTTP/1.1 2000 OK\r\n", "HTTP/1.1 abc OK\r\n", "HTTP/9.1 200 OK\r\n", "ICY 200 OK\r\n"])
    func statusLines(line: String) throws {
        let server = try ScriptedServer { _ in [.send(line + Self.rest), .close] }
        defer { server.stop() }
        for transport in Carrier.transports {
            let run = try run(server) { $0.transport = transport }
            #expect(run.outcomes == ["protocol": 2], "\(transport)")
            let begins = run.reason?.hasPrefix("the answer does not begin with an HTTP/1.x status line") == true
            #expect(begins, "\(transport): \(run.reason ?? "")")
        }
    }

    @Test(
        "HTTP/2 asked of a server of HTTP/1.1 is protocol, and named",
        arguments: ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "<html>no</html> of some length and more"])
    func noHTTP2(answer: String) throws {
        var options = ScriptedServer.Options()
        options.onAccept = { _ in [.receive, .send(answer), .finish] }
        let server = try ScriptedServer(options) { _ in [] }
        defer { server.stop() }
        let run = try run(server) { $0.http.version = .http2 }
        #expect(run.outcomes == ["protocol": 2], "\(run)")
        #expect(run.reason?.hasPrefix("the server's answer is not HTTP/2") == true, "\(run)")
    }

    @Test("A handshake without end is named on both transports")
    func silentHandshake() throws {
        let server = try ScriptedServer { _ in [] }
        defer { server.stop() }
        for transport in Carrier.transports {
            let step = Step(name: "step", url: Text("/"), timeout: .milliseconds(150))
            let scenario = EngineRun.scenario(
                "https://127.0.0.1:\(server.port)", steps: [step], load: EngineRun.iterations(2)
            ) {
                $0.defaults.connections = .fresh
                $0.defaults.transport = transport
            }
            let measurement = try EngineRun.run(scenario, reactors: 1)
            #expect(measurement.outcomes == ["connect_timeout": 2])
            #expect(measurement.examples[0].first == "no end of the TLS handshake within 0.15 s", "\(transport)")
        }
    }
}

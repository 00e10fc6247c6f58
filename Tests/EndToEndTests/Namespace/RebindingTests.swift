import Foundation
import Glibc
import TestSupport
import Testing

/// A name that leads to this machine when it is looked at, and elsewhere later: nothing may follow it there. In a network
/// namespace with a resolver of the test's own, where every packet to the other address is counted.
@Suite("A name that leads elsewhere later", .serialized)
struct RebindingTests {
    private struct Case: Encodable {
        var name: String
        var scenario: String
        var command: [String]
        /// For how many look-ups the name leads to this machine.
        var turns: [Int]
    }

    private struct Report: Decodable {
        struct Entry: Decodable {
            var name: String
            var turn: Int
            var code: Int32
            /// Look-ups of the name.
            var asked: Int
            /// Requests that came by 127.0.0.1, and by the other address.
            var home: Int
            var elsewhere: Int
            /// Packets that went out to the other address.
            var packets: Int
            var text: String
        }

        var results: [Entry]
        /// Packets of a connection that the test itself made there.
        var control: Int
    }

    /// True where this user may make namespaces of network and mounts, and has what the test needs.
    static let isPossible: Bool = {
        let needs = "command -v ip && command -v unshare && /usr/bin/python3 -c 'import socket; socket.AF_PACKET'"
        let made = "unshare -n -m --propagation private sh -c 'ip link set lo up && mount --bind /etc/hosts /etc/hosts'"
        return (try? Binary.shell("PATH=$PATH:/usr/sbin:/sbin; \(needs) && \(made)").code) == 0
    }()

    private static func scenario(
        target: String = "http://rebind.test:PORT", _ defaults: String = "transport: native", step: String = "get: /",
        rest: String = ""
    ) -> String {
        """
        name: r
        target: \(target)
        defaults: {timeout: 1s, connections: fresh, \(defaults)}
        flows: {main: {steps: [{name: s, \(step)}]}}
        load: [{users: 2, for: 300ms}]
        \(rest)
        """
    }

    private static let here = "http://127.0.0.1:PORT"

    private static let cases: [Case] = {
        let loadgate = Binary.url(of: "loadgate").path
        let run = [loadgate, "run", "scenario.yaml", "--out", "out", "--no-live"]
        let service = "services: {s: {command: [sleep, '9'], start_timeout: 400ms, ready: "
        let scenarios = [
            ("load, native", scenario()), ("load, libcurl", scenario("transport: curl")),
            ("a WebSocket", scenario(step: "websocket: /, send: hello")),
            (
                "a redirect",
                scenario(target: here, "transport: curl, http: {redirects: 3}", step: "get: /away")
            ), ("a proxy", scenario(target: here, "http: {proxy: 'http://rebind.test:PORT'}")),
            (
                "a probe",
                scenario(target: here, rest: "probes: {p: {get: 'http://rebind.test:PORT/', every: 50ms}}")
            ), ("readiness by HTTP", scenario(target: here, rest: "\(service)'http://rebind.test:PORT/none'}}")),
            ("readiness by TCP", scenario(target: here, rest: "\(service)'tcp://rebind.test:PORT'}}")),
            (
                "a verification",
                "name: r\ntarget: http://rebind.test:PORT\nverify: [{headers: {paths: [/]}}, {cors: {path: /, allow: ['https://a.test']}}]\n"
            ),
        ]
        return scenarios.map { Case(name: $0.0, scenario: $0.1, command: run, turns: [1, 2]) } + [
            Case(
                name: "a document", scenario: "", command: [loadgate, "init", "--openapi", "http://rebind.test:PORT/"],
                turns: [1])
        ]
    }()

    @Test(
        "Load, probes, readiness, verifications and documents: not one packet leaves for the other address",
        .enabled(if: isPossible, "needs root, iproute2, util-linux and a kernel that lets it make network namespaces"))
    func rebinding() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("rebinding.py", RebindingProgram.text)
        _ = try folder.write("cases.json", String(decoding: try JSONEncoder().encode(Self.cases), as: UTF8.self))
        let ended = try Binary(
            "/bin/bash",
            [
                "-c",
                "PATH=$PATH:/usr/sbin:/sbin; exec unshare -n -m --propagation private /usr/bin/python3 rebinding.py",
            ], in: folder.url
        ).wait()
        let report = try JSONDecoder().decode(Report.self, from: Data(ended.output.utf8))
        // Else nothing would be shown.
        #expect(report.control > 0, "\(ended.errors)")
        #expect(report.results.count == Self.cases.reduce(0) { $0 + $1.turns.count })
        for entry in report.results {
            #expect(entry.packets == 0 && entry.elsewhere == 0, "\(entry)")
            #expect(entry.code != 65 && entry.asked > 0, "\(entry)")
        }
        func asked(_ name: String) -> Int { report.results.first { $0.name == name && $0.turn == 1 }?.asked ?? 0 }
        // These look the name up each time, so they were led elsewhere, and said so.
        for name in ["a redirect", "a probe", "readiness by HTTP", "readiness by TCP", "a document"] {
            #expect(asked(name) > 1, "\(name)")
        }
        for name in ["readiness by HTTP", "readiness by TCP", "a document"] {
            let text = report.results.first { $0.name == name && $0.turn == 1 }?.text ?? ""
            #expect(text.contains("is not authorised"), "\(name): \(text)")
        }
    }
}

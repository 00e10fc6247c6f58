import Foundation
import Glibc
import TestSupport
import Testing

/// Whole runs against servers that mean harm: each ends in its time, in bounded memory, with the verdict that is due.
/// `docs/security.md` has the same table.
@Suite("Runs against hostile servers", .serialized)
struct HostileServerTests {
    /// One hostile server, and a transport that meets it.
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        /// What `defaults` says besides the timeout.
        var settings: String
        var step = "get: /"
        var load = "{users: 2, for: 1s}"
        /// Every bad outcome has one of these labels.
        var outcomes: Set<String>
        var server: @Sendable () throws -> Hostile

        var testDescription: String { "\(name), \(settings)" }
    }

    /// Where a hostile server listens, and how it is ended.
    struct Hostile {
        var url: String
        var stop: () -> Void
    }

    /// The resident memory that a run may take at most, in KiB.
    static let memoryBound = 150 * 1024

    private static let native = "transport: native"
    private static let curl = "transport: curl"
    static let head = "HTTP/1.1 200 OK\r\n"

    private static func flood(_ beginning: String, _ flood: String) -> @Sendable () throws -> Hostile {
        { try hostile(FloodServer(beginning: Array(beginning.utf8), flood: Array(flood.utf8))) }
    }

    private static func hostile(_ server: FloodServer) -> Hostile { Hostile(url: server.url, stop: server.stop) }

    /// A frame of HTTP/2 (RFC 9113 §4.1).
    private static func frame(_ type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream] + payload
    }

    /// The server's preface: its settings, and that it has seen the client's.
    private static let preface = frame(4, flags: 0, stream: 0) + frame(4, flags: 1, stream: 0)
    /// Headers (RFC 7541): `:status: 200` by its index, and `:status: 100` as a literal.
    private static let ok = frame(1, flags: 4, stream: 1, [0x88])
    private static let interim = frame(1, flags: 4, stream: 1, [0x08, 0x03] + Array("100".utf8))

    private static func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        Array(repeatElement(bytes, count: count).joined())
    }

    /// `gzip` of the system, three times one after the other, over 256 MiB of zeros.
    private static func nested() throws -> Hostile {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("bomb").path
        let made = try Binary.shell("head -c 268435456 /dev/zero | gzip -9 | gzip -9 | gzip -9 > '\(file)'")
        #expect(made.code == 0)
        return try coded([UInt8](try Data(contentsOf: URL(fileURLWithPath: file))), as: "gzip, gzip, gzip")
    }

    private static func coded(_ body: [UInt8], as codings: String) throws -> Hostile {
        let server = try ScriptedServer(record: false) { _ in
            [
                .send("\(head)Content-Encoding: \(codings)\r\nContent-Length: \(body.count)\r\n\r\n"),
                .sendBytes(body),
            ]
        }
        return Hostile(url: server.url, stop: server.stop)
    }

    static let line = "X-Field: " + String(repeating: "a", count: 1000) + "\r\n"
    static let chunked = "\(head)Transfer-Encoding: chunked\r\n\r\n"

    private static func scripted(_ actions: [ScriptedServer.Action]) -> @Sendable () throws -> Hostile {
        {
            let server = try ScriptedServer(record: false) { _ in actions }
            return Hostile(url: server.url, stop: server.stop)
        }
    }

    private static func fragments(_ flood: [UInt8]) -> @Sendable () throws -> Hostile {
        {
            let server = try WebSocketServer { event in
                guard case .opened = event else { return [] }
                return [.bytes([0x01, 0x00])] + Array(repeating: .bytes(flood), count: 20_000)
            }
            return Hostile(url: server.url, stop: server.stop)
        }
    }

    private static let conversation = "websocket: /, send: hello, messages: 1000, reply: body contains hello"

    /// Slow ones, and many at once.
    private static let slow: [Case] =
        [native, curl].flatMap { transport in
            [
                Case(
                    name: "a head that comes byte by byte", settings: transport, load: "{users: 2, for: 300ms}",
                    outcomes: ["response_timeout"],
                    server: scripted([.trickle(head + String(repeating: "X: a\r\n", count: 500), seconds: 0.05)])),
                Case(
                    name: "1,000 heads that are never whole", settings: transport, load: "{users: 1000, for: 300ms}",
                    outcomes: ["response_timeout", "connect_timeout"], server: scripted([.send(head + "X: a"), .hang])),
            ]
        } + [
            Case(
                name: "redirects without end", settings: "transport: curl, http: {redirects: 20}",
                load: "{users: 2, for: 300ms}", outcomes: ["protocol"],
                server: scripted([.send("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")])),
            Case(
                name: "empty fragments of a WebSocket's message without end", settings: native, step: conversation,
                load: "{users: 2, for: 300ms}", outcomes: ["protocol"],
                server: fragments(repeated([0x00, 0x00], 30_000))),
            Case(
                name: "fragments of a WebSocket's message without end", settings: native, step: conversation,
                load: "{users: 2, for: 300ms}", outcomes: ["protocol", "response_timeout"],
                server: fragments(repeated([0x00, 0x7E, 0x10, 0x00] + Array(repeating: 0x41, count: 4096), 16))),
        ]

    /// Floods of HTTP/2's frames. libcurl has bounds of its own, and few.
    private static func framed(_ transport: String) -> [Case] {
        func frames(_ name: String, _ beginning: [UInt8], _ flood: [UInt8], _ first: Set<String> = []) -> Case {
            Case(
                name: "\(name) of HTTP/2 without end",
                settings: transport == native ? "\(native), http: {version: 2}" : "http: {version: 2}, \(curl)",
                outcomes: first.union(
                    transport == native ? ["protocol"] : ["protocol", "response_timeout", "closed_early"]),
                server: { try hostile(FloodServer(beginning: preface + beginning, flood: repeated(flood, 1000))) })
        }
        let value = [UInt8](repeating: 0x76, count: 120)
        return [
            frames("empty frames", ok, frame(0, flags: 0, stream: 1)), frames("interim answers", [], interim),
            frames("pings", [], frame(6, flags: 0, stream: 0, Array(repeating: 7, count: 8))),
            frames("settings", [], frame(4, flags: 0, stream: 0)),
            frames("empty continuations", frame(1, flags: 0, stream: 1, [0x88]), frame(9, flags: 0, stream: 1)),
            frames(
                "fields in continuations", frame(1, flags: 0, stream: 1, [0x88]),
                frame(9, flags: 0, stream: 1, [0, 1, 0x61, 120] + value)),
            // The first one is an answer to the request.
            frames("resets", [], frame(3, flags: 0, stream: 1, [0, 0, 0, 8]), ["reset"]),
        ]
    }

    static let cases: [Case] =
        slow
        + [native, curl].flatMap { transport in
            [
                Case(
                    name: "a head without end", settings: transport, outcomes: ["protocol"],
                    server: flood(head, line)),
                Case(
                    name: "a head line without end", settings: transport, outcomes: ["protocol"],
                    server: flood("\(head)X-Field: ", String(repeating: "a", count: 65_536))),
                Case(
                    name: "a status line without end", settings: transport, outcomes: ["protocol"],
                    server: flood("HTTP/1.1 200 ", String(repeating: "a", count: 65_536))),
                Case(
                    name: "interim answers without end", settings: transport, outcomes: ["protocol"],
                    server: flood("", "HTTP/1.1 103 Early Hints\r\n\r\n")),
                Case(
                    name: "trailers without end", settings: transport, outcomes: ["protocol"],
                    server: flood(chunked + "0\r\n", line)),
                Case(
                    name: "a chunk extension without end", settings: transport,
                    outcomes: ["protocol", "response_timeout"],
                    server: flood(chunked + "1;", String(repeating: "a", count: 65_536))),
                Case(
                    name: "a body without end", settings: transport, outcomes: ["response_timeout"],
                    server: flood("\(head)\r\n", String(repeating: "a", count: 65_536))),
            ]
        } + [
            Case(
                name: "one byte of gzip that becomes a thousand", settings: "http: {compression: true}",
                outcomes: ["response_timeout"], server: { try coded(BombBodies.gzip, as: "gzip") }),
            Case(
                name: "gzip in gzip in gzip", settings: "http: {compression: true}", outcomes: ["protocol"],
                server: nested),
            // Where libcurl has no decoder for it: `protocol`.
            Case(
                name: "1.5 MiB of Brotli that become 16 GiB", settings: "http: {compression: true}",
                outcomes: ["response_timeout", "protocol"], server: { try coded(BombBodies.brotli, as: "br") }),
            Case(
                name: "512 KiB of Zstandard that become 16 GiB", settings: "http: {compression: true}",
                outcomes: ["response_timeout", "protocol"], server: { try coded(BombBodies.zstandard, as: "zstd") }),
            Case(
                name: "Zstandard in Brotli in gzip", settings: "http: {compression: true}", outcomes: ["protocol"],
                server: { try coded(BombBodies.zstandard, as: "zstd, br, gzip") }),
        ] + [native, curl].flatMap { transport in framed(transport) } + [
            Case(
                name: "pings of a WebSocket whose server reads nothing", settings: native,
                step: "websocket: /, send: hello, messages: 1000, reply: body contains hello",
                outcomes: ["response_timeout"],
                server: {
                    let pings = repeated(WebSocketServer.frame(opcode: 9, Array(repeating: 7, count: 125)), 500)
                    let server = try WebSocketServer { event in
                        // 20,000 times 62 KiB are more than it can send before its client leaves.
                        if case .opened = event { Array(repeating: .bytes(pings), count: 20_000) } else { [] }
                    }
                    return Hostile(url: server.url, stop: server.stop)
                })
        ]

    @Test("A run ends in its time and in bounded memory, and fails", arguments: cases)
    func runs(_ hostile: Case) throws {
        let server = try hostile.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let run = try start(hostile, server, timeout: "500ms", in: folder)
        let ended = try finish(run)
        // A reactor that libcurl keeps busy for long was held up for all its exchanges, which the audit tells.
        let verdicts: [Int32: String] = hostile.settings.hasPrefix("http") ? [1: "fail", 3: "invalid"] : [1: "fail"]
        #expect(verdicts.keys.contains(ended.result.code), "\(ended.result.output)\(ended.result.errors)")
        #expect(ended.memory < Self.memoryBound, "\(ended.memory) KiB")
        let result = try folder.json("result.json")
        #expect(result["verdict"] as? String == verdicts[ended.result.code])
        let outcomes = try #require(result["outcomes"] as? [String: Int])
        let labels = Set(outcomes.filter { $0.value > 0 && $0.key != "unfinished" }.keys)
        #expect(!labels.isEmpty && labels.isSubset(of: hostile.outcomes), "\(outcomes)")
    }

    @Test(
        "Two signals end a run that waits for a hostile answer, however long its timeout",
        arguments: cases.filter { $0.settings.hasPrefix("http") })
    func signals(_ hostile: Case) throws {
        let server = try hostile.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let run = try start(hostile, server, timeout: "10m", in: folder)
        // The load's second has begun once its log has.
        #expect(Wait.until { FileManager.default.fileExists(atPath: folder.path + "/progress.jsonl") })
        run.signal(SIGINT)
        _ = Wait.until(within: 0.5) { !run.isRunning }
        run.signal(SIGINT)
        let ended = try finish(run)
        #expect([1, 3, 130].contains(ended.result.code), "\(ended.result.code)")
        #expect(ended.memory < Self.memoryBound, "\(ended.memory) KiB")
        #expect(try folder.json("result.json")["partial"] as? Bool == true)
    }

    @Test("A probe of a hostile server fails in its time and in bounded memory, and the load is judged as ever")
    func probes() throws {
        let floods: [(name: String, beginning: String, flood: String)] = [
            ("head", Self.head, Self.line), ("line", "\(Self.head)X-Field: ", String(repeating: "a", count: 65_536)),
            ("interim", "", "HTTP/1.1 103 Early Hints\r\n\r\n"), ("trailers", Self.chunked + "0\r\n", Self.line),
            ("cookies", Self.head, "Set-Cookie: a=b\r\n"),
            ("body", "\(Self.head)\r\n", String(repeating: "1", count: 65_536)),
            ("stream", "\(Self.head)Content-Type: text/event-stream\r\n\r\n", "data: 1\n\n"),
        ]
        let servers = try floods.map {
            try FloodServer(beginning: Array($0.beginning.utf8), flood: Array($0.flood.utf8))
        }
        defer { servers.forEach { $0.stop() } }
        let slow = try ScriptedServer(record: false) { _ in
            [.trickle(Self.head + String(repeating: "X: a\r\n", count: 500), seconds: 0.05)]
        }
        defer { slow.stop() }
        let good = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "5"))] }
        defer { good.stop() }
        let folder = try TemporaryFolder()
        let probes = zip(floods.map(\.name) + ["slow"], servers.map(\.url) + [slow.url]).map {
            "  \($0): {get: \"\($1)/\", every: 400ms, timeout: 300ms}"
        }
        let scenario = try folder.write(
            "probed.yaml",
            """
            name: probed
            target: \(good.url)
            flows: {main: {steps: [{get: /, name: s}]}}
            load: [{arrivals: 20/s, for: 1500ms}]
            objectives: [errors == 0]
            probes:
            \(probes.joined(separator: "\n"))
            """)
        let ended = try finish(try Binary("loadgate", ["run", scenario, "--out", folder.path, "--no-live"]))
        #expect(ended.result.code == 0, "\(ended.result.output)\(ended.result.errors)")
        #expect(ended.memory < Self.memoryBound, "\(ended.memory) KiB")
        let read = try #require(try folder.json("result.json")["probes"] as? [String: [String: Any]])
        #expect(read.count == floods.count + 1)
        for (name, probe) in read {
            #expect(probe["samples"] as? Int == 0 && probe["failed"] as? Int ?? 0 >= 1, "\(name): \(probe)")
        }
    }

    private func start(_ hostile: Case, _ server: Hostile, timeout: String, in folder: TemporaryFolder) throws -> Binary
    {
        let scenario = try folder.write(
            "hostile.yaml",
            """
            name: hostile
            target: \(server.url)
            defaults: {timeout: \(timeout), \(hostile.settings)}
            flows: {main: {steps: [{name: step, \(hostile.step)}]}}
            load: [\(hostile.load)]
            objectives: [errors == 0]
            """)
        return try Binary("loadgate", ["run", scenario, "--out", folder.path, "--no-live"])
    }

    /// Waits for the end; the most resident memory meanwhile in KiB.
    func finish(_ run: Binary) throws -> (result: Binary.Result, memory: Int) {
        var memory = 0
        _ = Wait.until(within: 30) {
            let status = (try? String(contentsOfFile: "/proc/\(run.identifier)/status", encoding: .utf8)) ?? ""
            if let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) {
                memory = max(memory, Int(line.filter(\.isNumber)) ?? 0)
            }
            return !run.isRunning
        }
        return (try run.wait(seconds: 1), memory)
    }
}

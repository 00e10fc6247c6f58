import CLinux
import Foundation
import Glibc
import TestSupport
import Testing

/// The live metrics of a run.
@Suite("Live metrics", .serialized)
struct MetricsTests {
    /// A run that goes on until it is told to end, and where its metrics are.
    private final class Run {
        let server: ScriptedServer
        let binary: Binary
        let folder: TemporaryFolder
        private(set) var port = 0

        init(_ address: String = "127.0.0.1:0") throws {
            server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "hello"))] }
            folder = try TemporaryFolder()
            binary = try Binary(
                "loadgate",
                [
                    server.url, "--rate", "100/s", "--for", "5m", "--out", folder.path, "--no-live", "--metrics",
                    address,
                ])
            var found: Int?
            let binary = binary
            guard
                Wait.until({
                    found = binary.errors.firstMatch(of: #/metrics: http://\S+:(\d+)/metrics\n/#).flatMap { Int($0.1) }
                    return found != nil
                }), let found
            else { throw TestFailure("no metrics: \(binary.errors)") }
            port = found
        }

        /// Ends the run and gives its exit code.
        func end() throws -> Int32 {
            binary.signal(SIGINT)
            defer { server.stop() }
            return try binary.wait(seconds: 30).code
        }

        deinit { server.stop() }

        /// A connection to the metrics.
        func connect() throws -> Int32 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw TestFailure("connect: errno \(errno)") }
            var patience = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            return descriptor
        }

        /// All that is answered to some bytes up to the connection's end.
        func answer(_ request: String) throws -> String {
            let descriptor = try connect()
            defer { close(descriptor) }
            let bytes = Array(request.utf8)
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            return Self.rest(descriptor)
        }

        static func rest(_ descriptor: Int32) -> String {
            var all: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                if count <= 0 { return String(decoding: all, as: UTF8.self) }
                all += chunk[..<count]
            }
        }

        func get(_ path: String) throws -> String { try answer("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n") }

        func value(_ name: String) throws -> Double? {
            try get("/metrics").split(whereSeparator: \.isNewline).first {
                $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{")
            }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
        }
    }

    @Test("A scrape shows what was sent so far, from second to second")
    func live() throws {
        let run = try Run()
        #expect(Wait.until { (try? run.value("loadgate_exchanges_total")) ?? 0 > 0 })
        let before = try #require(try run.value("loadgate_exchanges_total"))
        #expect(Wait.until { (try? run.value("loadgate_exchanges_total")) ?? 0 > before })
        let answer = try run.get("/metrics?x=1")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        let body = try #require(answer.split(separator: "\r\n\r\n", maxSplits: 1).last)
        #expect(answer.contains("Content-Length: \(body.utf8.count)\r\n"))
        #expect(body.contains("loadgate_running 1\n"))
        #expect(body.contains("loadgate_response_time_seconds_bucket{flow="))
        #expect(try run.end() == 130)
        // Its last word stands in the file, and the port is free.
        let file = try String(contentsOfFile: run.folder.path + "/metrics.prom", encoding: .utf8)
        #expect(file.contains("loadgate_running 0\n"))
        #expect(throws: TestFailure.self) { close(try run.connect()) }
    }

    @Test("What is no scrape is refused, and neither slow nor many nor greedy peers keep others out")
    func hostile() throws {
        let run = try Run()
        func status(_ request: String) throws -> String {
            String(try run.answer(request).prefix { !$0.isNewline })
        }
        #expect(try status("GET / HTTP/1.1\r\n\r\n") == "HTTP/1.1 200 OK")
        #expect(try status("\r\nGET /metrics HTTP/1.0\n\n") == "HTTP/1.1 200 OK")
        #expect(try status("GET /other HTTP/1.1\r\n\r\n") == "HTTP/1.1 404 Not Found")
        #expect(
            try status("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc") == "HTTP/1.1 405 Method Not Allowed")
        #expect(try status("nonsense\r\n\r\n") == "HTTP/1.1 400 Bad Request")
        #expect(try status("GET /metrics HTTP/2.0\r\n\r\n") == "HTTP/1.1 505 HTTP Version Not Supported")
        let long = "GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 100_000) + "\r\n\r\n"
        #expect(try status(long) == "HTTP/1.1 431 Request Header Fields Too Large")
        let head = try run.answer("HEAD /metrics HTTP/1.1\r\n\r\n")
        #expect(head.hasSuffix("\r\n\r\n") && head.contains("Content-Length: "))
        // More silent peers than there are places: each is closed in its turn, and the next scrape is answered.
        let silent = try (0..<40).map { _ in try run.connect() }
        defer { silent.forEach { close($0) } }
        let bytes = Array("GET /met".utf8)
        for descriptor in silent { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        #expect(Run.rest(silent[0]) == "")
        for descriptor in silent { shutdown(descriptor, Int32(SHUT_RDWR)) }
        #expect(Wait.until { (try? run.value("loadgate_running")) == 1 })
        // A peer that asks and never reads costs the run nothing.
        let deaf = try run.connect()
        defer { close(deaf) }
        _ = send(deaf, Array("GET /metrics HTTP/1.1\r\n\r\n".utf8), 25, Int32(MSG_NOSIGNAL))
        #expect(try run.end() == 130)
    }

    @Test("A port that is taken is said before anything is sent, as is what is no address")
    func taken() throws {
        let run = try Run()
        let requests = try ScriptedServer(always: ScriptedServer.response("200 OK"))
        defer { requests.stop() }
        let folder = try TemporaryFolder()
        func second(_ address: String) throws -> Binary.Result {
            try Binary.run(requests.url, "--iterations", "1", "--out", folder.path, "--metrics", address)
        }
        let taken = try second("127.0.0.1:\(run.port)")
        #expect(taken.code == 70)
        #expect(taken.errors == "loadgate: can't serve metrics on 127.0.0.1:\(run.port): Address already in use\n")
        for address in ["127.0.0.1", "127.0.0.1:70000", "::1:80", "[]:80", "a:b", ""] {
            #expect(try second(address).code == 64, "\(address)")
        }
        #expect(try second("no-such-host.invalid:0").errors.contains("no address is so called"))
        #expect(requests.requestCount == 0)
        #expect(try second("[::1]:0").errors.contains("metrics: http://[::1]:"))
        #expect(try second("0").errors.contains("metrics: http://127.0.0.1:"))
        #expect(try run.end() == 130)
    }

    @Test(
        "An address that other machines reach is warned of, and served",
        arguments: [("127.0.0.1:0", false), ("localhost:0", false), ("0.0.0.0:0", true), ("[::]:0", true)])
    func warning(address: String, isOpen: Bool) throws {
        let run = try Run(address)
        #expect(try run.end() == 130)
        let warning =
            "the metrics are open to the network, without a password: 127.0.0.1:\(run.port) keeps them on this"
        #expect(run.binary.errors.contains(warning) == isOpen, "\(run.binary.errors)")
    }
}

import Glibc
import Testing

@testable import PaintboxTarget

@Suite("Who may use the control port, and how much may wait", .serialized)
struct ControlAccessTests {
    @Test("Requests that name another host, or come from another's page, are refused and change nothing")
    func origins() throws {
        try withServer { server in
            func status(_ fields: [String], target: String = "/faults") throws -> Int {
                let client = try TestClient(server.controlPort)
                let body = #"{"latency_ms":1}"#
                let lines =
                    ["POST \(target) HTTP/1.1"] + fields
                    + ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
                try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
                let answer = try client.answer()
                if answer.status != 200 { #expect(answer.text.contains("control port"), "\(answer.text)") }
                return answer.status
            }
            let port = server.controlPort
            for host in [
                "evil.example", "evil.example:\(port)", "localhost.evil.example", "127.0.0.1.evil.example",
                "127.0.0.256",
                "127.0.0", "128.0.0.1", "[::2]", "[::1", "127.0.0.1@evil.example", "localhost:x", "10.0.0.1",
                "0.0.0.0",
            ] {
                #expect(try status(["Host: \(host)"]) == 421, "\(host)")
            }
            #expect(try status(["Host: localhost"], target: "http://evil.example/faults") == 421)
            for origin in [
                "http://evil.example", "https://evil.example", "null", "file://", "http://localhost.evil.example",
                "http://evil.example:\(port)", "localhost", "",
            ] {
                #expect(try status(["Host: localhost", "Origin: \(origin)"]) == 403, "\(origin)")
            }
            #expect(try status(["Host: localhost", "Origin: http://localhost", "Origin: http://a.example"]) == 403)
            // Nothing of it was done.
            #expect(try ask(server.controlPort, "GET", "/faults").text.contains(#""latency_ms":0"#))
            // Reading is refused, too: a page that is taken for this port's own could read the answer.
            #expect(try ask(server.controlPort, "GET", "/counters", ["Origin: http://evil.example"]).status == 403)
            for host in [
                "localhost", "LocalHost:\(port)", "127.0.0.1", "127.0.0.1:\(port)", "127.1.2.3", "[::1]",
                "[::1]:\(port)",
            ] {
                #expect(try status(["Host: \(host)"]) == 200, "\(host)")
                #expect(try status(["Host: \(host)", "Origin: http://\(host)"]) == 200, "\(host)")
            }
            // The main port is asked by any name.
            let client = try TestClient(server.port)
            try client.send("GET /health HTTP/1.1\r\nHost: paintbox.example\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test("Bodies on the control port are bounded, too: each, and all together")
    func controlBodies() throws {
        try withServer { server in
            func head(_ length: Int) -> String {
                "POST /faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
            }
            // One byte more than 1 MiB is refused before it comes.
            let client = try TestClient(server.controlPort)
            try client.send(head(1 << 20 + 1))
            #expect(try client.answer().status == 413)
            // A body of chunks is refused as soon as it is too long.
            let chunked = try TestClient(server.controlPort)
            try chunked.send("POST /faults HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk =
                Array("10000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 1 << 16) + Array("\r\n".utf8)
            // 17 times 64 KiB are 1 MiB and 64 KiB.
            for _ in 0..<17 { try chunked.send(chunk) }
            #expect(try chunked.answer().status == 413)
            // Bodies of 1,000,000 bytes without their last: 67 of them fit into the 64 MiB that may wait, so five are refused.
            let most = [UInt8](repeating: UInt8(ascii: " "), count: 999_999)
            var clients = try (0..<72).map { _ in try TestClient(server.controlPort) }
            for client in clients { try client.send(Array(head(1_000_000).utf8) + most) }
            #expect(try eventually { clients.count { $0.isReadable(within: 0) } >= 5 })
            for client in clients where client.isReadable(within: 0) { #expect(try client.answer().status == 503) }
            #expect(server.controlBodyBytesTaken <= 64 << 20)
            clients = []
            #expect(try eventually { server.controlBodyBytesTaken == 0 })
            #expect(try ask(server.controlPort, "POST", "/faults", body: #"{"latency_ms":0}"#).status == 200)
        }
    }

    @Test("Bodies that wait take no more memory than is set; what goes beyond is refused, and all is given back")
    func bodies() throws {
        try withServer {
            $0.maxBodyBytes = 1 << 20
            $0.rateLimit.algorithm = .off
        } _: { server in
            // Half of each 512 KiB: of the first 1,048,576 bytes that come at most four connections have theirs taken whole.
            let half = [UInt8](repeating: UInt8(ascii: " "), count: 256 << 10)
            let head = Array(
                "POST /api/v1/calculate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 524288\r\n\r\n"
                    .utf8)
            var clients = try (0..<12).map { _ in try TestClient(server.port) }
            for client in clients { try client.send(head + half) }
            // Those that were refused are told so; the others wait for their rest.
            var answers: [Int] = []
            for client in clients.reversed() {
                guard let answer = try client.answerWithin(milliseconds: 300) else { continue }
                answers.append(answer.status)
                #expect(answer["Connection"] == "close")
            }
            #expect(answers.count >= 8 && answers.allSatisfy { $0 == 503 }, "\(answers)")
            #expect(server.bodyBytesTaken <= 1 << 20)
            // A small request finds room as soon as the others are gone.
            clients = []
            #expect(try eventually { server.bodyBytesTaken == 0 })
            let price = #"{"area":45.5,"coats":2}"#
            let whole = String(repeating: " ", count: (1 << 19) - price.utf8.count) + price
            for _ in 0..<4 {
                #expect(try ask(server.port, "POST", "/api/v1/calculate", body: whole).status == 200)
            }
            #expect(try eventually { server.bodyBytesTaken == 0 })
        }
    }
}

extension TestClient {
    /// The next answer; nil where none comes in time.
    fileprivate func answerWithin(milliseconds: Int32) throws -> Answer? {
        isReadable(within: milliseconds) ? try answer() : nil
    }
}

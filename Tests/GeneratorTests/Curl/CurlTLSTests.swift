import CLinux
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("libcurl's transport with TLS and HTTP/2", .serialized)
struct CurlTLSTests {
    private static let answer = #"location / { return 200 "$server_protocol $ssl_server_name"; }"#

    @Test("The peer is verified, unless the scenario says otherwise")
    func verification() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(certificates.nginx + Self.answer, listening: "ssl")
        let unknown = try CurlDriver(server.url).one()
        #expect(unknown.outcome == "tls")
        #expect(unknown.reason.contains("certificate"))
        let known = try CurlDriver(server.url) { $0.tls.authorities = certificates.authority }
        let answers = try known.run(2)
        #expect(answers.map(\.body) == ["HTTP/1.1 ", "HTTP/1.1 "])
        #expect(answers[0].completion.phases.connect > 0)
        #expect(answers[0].completion.phases.tls > 0)
        #expect(answers[1].completion.phases.tls == 0)
        #expect(try CurlDriver(server.url) { $0.tls.verifies = false }.one().outcome == "ok")
    }

    @Test(
        "Requests that wait for a connection to a server which isn't trusted fail as that connection does, not for their time"
    )
    func untrusted() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(certificates.nginx + Self.answer, listening: "ssl http2")
        let driver = try CurlDriver(server.url, capacity: 200) { $0.http.version = .http2 }
        // One connection is tried at a time, so that in 50 ms not all of 200 have their turn.
        let answers = try driver.run(200, timeout: .milliseconds(50), atOnce: true)
        #expect(answers.map(\.outcome).allSatisfy { $0 == "tls" }, "\(Set(answers.map(\.outcome)))")
        #expect(Set(answers.map(\.reason)) == ["certificate not accepted: unable to get local issuer certificate"])
    }

    @Test("The system's authorities are read once: with them a handshake costs about what it does with one authority")
    func systemAuthorities() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(certificates.nginx + Self.answer, listening: "ssl")
        func cost(_ authorities: String?) throws -> Int64 {
            let driver = try CurlDriver(server.url) {
                $0.tls.authorities = authorities
                $0.tls.resumes = false
                $0.connections = .fresh
            }
            // What is done once for the process or for the transport is not the handshake's.
            _ = try driver.one()
            let begin = loadgate_thread_cpu()
            _ = try driver.run(20, keeping: false)
            return loadgate_thread_cpu() - begin
        }
        // The least of three, since other work on the machine only adds. Read anew, 140 authorities are some 50 ms for each of
        // the twenty, against 1 to 3.
        let own = try (0..<3).map { _ in try cost(certificates.authority) }.min() ?? 0
        let system = try (0..<3).map { _ in try cost(nil) }.min() ?? 0
        #expect(system < 4 * own, "\(system) against \(own) ns")
    }

    @Test("The name asked for and verified may be another than the URL's, which stays in Host")
    func serverName() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx + #"location / { return 200 "$ssl_server_name $http_host"; }"#, listening: "ssl")
        let driver = try CurlDriver(server.url) {
            $0.tls.authorities = certificates.authority
            $0.tls.serverName = "api.test"
        }
        #expect(try driver.one().body == "api.test 127.0.0.1:\(server.port)")
        let wrong = try CurlDriver(server.url) {
            $0.tls.authorities = certificates.authority
            $0.tls.serverName = "other.test"
        }
        #expect(try wrong.one().outcome == "tls")
    }

    @Test("A client shows its certificate where the server asks for one")
    func clientCertificate() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx
                + "ssl_client_certificate \(certificates.authority); ssl_verify_client on;"
                + #"location / { return 200 "$ssl_client_s_dn"; }"#, listening: "ssl")
        let driver = try CurlDriver(server.url) {
            $0.tls.authorities = certificates.authority
            $0.tls.certificate = certificates.client
            $0.tls.key = certificates.clientKey
        }
        #expect(try driver.one().body == "CN=client")
        func encrypted(_ passphrase: String?) throws -> CurlDriver {
            try CurlDriver(server.url) {
                $0.tls.authorities = certificates.authority
                $0.tls.certificate = certificates.client
                $0.tls.key = certificates.encryptedClientKey
                $0.tls.keyPassphrase = passphrase
            }
        }
        #expect(try encrypted(TestCertificates.passphrase).one().body == "CN=client")
        // Nobody is asked for it: the exchange fails at once.
        for wrong in [nil, "another"] { #expect(try encrypted(wrong).one().outcome == "tls") }
        let without = try CurlDriver(server.url) { $0.tls.authorities = certificates.authority }
        #expect(try without.one().status == 400)
    }

    @Test("The versions offered are those of the scenario")
    func versions() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx + #"ssl_protocols TLSv1.2; location / { return 200 "$ssl_protocol"; }"#,
            listening: "ssl")
        func driver(_ versions: ClosedRange<TLSSettings.Version>) throws -> CurlDriver {
            try CurlDriver(server.url) {
                $0.tls.authorities = certificates.authority
                $0.tls.versions = versions
            }
        }
        #expect(try driver(.tls12 ... .tls13).one().body == "TLSv1.2")
        #expect(try driver(.tls13 ... .tls13).one().outcome == "tls")
    }

    @Test("Sessions are resumed on further connections, unless the scenario says otherwise")
    func resumption() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx + #"ssl_session_cache shared:s:1m; location / { return 200 "$ssl_session_reused"; }"#,
            listening: "ssl")
        for (resumes, expected) in [(true, ["r", "r"]), (false, [".", "."])] {
            for cookies in [false, true] {
                let driver = try CurlDriver(server.url) {
                    $0.tls.authorities = certificates.authority
                    $0.tls.resumes = resumes
                    $0.http.cookies = cookies
                    $0.connections = .fresh
                }
                #expect(try driver.run(3).map(\.body).dropFirst() == expected[...], "\(resumes) \(cookies)")
            }
        }
    }

    @Test("HTTP/2 over TLS shares one connection among requests at once")
    func http2() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(
            certificates.nginx + #"add_header X-Case Kept; location / { return 200 "$server_protocol $connection"; }"#,
            listening: "ssl http2")
        let driver = try CurlDriver(server.url, capacity: 100) {
            $0.tls.authorities = certificates.authority
            $0.http.version = .http2
        }
        let answers = try driver.run(100, atOnce: true)
        #expect(answers.allSatisfy { $0.outcome == "ok" && $0.completion.isHTTP2 })
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(answers[0].body.hasPrefix("HTTP/2.0 "))
        #expect(answers.map(\.completion.connects).reduce(0, +) == 1)
        #expect(answers[0].head.hasPrefix("HTTP/2 200"))
        let field = answers[0].head.utf8.withContiguousStorageIfAvailable {
            AnswerHead(UnsafeBufferPointer(start: $0.baseAddress, count: $0.count)).value(of: "x-case")
        }
        #expect(field == "Kept")
    }

    @Test("No more requests at once go on a connection than the scenario says")
    func streams() throws {
        let certificates = try TestCertificates()
        let backend = try ScriptedServer { _ in [.wait(seconds: 0.2), .send(ScriptedServer.response())] }
        defer { backend.stop() }
        let server = try Nginx(
            certificates.nginx + "location / { proxy_pass \(backend.url); add_header Number $connection; }",
            listening: "ssl http2")
        let driver = try CurlDriver(server.url, capacity: 40) {
            $0.tls.authorities = certificates.authority
            $0.http.version = .http2
            $0.http.streams = 10
        }
        let answers = try driver.run(40, atOnce: true)
        #expect(answers.allSatisfy { $0.outcome == "ok" })
        let connections = answers.map { $0.head.split(separator: "\r\n").first { $0.hasPrefix("number:") } }
        #expect(Set(connections).count >= 4)
        #expect(Set(connections).count <= 8)
    }

    @Test("A server that chooses HTTP/1.1 where HTTP/2 is demanded breaks the protocol")
    func downgrade() throws {
        let certificates = try TestCertificates()
        let server = try Nginx(certificates.nginx + Self.answer, listening: "ssl")
        let answer = try CurlDriver(server.url) {
            $0.tls.authorities = certificates.authority
            $0.http.version = .http2
        }.one()
        #expect(answer.outcome == "protocol")
        #expect(answer.reason == "the server chose HTTP/1.1, and HTTP/2 is demanded")
    }

    @Test("HTTP/2 without TLS is spoken with prior knowledge")
    func priorKnowledge() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("index.html", "plain http/2")
        let (binary, port) = try Binary.onFreePort { port in
            try Binary(
                Binary.path(of: "nghttpd"), ["--no-tls", "--address=127.0.0.1", "-d", folder.path, "\(port)"])
        }
        defer { binary.signal(SIGTERM) }
        let driver = try CurlDriver("http://127.0.0.1:\(port)") { $0.http.version = .http2 }
        let answers = try driver.run(50, atOnce: true)
        #expect(answers.allSatisfy { $0.body == "plain http/2" && $0.completion.isHTTP2 })
        #expect(answers.map(\.completion.connects).reduce(0, +) == 1)
        #expect(try driver.run(5).map(\.completion.connects) == [0, 0, 0, 0, 0])
        var redirected = Step(name: "s", url: Text("/"))
        redirected.redirects = 2
        let own = try CurlDriver("http://127.0.0.1:\(port)", steps: [redirected]) { $0.http.version = .http2 }
        #expect(try own.run(3).map(\.body) == ["plain http/2", "plain http/2", "plain http/2"])
        let crowd = try CurlDriver("http://127.0.0.1:\(port)", capacity: 1_000) { $0.http.version = .http2 }
        let many = try crowd.run(1_000, users: 1_000, atOnce: true)
        #expect(many.allSatisfy { $0.body == "plain http/2" })
        #expect(many.map(\.completion.connects).reduce(0, +) <= 20)
        let scripted = try ScriptedServer(always: ScriptedServer.response())
        defer { scripted.stop() }
        let other = try CurlDriver(scripted.url) { $0.http.version = .http2 }.one(timeout: .seconds(5))
        #expect(["protocol", "closed_early"].contains(other.outcome))
    }

    @Test("Without TLS, too, connections are shared by so many requests at once as the scenario says")
    func priorKnowledgeStreams() throws {
        let backend = try ScriptedServer { _ in [.wait(seconds: 0.2), .send(ScriptedServer.response("200 OK", "slow"))]
        }
        defer { backend.stop() }
        let server = try Nginx(
            "location / { proxy_pass \(backend.url); add_header Number $connection; }", listening: "http2")
        let driver = try CurlDriver(server.url, capacity: 40) {
            $0.http.version = .http2
            $0.http.streams = 10
        }
        for round in 0..<2 {
            let answers = try driver.run(40, atOnce: true)
            #expect(answers.allSatisfy { $0.body == "slow" && $0.completion.isHTTP2 }, "\(Set(answers.map(\.reason)))")
            let connections = answers.map { $0.head.split(separator: "\r\n").first { $0.hasPrefix("number:") } }
            #expect(Set(connections).count >= 4, "\(round)")
            #expect(Set(connections).count <= 8, "\(round)")
        }
    }

    @Test("Those that wait for a connection in vain are connect_timeout, and a cancelled one leaves none behind")
    func waitingForConnection() throws {
        let full = try FullBacklog()
        defer { full.release() }
        let driver = try CurlDriver("http://127.0.0.1:\(full.port)") { $0.http.version = .http2 }
        let first = try driver.begin(timeout: .milliseconds(300), keeping: false)
        for _ in 0..<3 { _ = try driver.turnBriefly() }
        for _ in 0..<9 { try driver.begin(timeout: .milliseconds(300)) }
        for _ in 0..<3 { _ = try driver.turnBriefly() }
        driver.transport.cancel(first)
        var answers: [CurlDriver.Answer] = []
        while answers.count < 9 { answers += try driver.turn() }
        #expect(answers.allSatisfy { $0.outcome == "connect_timeout" })
        #expect(answers.allSatisfy { $0.reason == "no connection within 0.3 s" })
        #expect(driver.transport.activeCount == 0)
    }

    @Test("Compressed answers are asked for and unpacked")
    func compression() throws {
        let text = String(repeating: "compress me ", count: 1_000)
        let folder = try TemporaryFolder()
        _ = try folder.write("index.html", text)
        let server = try Nginx("gzip on; root \(folder.path);")
        let plain = try CurlDriver(server.url).one()
        #expect(plain.body == text)
        #expect(plain.completion.received > 12_000)
        let packed = try CurlDriver(server.url) { $0.http.compression = true }.one()
        #expect(packed.body == text)
        #expect(packed.completion.bodyBytes == 12_000)
        #expect(packed.completion.received < 3_000)
        #expect(packed.head.lowercased().contains("content-encoding: gzip"))
    }
}

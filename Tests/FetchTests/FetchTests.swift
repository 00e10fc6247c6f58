import CLinux
import Fetch
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@Suite("One request beside the load", .serialized)
struct FetchTests {
    private func reason(_ request: FetchRequest, shouldStop: () -> Bool = { false }) -> String? {
        do throws(FetchFailure) {
            _ = try Fetch.send(request, shouldStop: shouldStop)
            return nil
        } catch {
            return error.description
        }
    }

    private func text(_ answer: FetchAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("The final answer comes whole: its status, its fields in order, its body, however it was split")
    func answers() throws {
        let answer =
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 418 I'm a teapot\r\nB:  two \r\nA:\r\nb: one\r\n"
            + "Folded: a\r\n  b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
        let server = try ScriptedServer { _ in [.sendBytewise(answer), .close] }
        defer { server.stop() }
        let got = try Fetch.send(FetchRequest(url: server.url + "/a/../b?x=1"))
        #expect(got.status == 418)
        #expect(
            got.fields == [
                HeaderLine("B", "two"), HeaderLine("A", ""), HeaderLine("b", "one"), HeaderLine("Folded", "a b"),
                HeaderLine("Transfer-Encoding", "chunked"),
            ])
        #expect(text(got) == "abcde")
        #expect(server.requests[0].path == "/a/../b?x=1")
        #expect(server.requests[0].method == "GET")
    }

    @Test("Bytes of all values come through, in both directions")
    func bytes() throws {
        let all = (0...255).map { UInt8($0) }
        let server = try ScriptedServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 256\r\n\r\n"), .sendBytes(all)]
        }
        defer { server.stop() }
        var request = FetchRequest(url: server.url)
        request.method = "POST"
        request.body = Array("a\u{0}b\n".utf8)
        #expect(try Fetch.send(request).body == all)
        #expect(server.requests[0].body == "a\u{0}b\n")
    }

    @Test(
        "Methods, bodies and fields go out as they are given",
        arguments: [
            ("GET", nil, nil), ("HEAD", nil, nil), ("DELETE", nil, nil), ("OPTIONS", nil, nil), ("POST", "", "0"),
            ("POST", "text", "4"), ("PUT", nil, "0"), ("PATCH", "text", "4"), ("DELETE", "text", "4"),
        ] as [(String, String?, String?)])
    func methods(method: String, body: String?, length: String?) throws {
        let server = try ScriptedServer(always: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        defer { server.stop() }
        var request = FetchRequest(url: server.url)
        request.method = method
        request.body = body.map { Array($0.utf8) }
        request.fields = [HeaderLine("X-One", "1"), HeaderLine("X-Empty", ""), HeaderLine("X-One", "2")]
        #expect(try Fetch.send(request).status == 200)
        let seen = server.requests[0]
        #expect(seen.method == method)
        #expect(seen.body == body ?? "")
        #expect(seen.header("content-length") == length)
        #expect(seen.header("content-type") == nil)
        #expect(seen.header("user-agent") == "loadgate")
        #expect(seen.head.contains("X-One: 1\r\nX-Empty:\r\nX-One: 2"))
    }

    @Test("A large body is sent without waiting for 100 (Continue), and a redirect is an answer")
    func large() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("302 Found", headers: ["Location: /next"]))
        defer { server.stop() }
        var request = FetchRequest(url: server.url)
        request.method = "POST"
        request.body = Array(repeating: 97, count: 3 << 20)
        request.fields = [HeaderLine("Content-Type", "text/plain")]
        request.timeout = Span(seconds: 30)
        let answer = try Fetch.send(request)
        #expect(answer.status == 302)
        #expect(answer.fields.values("location") == ["/next"])
        #expect(server.requestCount == 1)
        #expect(server.requests[0].body.utf8.count == 3 << 20)
        #expect(server.requests[0].header("expect") == nil)
    }

    @Test(
        "What is no request is refused, and nothing is sent",
        arguments: [
            ("file:///etc/hostname", "GET", [], "the URL is not http:// or https://"),
            ("ftp://127.0.0.1/", "GET", [], "the URL is not http:// or https://"),
            ("http://user:word@127.0.0.1/", "GET", [], "the URL is not http:// or https://"),
            ("http://127.0.0.1/a b", "GET", [], "the URL is not http:// or https://"),
            ("http://127.0.0.1/a\u{0}b", "GET", [], "the URL is not http:// or https://"),
            ("", "GET", [], "the URL is not http:// or https://"),
            ("http://127.0.0.1/", "GE T", [], "the method is not a valid HTTP method"),
            ("http://127.0.0.1/", "", [], "the method is not a valid HTTP method"),
            ("http://127.0.0.1/", "GET\r\nX: y", [], "the method is not a valid HTTP method"),
            (
                "http://127.0.0.1/", "GET", [HeaderLine("X", "a\r\nY: b")],
                "the header field X has a line break or another control character"
            ),
            (
                "http://127.0.0.1/", "GET", [HeaderLine("X Y", "a")],
                "a header field's name has characters that none has"
            ),
            ("http://127.0.0.1/", "GET", [HeaderLine("", "a")], "a header field's name has characters that none has"),
        ] as [(String, String, [HeaderLine], String)])
    func refused(url: String, method: String, fields: [HeaderLine], expected: String) {
        var request = FetchRequest(url: url)
        request.method = method
        request.fields = fields
        #expect(reason(request) == expected)
    }

    @Test("What is larger than is taken fails, and says so")
    func tooLarge() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/fits": [.send(ScriptedServer.response("200 OK", String(repeating: "x", count: 1000)))]
            case "/length": [.send(ScriptedServer.response("200 OK", String(repeating: "x", count: 1001)))]
            case "/chunks":
                [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
                    + Array(repeating: .send("100\r\n\(String(repeating: "x", count: 256))\r\n"), count: 5)
            default:
                [.send("HTTP/1.1 200 OK\r\n")]
                    + Array(repeating: .send("X: \(String(repeating: "x", count: 60_000))\r\n"), count: 9)
                    + [.send("Content-Length: 0\r\n\r\n")]
            }
        }
        defer { server.stop() }
        func reason(_ path: String) -> String? {
            var request = FetchRequest(url: server.url + path)
            request.maximumBody = 1000
            return self.reason(request)
        }
        #expect(reason("/fits") == nil)
        #expect(reason("/length") == "the answer's body is larger than 1000 bytes")
        #expect(reason("/chunks") == "the answer's body is larger than 1000 bytes")
        #expect(reason("/head") == "the answer's head is larger than 262144 bytes")
    }

    @Test("A host that can't be reached, one that is silent and one that ends early are told apart")
    func unreachable() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/hang": [.hang]
            case "/part": [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .close]
            case "/none": [.close]
            default: [.send("220 mail.example ESMTP\r\n"), .close]
            }
        }
        var request = FetchRequest(url: server.url + "/hang")
        request.timeout = Span(seconds: 0.2)
        #expect(reason(request)?.hasPrefix("no complete answer within ") == true)
        #expect(reason(FetchRequest(url: server.url + "/part")) == "closed before the answer was complete")
        #expect(reason(FetchRequest(url: server.url + "/none")) == "closed before the answer was complete")
        #expect(
            reason(FetchRequest(url: server.url + "/mail"))?
                .hasPrefix("the answer does not begin with an HTTP/1.x status line") == true)
        server.stop()
        #expect(Wait.until { self.reason(FetchRequest(url: server.url))?.contains("connect to server") == true })
        #expect(
            reason(FetchRequest(url: "http://no-such-host.invalid/"))
                == "Could not resolve host: no-such-host.invalid")
    }

    @Test("A caller that wants to stop needs not wait for the answer")
    func stops() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        var request = FetchRequest(url: server.url)
        request.timeout = Span(seconds: 60)
        let began = loadgate_monotonic()
        #expect(reason(request, shouldStop: { server.requestCount > 0 }) == "interrupted")
        #expect(loadgate_monotonic() - began < 30_000_000_000)
    }

    @Test("The environment's proxy is left aside, one that is given is taken but for its exceptions")
    func proxies() throws {
        let proxy = try ScriptedServer(always: ScriptedServer.response("200 OK", "by proxy"))
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "straight"))
        defer {
            proxy.stop()
            server.stop()
        }
        setenv("http_proxy", proxy.url, 1)
        defer { unsetenv("http_proxy") }
        var request = FetchRequest(url: server.url)
        #expect(text(try Fetch.send(request)) == "straight")
        request.proxy = FetchRequest.Proxy(url: proxy.url)
        #expect(text(try Fetch.send(request)) == "by proxy")
        #expect(proxy.requests[0].path == server.url + "/")
        request.proxy?.exceptions = "127.0.0.1"
        #expect(text(try Fetch.send(request)) == "straight")
    }

    @Test("A request that is held to loopback opens no socket to another address, whatever the name led to before")
    func loopbackAlone() throws {
        let server = try ScriptedServer { _ in [.send(ScriptedServer.response("200 OK", "here"))] }
        defer { server.stop() }
        var request = FetchRequest(url: server.url)
        request.peers = FetchRequest.Peers(of: "127.0.0.1", authorised: AuthorisedHosts([]))
        #expect(text(try Fetch.send(request)) == "here")
        try Fetch.connect(to: "localhost", port: server.port, peers: .loopback)
        // Addresses of documentation (RFC 5737, RFC 3849), and one of IPv4 within IPv6.
        for host in ["192.0.2.1", "[2001:db8::1]", "[::ffff:192.0.2.1]"] {
            request.url = "http://\(host):9/"
            let refused = "leads to an address that is not this machine, and is not authorised"
            #expect { _ = try Fetch.send(request) } throws: { "\($0)".contains(refused) }
            #expect { try Fetch.connect(to: host, port: 9, peers: .loopback) } throws: { "\($0)".contains(refused) }
        }
        #expect(FetchRequest.Peers(of: "API.example", authorised: AuthorisedHosts(["api.EXAMPLE"])) == .any)
    }

    @Test(
        "TLS by the scenario's settings: authority, name, versions; HTTP/1.1 also where HTTP/2 is offered",
        arguments: [false, true])
    func tls(isHTTP2: Bool) throws {
        let certificates = try TestCertificates()
        let nginx = try Nginx(
            certificates,
            locations: """
                ssl_protocols TLSv1.2 TLSv1.3;
                location / { return 200 "$host $ssl_server_name $ssl_protocol $server_protocol"; }
                """)
        func answer(_ change: (inout TLSSettings) -> Void) -> String {
            var request = FetchRequest(url: isHTTP2 ? nginx.http2 : nginx.url(isSecure: true))
            change(&request.tls)
            do throws(FetchFailure) { return text(try Fetch.send(request)) } catch { return error.reason }
        }
        let version = "HTTP/1.1"
        #expect(answer { $0.authorities = certificates.authority } == "127.0.0.1  TLSv1.3 \(version)")
        #expect(
            answer {
                $0.verifies = false
                $0.versions = .tls12 ... .tls12
            } == "127.0.0.1  TLSv1.2 \(version)")
        #expect(answer { _ in }.contains("certificate"))
        // The name is asked for and verified; the request is for the host all the same.
        #expect(
            answer {
                $0.authorities = certificates.authority
                $0.serverName = "paintbox.test"
            } == "127.0.0.1 paintbox.test TLSv1.3 \(version)")
        #expect(
            answer {
                $0.authorities = certificates.authority
                $0.serverName = "another.test"
            }.contains("certificate not accepted: hostname mismatch"))
        #expect(answer { $0.authorities = certificates.authority + ".absent" }.contains("certificate"))
    }

    @Test("A request proves who sends it in each of the ways")
    func authentication() throws {
        let server = try ScriptedServer { request in
            let answers = ["/digest": request.header("authorization") == nil ? "401 Unauthorized" : "200 OK"]
            return [
                .send(
                    ScriptedServer.response(
                        answers[request.path] ?? "200 OK",
                        headers: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""]))
            ]
        }
        defer { server.stop() }
        func header(_ path: String, _ authentication: Authentication) throws -> String? {
            var request = FetchRequest(url: server.url + path)
            request.signature = authentication
            #expect(try Fetch.send(request).status == 200)
            return server.requests.last?.header("authorization")
        }
        #expect(try header("/", .bearer(token: Text("t"))) == "Bearer t")
        // base64("a:b:c")
        #expect(try header("/", .basic(user: Text("a"), password: Text("b:c"))) == "Basic YTpiOmM=")
        #expect(
            try header("/digest", .digest(user: Text("a"), password: Text("b")))?.hasPrefix("Digest username=\"a\"")
                == true)
    }

    @Test("A signed request verifies, a session's token included")
    func signature() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        for token in [nil, Text("FwoGZXIvYXdzEBYaD//token==")] {
            var request = FetchRequest(url: server.url)
            request.method = "POST"
            request.body = Array("{\"SecretId\": \"a/b\"}".utf8)
            request.fields = [
                HeaderLine("Content-Type", "application/x-amz-json-1.1"),
                HeaderLine("X-Amz-Target", "secretsmanager.GetSecretValue"),
            ]
            request.signature = .aws(
                .init(
                    region: "eu-west-1", service: "secretsmanager", keyID: Text("AKIDEXAMPLE"),
                    secretKey: Text("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), sessionToken: token))
            #expect(try Fetch.send(request).status == 200)
            let seen = try #require(server.requests.last)
            #expect(seen.header("x-amz-security-token") == token?.constant)
            #expect(seen.header("authorization")?.contains("/eu-west-1/secretsmanager/aws4_request") == true)
            let verdict = try AWSSignature.verdict(seen, secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
            #expect(verdict == "good")
            #expect(try AWSSignature.verdict(seen, secret: "another") != "good")
        }
    }

    @Test("A credential with a line break, or one that only the load knows, is refused and not shown")
    func credentials() {
        var request = FetchRequest(url: "http://127.0.0.1:1/")
        request.signature = .bearer(token: Text("top-hat\r\nX: y"))
        #expect(reason(request) == "a credential has a line break or another control character")
        request.signature = .bearer(token: Text(pieces: [.variable(.uuid)]))
        #expect(reason(request) == "${uuid} is not known before the load")
    }

    @Test("A connection is made or it isn't, by IPv4 and by IPv6")
    func connections() throws {
        for ipv6 in [false, true] {
            let server = try ScriptedServer(ipv6: ipv6) { _ in [] }
            let host = ipv6 ? "::1" : "127.0.0.1"
            try Fetch.connect(to: host, port: server.port)
            #expect(Wait.until { server.connectionCount == 1 })
            server.stop()
            #expect(
                Wait.until {
                    do throws(FetchFailure) {
                        try Fetch.connect(to: host, port: server.port)
                        return false
                    } catch {
                        return true
                    }
                })
        }
        let full = try FullBacklog()
        defer { full.release() }
        let error = #expect(throws: FetchFailure.self) {
            try Fetch.connect(to: "127.0.0.1", port: full.port, timeout: Span(seconds: 0.2))
        }
        #expect(error?.reason.hasPrefix("no connection within ") == true)
    }
}

import Glibc
import Testing

@testable import PaintboxTarget

private let security = [
    "Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
    "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
]

@Suite("The service over a socket", .serialized)
struct ServerTests {
    @Test("lists, makes and shows projects and their estimates")
    func projects() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let list = try client.ask("GET", "/api/v1/projects?page=2")
            #expect(list.status == 200)
            #expect(list.text.hasPrefix(#"{"projects":[{"id":21,"name":"#))
            #expect(list.text.hasSuffix(#""page":2,"page_size":20,"pages":10,"total":200}"#))

            let made = try client.ask("POST", "/api/v1/projects", body: #"{"name":"Shed \"A\"","client":"Öz"}"#)
            #expect(made.status == 201)
            #expect(made["Location"] == "/api/v1/projects/201")
            let shown = try client.ask("GET", "/api/v1/projects/201")
            #expect(shown.text == #"{"id":201,"name":"Shed \"A\"","client":"Öz","estimates":0}"#)
            #expect(shown.body == made.body)

            // A comma before a bracket is an error between values only, not within a text.
            #expect(try client.ask("POST", "/api/v1/projects", body: #"{"name":"a,]\",}","client":"b"}"#).status == 201)

            let kept = try client.ask("POST", "/api/v1/projects/201/estimates", body: #"{"area":45.5,"coats":2}"#)
            #expect(kept.status == 201)
            #expect(kept.text == #"{"id":1,"area":45.50,"coats":2,"total":625.55}"#)
            let estimates = try client.ask("GET", "/api/v1/projects/201/estimates")
            #expect(estimates.text == #"{"project":201,"estimates":[\#(kept.text)]}"#)
        }
    }

    @Test("calculates prices and says how long that took")
    func calculation() throws {
        try withServer { server in
            let answer = try ask(server.port, "POST", "/api/v1/calculate", body: #"{"area":45.5,"coats":2}"#)
            #expect(answer.status == 200)
            let prefix = #"{"total":625.55,"paint_litres":9.100,"labour_hours":9.1000,"elapsed_ms":"#
            #expect(answer.text.hasPrefix(prefix))
            let elapsed = answer.text.dropFirst(prefix.count).dropLast()
            #expect(answer["Server-Timing"] == "calc;dur=\(elapsed)")
            #expect((Double(elapsed) ?? 0) > 0)
        }
    }

    @Test("answers hostile requests with a 4xx that tells nothing")
    func hostile() throws {
        let deep = String(repeating: "[", count: 50_000)
        let requests: [(String, String, [String], String?, Int)] = [
            ("GET", "/nothing", [], nil, 404),
            ("GET", "/api/v1/projects/0", [], nil, 404),
            ("GET", "/api/v1/projects/999999", [], nil, 404),
            ("GET", "/api/v1/projects?page=0", [], nil, 400),
            ("GET", "/api/v1/projects?page=x", [], nil, 400),
            ("GET", "/api/v1/projects?page=99999999999999999999", [], nil, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":2,}"#, 400),
            ("DELETE", "/api/v1/projects", [], nil, 405),
            ("POST", "/api/v1/projects/1", [], "{}", 405),
            ("GET", "/api/v1/calculate", [], nil, 405),
            ("POST", "/api/v1/projects", [], "{", 400),
            ("POST", "/api/v1/projects", [], "null", 400),
            ("POST", "/api/v1/projects", [], deep, 400),
            ("POST", "/api/v1/projects", [], #"{"name":"","client":"c"}"#, 400),
            ("POST", "/api/v1/projects", [], #"{"name":"a\u0000b","client":"c"}"#, 400),
            ("POST", "/api/v1/projects", [], #"{"name":["x"],"client":"c"}"#, 400),
            ("POST", "/api/v1/projects", ["Content-Type: text/plain"], "{}", 415),
            ("POST", "/api/v1/calculate", [], #"{"area":1e999,"coats":1}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":-1,"coats":1}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":1.5}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":"' OR 1=1","coats":1}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":1,}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":1,"coats":1}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":1,"co\u0061ts":1}"#, 400),
            ("POST", "/api/v1/calculate", [], #"{"area":1,"coats":1,"more":{"a":1}}"#, 400),
            ("POST", "/api/v1/calculate", [], "\u{FEFF}" + #"{"area":1,"coats":1}"#, 400),
            ("POST", "/api/v1/calculate", [], "{\u{0}\"area\":1,\"coats\":1}", 400),
            ("POST", "/api/v1/projects", [], #"{"name":"a","client":"c","name":"b"}"#, 400),
            ("POST", "/api/v1/projects/1/estimates", [], #"{"area":1,"coats":1,"note":""}"#, 400),
            ("GET", "/ws", [], nil, 426),
            ("HEAD", "/ws", [], nil, 426),
            ("GET", "/" + String(repeating: "a", count: 9000), [], nil, 414),
            ("GET", "/", ["X-Long: " + String(repeating: "a", count: 20_000)], nil, 431),
            ("GET", "/", ["Host: other"], nil, 400),
            ("GET", "/api/v1/projects", ["X-API-Key: " + String(repeating: "k", count: 200)], nil, 400),
        ]
        try withServer { server in
            for (method, path, fields, body, status) in requests {
                let answer = try ask(server.port, method, path, fields, body: body)
                #expect(answer.status == status, "\(method) \(path.prefix(60)) \(body?.prefix(60) ?? "")")
                #expect(answer["Content-Type"] == "application/json")
                if method == "HEAD" { continue }
                #expect(answer.text.hasPrefix("{\"error\":{\"status\":\(status),"))
                for name in security { #expect(answer[name] != nil, "\(name) on \(status)") }
                if status == 405 { #expect(answer["Allow"]?.contains("OPTIONS") == true) }
            }
        }
    }

    @Test("answers what is no HTTP with 400, and ends the connection")
    func garbage() throws {
        let messages = [
            "\u{1}\u{2}\u{3}\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nbad name: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /old HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        ]
        try withServer { server in
            for message in messages {
                let client = try TestClient(server.port)
                try client.send(message)
                let answer = try client.answer()
                #expect(answer.status == 400, "\(message)")
                #expect(answer["Connection"] == "close")
                #expect(answer["X-Frame-Options"] == "DENY")
                client.shutDownOutput()
                #expect(try client.isEnded())
            }
        }
    }

    @Test("takes bodies up to 1 MiB and answers longer ones with 413, declared or chunked")
    func tooLarge() throws {
        try withServer { server in
            let filler = String(repeating: " ", count: Request.maxBodyBytes - 23)
            let fits = try ask(server.port, "POST", "/api/v1/calculate", body: #"{"area":1.0,"coats":10}"# + filler)
            #expect(fits.status == 200)
            let client = try TestClient(server.port)
            try client.send("POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
            #expect(try client.answer().status == 413)

            let chunked = try TestClient(server.port)
            try chunked.send("POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
            for _ in 0..<17 { try chunked.send(chunk) }
            #expect(try chunked.answer().status == 413)
        }
    }

    @Test("puts the security fields on redirects, 304 and 429 too, and names no server")
    func securityFields() throws {
        try withServer({ $0.rateLimit.limit = 1 }) { server in
            let client = try TestClient(server.port)
            let redirect = try client.ask("GET", "/old")
            #expect(redirect.status == 301)
            #expect(redirect["Location"] == "/")
            let asset = try client.ask("GET", "/static/asset-5.css")
            let unchanged = try client.ask("GET", "/static/asset-5.css", ["If-None-Match: \(asset["ETag"] ?? "")"])
            #expect(unchanged.status == 304)
            _ = try client.ask("GET", "/api/v1/projects")
            let limited = try client.ask("GET", "/api/v1/projects")
            #expect(limited.status == 429)
            #expect(limited["Cache-Control"] == "no-store")
            for answer in [redirect, asset, unchanged, limited] {
                for name in security { #expect(answer.fields.count { $0.name == name } == 1, "\(name)") }
                #expect(answer["Server"] == nil)
                #expect(answer["X-Powered-By"] == nil)
                #expect(answer["X-Paintbox-Version"] == "1.0.0")
            }
        }
    }

    @Test("answers pipelined requests in their order")
    func pipelining() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let requests = (1...50).map { "GET /api/v1/projects/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
            try client.send(requests.joined() + "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            for id in 1...50 { #expect(try client.answer().text.hasPrefix("{\"id\":\(id),")) }
            let last = try client.answer()
            #expect(last.text == #"{"status":"ok","region":"iad","version":"1.0.0"}"#)
            #expect(last["Connection"] == "close")
            #expect(try client.isEnded())
        }
    }

    @Test("answers HEAD like GET without the body, also for a client that has ended its side")
    func head() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let length = try client.ask("HEAD", "/")["Content-Length"]
            #expect(try client.ask("GET", "/")["Content-Length"] == length)
            try client.send("GET /health HTTP/1.0\r\n\r\n")
            client.shutDownOutput()
            #expect(try client.answer().status == 200)
            #expect(try client.isEnded())
        }
    }

    @Test("tells a client that expects it to continue")
    func expects() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let head = "POST /api/v1/calculate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            try client.send(head + "Expect: 100-continue\r\nContent-Length: 20\r\n\r\n")
            #expect(try client.answer().status == 100)
            try client.send(#"{"area":1,"coats":1}"#)
            #expect(try client.answer().status == 200)
        }
    }

    @Test("ends a silent connection, and one that never ends its request with 408")
    func idle() throws {
        try withServer({ $0.idleTimeoutSeconds = 1 }) { server in
            let silent = try TestClient(server.port)
            let slow = try TestClient(server.port)
            try slow.send("POST /old HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1")
            #expect(try silent.isEnded())
            #expect(try slow.answer().status == 408)
        }
    }

    @Test("refuses a port that is in use, and says so")
    func portInUse() throws {
        try withServer { server in
            var settings = PaintboxSettings()
            settings.port = server.port
            let error = #expect(throws: PaintboxServer.StartError.self) { _ = try PaintboxServer(settings) }
            #expect(error?.description == "can't listen on 127.0.0.1:\(server.port): the port is in use")
        }
    }

    @Test("takes no connections beyond its bound")
    func bounded() throws {
        try withServer({ $0.maxConnections = 1 }) { server in
            let first = try TestClient(server.port)
            #expect(try first.ask("GET", "/health").status == 200)
            #expect(try TestClient(server.port).isEnded())
        }
    }

    @Test("names every problem of its settings")
    func settings() {
        var settings = PaintboxSettings()
        settings.threads = 0
        settings.appVersion = "1\r\nX: y"
        settings.corsOrigins = ["https://a/b"]
        settings.rateLimit = RateLimitPolicy(limit: 0)
        #expect(settings.problems.count == 4)
        #expect(PaintboxSettings().problems.isEmpty)
    }
}

import Glibc
import Testing

@testable import PaintboxTarget

@Suite("The edge over a socket", .serialized)
struct EdgeOverSocketTests {
    @Test("admits the limit of a burst, and tells how long to wait")
    func limit() throws {
        try withServer({ $0.rateLimit.limit = 10 }) { server in
            let client = try TestClient(server.port)
            let answers = try (0..<15).map { _ in try client.ask("GET", "/api/v1/projects") }
            #expect(answers.map(\.status) == [Int](repeating: 200, count: 10) + [Int](repeating: 429, count: 5))
            #expect(answers[0]["RateLimit-Policy"] == "\"default\";q=10;w=60")
            #expect(answers[0]["RateLimit"]?.hasPrefix("\"default\";r=9;t=") == true)
            #expect(answers[9]["X-RateLimit-Remaining"] == "0")
            let wait = Int(answers[14]["Retry-After"] ?? "") ?? 0
            #expect((1...60).contains(wait))
            #expect(answers[14]["X-RateLimit-Reset"] == "\(wait)")
            // A forwarding field makes no other client of it, an API key does.
            let spoofed = try client.ask("GET", "/api/v1/projects", ["X-Forwarded-For: 10.0.0.1"])
            #expect(spoofed.status == 429)
            #expect(try client.ask("GET", "/api/v1/projects", ["X-API-Key: other"]).status == 200)
            // What isn't limited goes on.
            #expect(try client.ask("GET", "/").status == 200)
            #expect(try client.ask("GET", "/")["RateLimit"] == nil)
        }
    }

    @Test("admits exactly the limit of requests on several event loops at once")
    func races() throws {
        try withServer({ settings in
            settings.rateLimit.limit = 25
            settings.threads = 4
        }) { server in
            let clients = try (0..<16).map { _ in try TestClient(server.port) }
            let request =
                "POST /api/v1/calculate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: 20\r\n\r\n" + #"{"area":1,"coats":1}"#
            for client in clients { try client.send(request + request + request) }
            var statuses: [Int] = []
            for client in clients {
                for _ in 0..<3 { statuses.append(try client.answer().status) }
            }
            #expect(statuses.count { $0 == 200 } == 25)
            #expect(statuses.count { $0 == 429 } == 23)
        }
    }

    @Test("counts exactly what the regions were asked for")
    func cache() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let first = try client.ask("GET", "/static/asset-1.css")
            #expect(first["Cache-Status"] == "paintbox-edge; fwd=uri-miss; stored")
            #expect(first["CF-Cache-Status"] == "MISS")
            #expect(first["Cache-Control"] == "public, max-age=3600")
            #expect(first["X-Paintbox-Region"] == "iad")
            #expect(first["Age"] == nil)
            let second = try client.ask("GET", "/static/asset-1.css")
            #expect(second["Cache-Status"]?.hasPrefix("paintbox-edge; hit; ttl=3") == true)
            #expect(second["CF-Cache-Status"] == "HIT")
            #expect(second["X-Paintbox-Region"] == "edge")
            #expect(second["Age"] != nil)
            #expect(second.body == first.body)
            #expect((2048...6200).contains(first.body.count))
            let unchanged = try client.ask("GET", "/static/asset-1.css", ["If-None-Match: \(first["ETag"] ?? "")"])
            #expect(unchanged.status == 304)
            #expect(unchanged["ETag"] == first["ETag"])
            let anew = try client.ask("GET", "/static/asset-1.css", ["Cache-Control: no-cache"])
            #expect(anew["CF-Cache-Status"] == "BYPASS")
            #expect(try client.ask("GET", "/api/v1/projects")["CF-Cache-Status"] == "DYNAMIC")
            // The miss and the bypass.
            let counters = try ask(server.controlPort, "GET", "/counters").text
            #expect(counters.hasPrefix(#"{"origin_requests_total":2,"#))
        }
    }

    @Test("serves the old version until the URL is purged, and its neighbour's all along")
    func purge() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            func tag(_ path: String) throws -> String? { try client.ask("GET", path)["ETag"] }
            let old = try tag("/static/asset-1.css")
            let neighbour = try tag("/static/asset-2.css")
            let control = try TestClient(server.controlPort)
            let revised = try control.ask("POST", "/revise", body: #"{"path":"/static/asset-1.css"}"#)
            #expect(revised.text == #"{"revision":2}"#)
            #expect(try tag("/static/asset-1.css") == old)
            #expect(
                try control.ask("POST", "/purge", body: #"{"path":"/static/asset-1.css"}"#).text == #"{"purged":1}"#)
            #expect(try tag("/static/asset-1.css") != old)
            #expect(try tag("/static/asset-2.css") == neighbour)
            #expect(try control.ask("POST", "/purge", body: #"{"all":true}"#).text == #"{"purged":2}"#)
            #expect(try control.ask("POST", "/purge", body: "{}").status == 400)
        }
    }

    @Test("asks the region again once an asset is too old")
    func expiry() throws {
        try withServer({ $0.assetMaxAgeSeconds = 1 }) { server in
            let client = try TestClient(server.port)
            #expect(try client.ask("GET", "/static/asset-1.css")["CF-Cache-Status"] == "MISS")
            let expired = try eventually {
                try client.ask("GET", "/static/asset-1.css")["Cache-Status"] == "paintbox-edge; fwd=stale; stored"
            }
            #expect(expired)
        }
    }

    @Test("grants the allowed origin on every answer of the API, refusals too")
    func crossOrigin() throws {
        try withServer({ $0.rateLimit.limit = 1 }) { server in
            let client = try TestClient(server.port)
            let origin = "Origin: https://app.paintbox.example"
            for status in [200, 429] {
                let answer = try client.ask("GET", "/api/v1/projects", [origin])
                #expect(answer.status == status)
                #expect(answer["Access-Control-Allow-Origin"] == "https://app.paintbox.example")
                #expect(answer["Vary"] == "Origin")
            }
            #expect(try client.ask("GET", "/api/nothing", [origin])["Access-Control-Allow-Credentials"] == "true")
            let preflight = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"]
            let allowed = try client.ask("OPTIONS", "/api/v1/projects", [origin] + preflight)
            #expect(allowed.status == 204)
            #expect(allowed["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS")
            #expect(allowed.fields.count { $0.name == "Vary" } == 1)
            let denied = try client.ask("OPTIONS", "/api/v1/projects", ["Origin: null"] + preflight)
            #expect(denied["Access-Control-Allow-Origin"] == nil)
            #expect(denied["Vary"] == "Origin")
        }
    }

    @Test("turns to the other region while the first is not well")
    func regions() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let control = try TestClient(server.controlPort)
            func region() throws -> String? { try client.ask("GET", "/")["X-Paintbox-Region"] }
            #expect(try region() == "iad")
            let changed = try control.ask("POST", "/regions/iad", body: #"{"healthy":false}"#)
            #expect(changed.text == #"{"name":"iad","healthy":false,"serving":true,"routed":false}"#)
            #expect(try region() == "ord")
            _ = try control.ask("POST", "/regions/ord", body: #"{"healthy":false}"#)
            let none = try client.ask("GET", "/")
            #expect(none.status == 503)
            #expect(none["X-Frame-Options"] == "DENY")
            #expect(try client.ask("GET", "/health").status == 503)
            _ = try control.ask("POST", "/regions/iad", body: #"{"healthy":true}"#)
            #expect(try region() == "iad")
            #expect(try control.ask("POST", "/regions/lhr", body: #"{"healthy":true}"#).status == 404)
        }
    }

    @Test("learns of a region that is down by the next health check")
    func healthChecks() throws {
        try withServer({ $0.healthIntervalMilliseconds = 20 }) { server in
            let client = try TestClient(server.port)
            _ = try ask(server.controlPort, "POST", "/regions/iad", body: #"{"healthy":false,"serving":false}"#)
            // Until then requests fail with 503, afterwards the other region answers.
            let turned = try eventually {
                let answer = try client.ask("GET", "/")
                return answer.status == 200 && answer["X-Paintbox-Region"] == "ord"
            }
            #expect(turned)
        }
    }
}

import Testing

@testable import PaintboxTarget

@Suite("Orders")
struct OrderTests {
    @Test("are applied once however often they are sent, and told of by id and in a list")
    func once() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            func post(_ id: String) throws -> TestClient.Answer {
                try client.ask("POST", "/api/v1/orders", body: #"{"id":"\#(id)","litres":12}"#)
            }
            let first = try post("a-1")
            #expect(first.status == 201)
            #expect(first["Location"] == "/api/v1/orders/a-1")
            #expect(first.text == #"{"id":"a-1","version":1,"count":1}"#)
            #expect(try post("a-1").text == first.text)
            #expect(try post("B.2~_:").status == 201)
            #expect(try client.ask("GET", "/api/v1/orders/a-1").text == first.text)
            #expect(try client.ask("GET", "/api/v1/orders/a-2").status == 404)
            #expect(try client.ask("GET", "/api/v1/orders").text == #"{"total":2,"ids":["B.2~_:","a-1"]}"#)
            #expect(try client.ask("PUT", "/api/v1/orders/a-1", body: "{}").status == 405)
        }
    }

    @Test("are refused where their id can't stand in a path, or the body is no JSON object with one")
    func refused() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let long = String(repeating: "x", count: 129)
            let bodies = [
                #"{"id":"a b"}"#, #"{"id":""}"#, #"{"id":"a/b"}"#, #"{"id":"\#(long)"}"#, #"{"id":1}"#, "{}", "[]",
            ]
            for body in bodies {
                #expect(try client.ask("POST", "/api/v1/orders", body: body).status == 400, "\(body)")
            }
            #expect(try client.ask("POST", "/api/v1/orders", ["Content-Type: text/plain"], body: "{}").status == 415)
            #expect(try client.ask("GET", "/api/v1/orders/a/b").status == 404)
            #expect(try client.ask("GET", "/api/v1/orders").text == #"{"total":0,"ids":[]}"#)
        }
    }

    @Test("are listed page by page, each with how often it was applied")
    func pages() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            for id in ["c", "a", "B", "d~1"] {
                #expect(try client.ask("POST", "/api/v1/orders", body: #"{"id":"\#(id)"}"#).status == 201)
            }
            // In the order of bytes, where capitals come first.
            let first = try client.ask("GET", "/api/v1/orders?after=&limit=2").text
            #expect(first == #"{"items":[{"id":"B","count":1},{"id":"a","count":1}],"next":"a"}"#)
            let second = try client.ask("GET", "/api/v1/orders?after=a&limit=2").text
            #expect(second == #"{"items":[{"id":"c","count":1},{"id":"d~1","count":1}],"next":null}"#)
            #expect(try client.ask("GET", "/api/v1/orders?after=d~1").text == #"{"items":[],"next":null}"#)
            for query in ["limit=0", "limit=10001", "limit=x", "after=a%20b"] {
                #expect(try client.ask("GET", "/api/v1/orders?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test("are applied again, or more than once, where the control port says so")
    func twice() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let control = try TestClient(server.controlPort)
            func post(_ id: String) throws -> String {
                try client.ask("POST", "/api/v1/orders", body: #"{"id":"\#(id)"}"#).text
            }
            #expect(try control.ask("GET", "/orders").text == #"{"idempotent":true,"times":1}"#)
            _ = try post("a")
            #expect(try control.ask("POST", "/orders", body: #"{"idempotent":false}"#).status == 200)
            #expect(try post("a") == #"{"id":"a","version":2,"count":2}"#)
            let set = try control.ask("POST", "/orders", body: #"{"times":3}"#)
            #expect(set.text == #"{"idempotent":true,"times":3}"#)
            #expect(try post("a") == #"{"id":"a","version":2,"count":2}"#)
            #expect(try post("b") == #"{"id":"b","version":3,"count":3}"#)
            for body in [#"{"times":0}"#, #"{"times":11}"#, #"{"idempotant":false}"#] {
                #expect(try control.ask("POST", "/orders", body: body).status == 400, "\(body)")
            }
        }
    }

    @Test("that memory has no room for are refused, and none is forgotten for them")
    func full() throws {
        let orders = MemoryOrders(limit: 2)
        let rules = OrderRules()
        #expect(try orders.apply("a", rules) == 1)
        #expect(try orders.apply("b", rules) == 1)
        #expect { try orders.apply("c", rules) } throws: { error in
            (error as? RequestProblem)?.message == "the order was not applied: no more orders can be kept"
        }
        #expect(try orders.apply("a", OrderRules(isIdempotent: false)) == 2)
        #expect(orders.count("b") == 1)
        #expect(orders.count("c") == nil)
    }

    @Test("are refused as not applied where the database can't be reached")
    func unreachable() throws {
        // Nothing listens on port 1: it is certain that no order got anywhere.
        for location in ["redis://127.0.0.1:1", "sentinel://127.0.0.1:1,127.0.0.1:2/paintbox"] {
            try withServer({ $0.orders = OrderStore(location) ?? .memory }) { server in
                let client = try TestClient(server.port)
                let answer = try client.ask("POST", "/api/v1/orders", body: #"{"id":"a"}"#)
                #expect(answer.status == 503)
                #expect(answer.text.contains("the order was not applied: no master can be reached"))
                #expect(try client.ask("GET", "/api/v1/orders/a").status == 503)
                #expect(try client.ask("GET", "/api/v1/orders").status == 503)
                // The server itself is well.
                #expect(try client.ask("GET", "/health").status == 200)
            }
        }
    }

    @Test("are kept where the option says")
    func places() {
        #expect(OrderStore("memory") == .memory)
        #expect(
            OrderStore("postgres://paintbox@127.0.0.1,127.0.0.1/db")
                == .postgres(
                    connection: "postgres://paintbox@127.0.0.1,127.0.0.1/db"))
        #expect(OrderStore("host=127.0.0.1 port=5432") == .postgres(connection: "host=127.0.0.1 port=5432"))
        #expect(RedisAddress("127.0.0.1:7").map { OrderStore.redis($0) } == OrderStore("redis://127.0.0.1:7"))
        guard case .sentinel(let addresses, let name)? = OrderStore("sentinel://127.0.0.1:7,localhost:8/main") else {
            Issue.record("no Sentinels")
            return
        }
        #expect(addresses.map(\.description) == ["127.0.0.1:7", "localhost:8"])
        #expect(name == "main")
        for text in ["", "disk", "redis://", "redis://a", "sentinel://a:1", "sentinel://a:1/", "sentinel://a:1,/n"] {
            #expect(OrderStore(text) == nil, "\(text)")
        }
    }
}

@Suite("A region behind a load balancer")
struct DrainTests {
    @Test("is named in every answer")
    func region() throws {
        try withServer({ $0.region = "fra" }) { server in
            let client = try TestClient(server.port)
            for path in ["/", "/health", "/api/v1/orders", "/nowhere"] {
                #expect(try client.ask("GET", path)["X-Paintbox-Region"] == "fra", "\(path)")
            }
            #expect(try client.ask("GET", "/health").text.contains(#""region":"fra""#))
        }
        var settings = PaintboxSettings()
        settings.region = "a b"
        #expect(settings.problems == ["the region must be 1 to 64 letters, digits and .-_+"])
    }

    @Test("that is drained fails its health check, and goes on answering")
    func drain() throws {
        try withServer { server in
            let client = try TestClient(server.port)
            let control = try TestClient(server.controlPort)
            #expect(try control.ask("GET", "/drain").text == #"{"draining":false}"#)
            #expect(try control.ask("POST", "/drain", body: #"{"draining":true}"#).text == #"{"draining":true}"#)
            let health = try client.ask("GET", "/health")
            #expect(health.status == 503)
            #expect(health.text.hasPrefix(#"{"status":"draining","region":"iad""#))
            #expect(try client.ask("GET", "/api/v1/projects/1").status == 200)
            #expect(try control.ask("POST", "/drain", body: #"{"draining":false}"#).status == 200)
            #expect(try client.ask("GET", "/health").status == 200)
            #expect(try control.ask("POST", "/drain", body: "{}").status == 400)
        }
    }
}

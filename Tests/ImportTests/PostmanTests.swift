import Scenarios
import Testing

@testable import Import

@Suite("Postman collections")
struct PostmanTests {
    @Test("Folders that hold requests are flows, in the order of the collection; what stands in none is one of its own")
    func folders() throws {
        let scenario = try postman(
            request("front", "GET", "http://127.0.0.1:8080/"),
            #"{"name":"Pets","item":[\#(request("list", "GET", "http://127.0.0.1:8080/pets")),{"name":"Admin","item":[\#(request("list", "DELETE", "http://127.0.0.1:8080/pets/1"))]}]}"#
        )
        let read = try scenario.read()
        #expect(read.name == "shop")
        #expect(read.target.constant == "http://127.0.0.1:8080")
        #expect(read.flows.map(\.name) == ["Shop", "Pets", "Pets / Admin"])
        #expect(read.steps.map(\.name) == ["front", "list", "list (2)"])
        #expect(read.steps.map { $0.url.constant } == ["/", "/pets", "/pets/1"])
        // Postman keeps cookies.
        #expect(read.defaults.http.cookies)
    }

    @Test("Variables become those of the environment, with the collection's values; the host's are the target")
    func variables() throws {
        let scenario = try postman(
            request(
                "a", "GET", "{{base}}/items/{{id}}?q={{word}}&e={{unset}}&u={{path}}",
                #","header":[{"key":"X-Team","value":"t-{{id}}"}]"#),
            request("b", "GET", "{{base}}/{{$guid}}/{{$randomColor}}"),
            more:
                #","variable":[{"key":"base","value":"{{scheme}}://127.0.0.1:{{port}}/v1/"},{"key":"scheme","value":"http"},{"key":"port","value":9000},{"key":"id","value":"7"},{"key":"word","value":"a b"},{"key":"path","value":"x/y"},{"key":"off","value":"1","disabled":true}]"#
        )
        let read = try scenario.read(["id": "8"])
        #expect(read.target.constant == "http://127.0.0.1:9000")
        let lines = scenario.flowLines
        // In a URL what would be encoded is no default of a place, but stands there itself.
        #expect(
            lines.contains(
                "get: /v1/items/${env:id:-7}?q=a%20b&e=${env:unset:-change-me}&u=x/y"))
        #expect(lines.contains("get: /v1/${uuid}/text"))
        #expect(
            read.step("a")?.headers.contains(
                Header(name: "X-Team", value: Text(pieces: [.literal("t-"), .secret(value: "8", shown: "${env:id}")])))
                == true)
        #expect(scenario.hints.contains { $0.hasSuffix("--set NAME=VALUE: unset") })
        #expect(scenario.leftOut == ["$randomColor: \"text\" stands there"])
    }

    @Test("A host that is made of unknown variables is the target's place")
    func unknownHost() throws {
        let scenario = try postman(request("a", "GET", "{{baseUrl}}/a"), request("b", "GET", "{{ baseUrl }}/b?c=1"))
        // The two are written differently, and are one host.
        #expect(try scenario.read().steps.map { $0.url.constant } == ["/a", "/b?c=1"])
        let plain = try postman(request("a", "GET", "{{baseUrl}}/a"), request("b", "GET", "{{baseUrl}}"))
        #expect(try plain.read().steps.map { $0.url.constant } == ["/a", "/"])
        #expect(plain.text.contains("target: http://127.0.0.1:8080"))
        #expect(plain.hints.first?.hasPrefix("The collection gives no value to {{baseUrl}}") == true)
        #expect(
            try postman(request("a", "GET", "{{baseUrl}}/a"), target: "http://127.0.0.1:1").read().target.constant
                == "http://127.0.0.1:1")
    }

    @Test("Other hosts are left out and counted, unless all are wanted")
    func otherHosts() throws {
        let requests = [
            request("a", "GET", "http://127.0.0.1:1/a"), request("b", "GET", "http://127.0.0.1:1/b"),
            request("c", "GET", "https://id.example/c"),
        ]
        let some = try postman(requests[0], requests[1], requests[2])
        #expect(try some.read().steps.map(\.name) == ["a", "b"])
        #expect(
            some.leftOut == ["1 request to https://id.example: another host (--all-hosts keeps those that are known)"])
        let all = try postman(requests[0], requests[1], requests[2], allHosts: true)
        #expect(try all.read().steps.map { $0.url.constant } == ["/a", "/b", "https://id.example/c"])
    }

    @Test("Bearer, basic, digest and API keys are taken over, inherited or their own; no secret is written")
    func authentication() throws {
        func auth(_ kind: String, _ fields: [(String, String)]) -> String {
            let list = fields.map { #"{"key":"\#($0.0)","value":"\#($0.1)"}"# }.joined(separator: ",")
            return #","auth":{"type":"\#(kind)","\#(kind)":[\#(list)]}"#
        }
        let secret = "s3cr3t-s3cr3t-s3cr3t"
        let url = "http://127.0.0.1:1"
        let scenario = try postman(
            request("inherited", "GET", "\(url)/i"),
            request("none", "GET", "\(url)/n", #","auth":{"type":"noauth"}"#),
            request("basic", "GET", "\(url)/b", auth("basic", [("username", "ada"), ("password", secret)])),
            request("digest", "GET", "\(url)/d", auth("digest", [("username", "{{who}}"), ("password", "{{pw}}")])),
            request("key", "GET", "\(url)/k", auth("apikey", [("key", "X-Key"), ("value", secret)])),
            request(
                "query", "GET", "\(url)/q?a=1", auth("apikey", [("key", "k"), ("value", "{{pw}}"), ("in", "query")])),
            request("header", "GET", "\(url)/h", #","header":[{"key":"Authorization","value":"Bearer \#(secret)"}]"#),
            request("hawk", "GET", "\(url)/x", #","auth":{"type":"hawk","hawk":[]}"#),
            #"{"name":"Old","auth":{"type":"bearer","bearer":{"token":"{{old}}"}},"item":[\#(request("older", "GET", "\(url)/o"))]}"#,
            more: auth("bearer", [("token", "{{token}}")])
                + #","variable":[{"key":"token","value":"\#(secret)-2"},{"key":"pw","value":"\#(secret)-3"}]"#)
        #expect(!scenario.text.contains("s3cr3t"))
        let read = try scenario.read(["token": "T", "pw": "P", "who": "W"])
        func shown(_ name: String) -> String {
            switch read.step(name)?.authentication {
            case .bearer(let token): "bearer \(token.constant ?? "?")"
            case .basic(let user, let password): "basic \(user.constant ?? "?"):\(password.constant ?? "?")"
            case .digest(let user, let password): "digest \(user.constant ?? "?"):\(password.constant ?? "?")"
            default: "none"
            }
        }
        #expect(shown("inherited") == "bearer T")
        #expect(shown("none") == "none")
        #expect(shown("basic") == "basic ada:change-me")
        #expect(shown("digest") == "digest W:P")
        #expect(shown("key") == "none")
        #expect(read.step("key")?.headers.map(\.name) == ["X-Key"])
        #expect(read.step("query")?.url.constant == "/q?a=1&k=P")
        // A field of the request goes before what it inherits.
        #expect(shown("header") == "none")
        #expect(read.step("header")?.headers.map(\.name) == ["Authorization"])
        #expect(shown("older") == "bearer change-me")
        #expect(scenario.leftOut == ["hawk: its way to sign in (hawk) is not known to scenarios"])
    }

    @Test("Credentials in a URL are basic ones, and a secret is in no name and no note")
    func secretsElsewhere() throws {
        let secret = "s3cr3t-s3cr3t-s3cr3t"
        let scenario = try postman(
            request("with \(secret)", "GET", "{{host}}/a"), request("hawk", "PURGE", "{{host}}/\(secret)"),
            more:
                #","variable":[{"key":"host","value":"http://ada:\#(secret)@127.0.0.1:1"},{"key":"key","type":"secret","value":"\#(secret)"}]"#
        )
        #expect(!scenario.text.contains("s3cr3t"))
        guard case .basic(let user, _)? = try scenario.read().steps.first?.authentication else {
            Issue.record("no credentials")
            return
        }
        #expect(user.constant == "ada")
    }

    @Test("Bodies: JSON with and without variables, texts, forms, parts, GraphQL; disabled entries are not sent")
    func bodies() throws {
        let url = "http://127.0.0.1:1/x"
        func raw(_ text: String, _ language: String = "json") -> String {
            #","body":{"mode":"raw","raw":"\#(text)","options":{"raw":{"language":"\#(language)"}}}"#
        }
        let scenario = try postman(
            request("plain", "POST", url, raw(#"{\"a\": [1, \"x\"]}"#)),
            request("inside", "POST", url, raw(#"{\"a\": \"{{v}}\", \"b\": \"at {{v}}\"}"#)),
            request("bare", "POST", url, raw(#"{\"a\": {{v}}}"#)),
            request("xml", "POST", url, raw("<a>{{v}}</a>", "xml")),
            request(
                "form", "POST", url,
                #","body":{"mode":"urlencoded","urlencoded":[{"key":"a","value":"{{v}}"},{"key":"b","value":"x y"},{"key":"c","value":"1","disabled":true}]}"#
            ),
            request(
                "twice", "POST", url,
                #","body":{"mode":"urlencoded","urlencoded":[{"key":"a","value":"1"},{"key":"a","value":"2 3"}]}"#),
            request(
                "parts", "POST", url,
                #","body":{"mode":"formdata","formdata":[{"key":"t","value":"hello","type":"text"},{"key":"f","type":"file","src":"/home/ada/pic.png"},{"key":"off","value":"1","disabled":true}]}"#
            ),
            request(
                "graph", "POST", url,
                #","body":{"mode":"graphql","graphql":{"query":"query Q($id: ID) { a }","variables":"{\"id\": \"{{v}}\"}"}}"#
            ),
            request("file", "POST", url, #","body":{"mode":"file","file":{"src":"a.bin"}}"#),
            request("get", "GET", url, raw("{}")),
            more: #","variable":[{"key":"v","value":"5"}]"#)
        let lines = scenario.flowLines
        let read = try scenario.read()
        #expect(
            read.step("plain")?.body
                == .json(.object([.init(name: "a", value: .array([.raw("1"), .text(Text("x"))]))])))
        #expect(
            read.step("inside")?.body
                == .json(
                    .object([.init(name: "a", value: .text(Text("5"))), .init(name: "b", value: .text(Text("at 5")))])))
        // Without quotes it is whatever the value is: the text is sent as Postman does.
        #expect(read.step("bare")?.body == .text(Text("{\"a\": 5}")))
        #expect(read.step("bare")?.headers == [Header(name: "Content-Type", value: Text("application/json"))])
        #expect(read.step("xml")?.body == .text(Text("<a>5</a>")))
        #expect(read.step("xml")?.headers == [Header(name: "Content-Type", value: Text("application/xml"))])
        #expect(
            read.step("form")?.body
                == .form([Header(name: "a", value: Text("5")), Header(name: "b", value: Text("x y"))]))
        #expect(read.step("twice")?.body == .text(Text("a=1&a=2%203")))
        #expect(lines.contains("f: {value: text, type: application/octet-stream, filename: pic.png}"))
        #expect(lines.contains("t: hello"))
        #expect(lines.contains("id: ${env:v:-5}"))
        #expect(read.step("get")?.body == nil)
        #expect(scenario.leftOut == ["file: its body is a file: a.bin; upload: PATH sends one"])
    }

    @Test("URLs in parts, path variables, fields of the query that are off, fields of the header that are off")
    func requests() throws {
        let url =
            #"{"raw":"http://127.0.0.1:1/u/:id/p/:other?a=1&b=2","host":["127","0","0","1"],"query":[{"key":"a","value":"1"},{"key":"b","value":"2","disabled":true},{"key":"c","value":"x y"},{"key":"d","value":null}],"variable":[{"key":"id","value":"7 8"},{"key":"other","value":""}]}"#
        let scenario = try postman(
            #"{"name":"a","request":{"method":"GET","url":\#(url),"header":[{"key":"A","value":"1"},{"key":"B","value":"2","disabled":true},{"key":"Host","value":"x"}]}}"#,
            #"{"name":"b","request":"http://127.0.0.1:1/b"}"#,
            #"{"name":"c","request":{"url":{"protocol":"http","host":["127","0","0","1"],"port":"1","path":["c","d"]},"header":"A: 1\nB: 2"}}"#,
            request("d", "PURGE", "http://127.0.0.1:1/d"), request("e", "GET", "ftp://127.0.0.1/e"))
        let read = try scenario.read(["other": "o"])
        #expect(read.step("a")?.url.constant == "/u/7%208/p/o?a=1&c=x%20y&d")
        #expect(read.step("a")?.headers == [Header(name: "A", value: Text("1"))])
        #expect(read.step("b")?.url.constant == "/b")
        #expect(read.step("c")?.url.constant == "/c/d")
        #expect(read.step("c")?.headers.map(\.name) == ["A", "B"])
        #expect(
            scenario.leftOut == ["d: the method is not known to scenarios", "e: it has no URL of HTTP"])
    }

    @Test("Scripts: the expected status and values of the answer are read, all else is told")
    func scripts() throws {
        let url = "http://127.0.0.1:1"
        let made = [
            #""pm.test('made', () => { pm.response.to.have.status(201); });""#, #""const data = pm.response.json();""#,
            #""const first = data.items[0];""#, #""pm.environment.set(\"item\", first.id);""#,
            #""pm.collectionVariables.set('odd', data.a + 1);""#, #""// pm.globals.set('off', data.b);""#,
            #""postman.setEnvironmentVariable('loc', pm.response.headers.get('Location'));""#,
        ].joined(separator: ",")
        let scenario = try postman(
            request("make", "POST", "\(url)/items", tests: made), request("show", "GET", "\(url)/items/{{item}}"),
            request(
                "put", "PUT", "\(url)/items",
                #","body":{"mode":"raw","raw":"{\"id\": {{item}}, \"name\": \"{{item}}\"}","options":{"raw":{"language":"json"}}}"#
            ))
        let read = try scenario.read()
        #expect(read.step("make")?.expect == [201...201])
        #expect(scenario.flowLines.contains("item: json $.items[0].id"))
        #expect(scenario.flowLines.contains("loc: header Location"))
        #expect(read.step("make")?.captures.map(\.name) == ["item", "loc"])
        #expect(scenario.flowLines.contains("get: /items/${item}"))
        // Without quotes it keeps its type, in quotes it is a text.
        #expect(scenario.flowLines.contains("id: ${item}"))
        #expect(scenario.flowLines.contains("name: ${item|text}"))
        #expect(
            scenario.leftOut == ["scripts of 1 request, but for statuses and values that they take from answers"])
    }

    @Test("What gives the token that other folders sign in with is the login")
    func login() throws {
        let url = "http://127.0.0.1:1"
        let token = #""pm.environment.set('token', pm.response.json().data.access);""#
        let scenario = try postman(
            #"{"name":"Auth","item":[\#(request("sign in", "POST", "\(url)/login", #","auth":{"type":"noauth"}"#, tests: token)),\#(request("sign out", "POST", "\(url)/logout"))]}"#,
            #"{"name":"Items","item":[\#(request("list", "GET", "\(url)/items"))]}"#,
            more: #","auth":{"type":"bearer","bearer":[{"key":"token","value":"{{token}}"}]}"#)
        let read = try scenario.read()
        #expect(read.login?.steps.map(\.name) == ["sign in"])
        #expect(read.flows.map(\.name) == ["Auth", "Items"])
        // Every other request signs in with it.
        #expect(read.defaults.http.authentication != nil)
        #expect(scenario.text.contains("    auth: {bearer: \"${token}\"}\n"))
        #expect(scenario.text.contains("token: json $.data.access"))
    }

    @Test("All problems of a collection are told at once")
    func malformed() {
        #expect(
            problems { try postman("1", #"{"name":"x"}"#, #"{"name":"f","item":[{"request":7}]}"#) } == [
                "c.json#/item/0: expected a request or a folder, found a number",
                "c.json#/item/1: expected a request or a folder: there is neither \"request\" nor \"item\"",
                "c.json#/item/2/item/0: expected a request or a folder: there is neither \"request\" nor \"item\"",
            ])
        #expect(
            problems { try postman(request("a", "GET", "")) } == [
                "c.json#/item: the collection holds no request that a scenario can send"
            ])
    }
}

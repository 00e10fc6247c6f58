import Scenarios
import Testing

@testable import Import

@Suite("HAR recordings")
struct HARTests {
    @Test("Entries become steps in the order of time, with the pauses of the user")
    func order() throws {
        let scenario = try har(
            entry("GET", "http://a.test/second?x=1", at: 4.0, status: 304),
            entry("GET", "http://a.test/", at: 0, lasting: 100, type: "text/html"),
            entry("GET", "http://a.test/style.css", at: 0.05, lasting: 900),
            entry("DELETE", "http://a.test/third", at: 4.3, status: 204),
            entry("GET", "http://a.test/second", at: 59, status: 404))
        #expect(
            scenario.flowLines == [
                "session:", "steps:", "- name: GET /", "get: /", "expect: 200", "- name: GET /style.css",
                "get: /style.css", "expect: 200", "- {pause: 3s}", "- name: GET /second", "get: /second?x=1",
                "expect: 200", "- name: DELETE /third", "delete: /third", "expect: 204", "- {pause: 10s}",
                "- name: GET /second (2)", "get: /second", "expect: 404",
            ])
        #expect(try scenario.read().limits.gracefulStop == .seconds(18))
    }

    @Test("Other hosts, WebSockets, failures and what is no HTTP are left out and told")
    func leftOut() throws {
        let entries = [
            entry("GET", "http://ads.test/1"), entry("GET", "http://a.test/", type: "text/html"),
            entry("GET", "http://ads.test/2"), entry("GET", "ws://a.test/live", status: 101),
            entry("GET", "data:text/plain,x"), entry("GET", "http://a.test/gone", status: 0),
            entry("PURGE", "http://a.test/cache"),
            entry(
                "POST", "http://a.test/up",
                more: #","postData":{"mimeType":"multipart/form-data; boundary=x","text":"--x"}"#),
        ]
        let scenario = try har(
            entries[0], entries[1], entries[2], entries[3], entries[4], entries[5], entries[6], entries[7])
        #expect(try scenario.read().steps.map(\.name) == ["GET /"])
        #expect(
            scenario.leftOut == [
                "GET /live: WebSockets are not taken over", "GET data:…: it is not an HTTP request",
                "GET /gone: it was not answered", "PURGE /cache: the method is not known to scenarios",
                "POST /up: the files of its body are not in the recording",
                "2 requests to http://ads.test: another host (--all-hosts keeps them)",
            ])
        let all = try har(entries[0], entries[1], allHosts: true)
        #expect(try all.read().steps.map(\.name) == ["GET http://ads.test/1", "GET /"])
        #expect(all.text.contains("get: http://ads.test/1"))
    }

    @Test("Header fields of the browser and its connection are dropped; common ones become defaults")
    func headers() throws {
        let fields = [
            ":authority": "a.test", "Host": "a.test", "Cookie": "a=b", "Content-Length": "3", "Accept-Encoding": "gzip",
            "sec-ch-ua": "x", "Connection": "keep-alive", "Referer": "http://a.test/?token=1", "If-None-Match": "x",
            "User-Agent": "agent", "X-Own": "${x}",
        ]
        let scenario = try har(
            entry("GET", "http://a.test/", headers: fields),
            entry("GET", "http://a.test/b", headers: ["User-Agent": "agent"]))
        let read = try scenario.read()
        #expect(read.defaults.headers == [Header(name: "User-Agent", value: Text("agent"))])
        #expect(read.steps.map(\.headers) == [[Header(name: "X-Own", value: Text("${x}"))], []])
    }

    @Test("Bodies: JSON, forms, forms with a name twice, texts")
    func bodies() throws {
        func post(_ type: String, _ text: String) -> String {
            entry("POST", "http://a.test/", more: #","postData":{"mimeType":"\#(type)","text":"\#(text)"}"#)
        }
        let steps = try har(
            post("application/json; charset=utf-8", #"{\"a\":[1,\"2\",null,true,1e3],\"b\":{}}"#),
            post("application/x-www-form-urlencoded", "a=1+2&b=%26"),
            post("application/x-www-form-urlencoded", "a=1&a=2"),
            post("application/xml", "<a/>"), post("application/json", "{broken"),
            entry(
                "POST", "http://a.test/",
                more:
                    #","postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"q","value":"1"}]}"#
            )
        ).read().steps
        #expect(
            steps.map(\.body) == [
                .json(
                    .object([
                        .init(
                            name: "a",
                            value: .array([.raw("1"), .text(Text("2")), .raw("null"), .raw("true"), .raw("1e3")])),
                        .init(name: "b", value: .object([])),
                    ])),
                .form([Header(name: "a", value: Text("1 2")), Header(name: "b", value: Text("&"))]),
                .text(Text("a=1&a=2")), .text(Text("<a/>")), .text(Text("{broken")),
                .form([Header(name: "q", value: Text("1"))]),
            ])
        #expect(steps[2].headers == [Header(name: "Content-Type", value: Text("application/x-www-form-urlencoded"))])
        #expect(steps[3].headers == [Header(name: "Content-Type", value: Text("application/xml"))])
    }

    @Test("No secret of a recording is written, wherever it stands")
    func secrets() throws {
        let key = "zQ9-secret-value-1"
        func json(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
        func body(_ type: String, _ text: String) -> String {
            #","postData":{"mimeType":"\#(type)","text":"\#(json(text))"}"#
        }
        let places = [
            entry("GET", "http://a.test/", headers: ["Authorization": "Bearer \(key)"]),
            entry("GET", "http://a.test/", headers: ["Authorization": key]),
            entry("GET", "http://a.test/", headers: ["Proxy-Authorization": "Basic \(key)"]),
            entry("GET", "http://a.test/", headers: ["Cookie": "sid=\(key)"]),
            entry("GET", "http://a.test/", headers: ["X-API-Key": key]),
            entry("GET", "http://a.test/", headers: ["x-csrf-token": key]),
            entry("GET", "http://a.test/", headers: ["X-Data": "password=\(key)"]),
            entry("GET", "http://user:\(key)@a.test/"), entry("GET", "http://a.test/?access_token=\(key)"),
            entry("GET", "http://a.test/?key=\(key)"), entry("GET", "http://a.test/?state=1&code=\(key)"),
            entry("GET", "http://a.test/?next=%2Fin%3Ftoken%3D\(key)"),
            entry("GET", "http://a.test/reset/eyJhbGciOiJub25lIn0.\(key).x"),
            entry("POST", "http://a.test/", more: body("application/x-www-form-urlencoded", "user=a&password=\(key)")),
            entry("POST", "http://a.test/", more: body("application/json", #"{"a":{"clientSecret":"\#(key)"}}"#)),
            entry("POST", "http://a.test/", more: body("application/json", #"{"credentials":{"x":["\#(key)"]}}"#)),
            entry(
                "POST", "http://a.test/", more: body("application/json", #"{"query":"{ in(password: \"\#(key)\") }"}"#)),
            entry("POST", "http://a.test/", more: body("application/xml", "<in><password>\(key)</password></in>")),
            entry("POST", "http://a.test/", more: body("text/plain", "{\"token\": \"\(key)\"")),
            entry(
                "POST", "http://a.test/",
                more:
                    #","postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"otp","value":"\#(key)"}]}"#
            ),
        ]
        for location in places {
            let scenario = try har(location)
            #expect(!scenario.text.contains(key), "\(location)\n\(scenario.text)")
            _ = try scenario.read()
        }
        // Once known, it is found under names that say nothing, too, and in what comes before.
        let scenario = try har(
            entry("GET", "http://a.test/files/\(key)?ref=x\(key)", headers: ["X-Ref": "a \(key)"]),
            entry("POST", "http://a.test/", more: body("application/json", #"{"a":"\#(key)"}"#)),
            entry("GET", "http://\(key).b.test/"), entry("GET", "http://a.test/", headers: ["X-Token": key]))
        #expect(!(scenario.text + scenario.leftOut.joined() + scenario.hints.joined()).contains(key))
        #expect(scenario.text.contains("/files/${env:X_TOKEN:-change-me}?ref=x${env:X_TOKEN:-change-me}"))
    }

    @Test("A name may hold a secret, too; what names the host is none")
    func secretNames() throws {
        let session = "5d41402abc4b2a76b9719d911017c592"
        let scenario = try har(
            entry("GET", "http://www.long-host.test/a", response: #","cookies":[{"name":"s","value":"\#(session)"}]"#),
            entry(
                "POST", "http://www.long-host.test/b",
                more:
                    #","postData":{"mimeType":"application/json","text":"{\"open\":{\"\#(session)\":1},\"cookie_domain\":\"www.long-host.test\"}"}"#
            ), entry("GET", "http://www.long-host.test/c?\(session)=1"))
        #expect(!scenario.text.contains(session))
        #expect(scenario.text.contains("target: http://www.long-host.test\n"))
        #expect(scenario.text.contains("get: /c?${env:COOKIE_VALUE:-change-me}=1"))
    }

    @Test("What a login gave out is found in later requests")
    func issuedTokens() throws {
        let token = "opaque-token-17"
        let scenario = try har(
            entry("POST", "http://a.test/in").replacing(
                #""mimeType":"application/json""#,
                with: #""mimeType":"application/json","text":"{\"access_token\":\"\#(token)\"}""#),
            entry("GET", "http://a.test/x?v=\(token)", headers: ["X-V": token]))
        #expect(!scenario.text.contains(token))
        #expect(scenario.text.contains("X-V: ${access_token}"))
        #expect(scenario.text.contains("access_token: json $.access_token"))
        #expect(scenario.hints == [])
    }

    @Test("Cookies that an answer sets and a later request sends are kept by each user; others are told")
    func cookies() throws {
        let setting = #","headers":[{"name":"Set-Cookie","value":"sid=5d41402abc4b2a76; Path=/"}]"#
        let kept = try har(
            entry("GET", "http://a.test/", headers: ["Cookie": "theme=dark"], response: setting),
            entry("GET", "http://a.test/b", headers: ["Cookie": "sid=5d41402abc4b2a76; theme=dark"]))
        #expect(try kept.read().defaults.http.cookies)
        #expect(kept.leftOut == ["cookies that no answer of the recording set before: theme"])
        // Set, but never sent again.
        let once = try har(entry("GET", "http://a.test/", response: setting), entry("GET", "http://a.test/b"))
        #expect(try !once.read().defaults.http.cookies)
    }

    @Test(
        "Tokens are captured where an answer gives them out: members, header fields, hidden fields; the first answer counts"
    )
    func captures() throws {
        let (first, second, third) = ("opaque-token-17", "q8ZtR2vX5nLw7Yb", "7YbK3mDf9GhJ4cP")
        let login = entry(
            "POST", "http://a.test/in", response: #","headers":[{"name":"X-CSRF-Token","value":"\#(second)"}]"#
        )
        .replacing(
            #""mimeType":"application/json""#,
            with: #""mimeType":"application/json","text":"{\"data\":[{\"access-token\":\"\#(first)\"}]}""#)
        let page = entry("GET", "http://a.test/form", type: "text/html").replacing(
            #""mimeType":"text/html""#,
            with:
                #""mimeType":"text/html","text":"<form><input type=hidden name=\"authenticity_token\" value=\"\#(third)\"></form>""#
        )
        let scenario = try har(
            entry("GET", "http://a.test/early", headers: ["X-Token": first]), login, page,
            entry("GET", "http://a.test/x?v=\(first)", headers: ["Authorization": "Bearer \(first)", "X-C": second]),
            entry(
                "POST", "http://a.test/form",
                more:
                    #","postData":{"mimeType":"application/x-www-form-urlencoded","text":"authenticity_token=\#(third)"}"#
            ))
        for token in [first, second, third] { #expect(!scenario.text.contains(token)) }
        let steps = try scenario.read().steps
        // What was sent before any answer gave it out stays the user's to set.
        #expect(scenario.text.contains("X-Token: ${env:"))
        #expect(Set(steps[1].captures.map(\.name)) == ["access_token", "x_csrf_token"])
        #expect(steps[2].captures.map(\.name) == ["authenticity_token"])
        #expect(scenario.text.contains(#"json $.data[0][\"access-token\"]"#))
        #expect(scenario.text.contains("get: /x?v=${access_token}"))
        #expect(scenario.text.contains("Authorization: Bearer ${access_token}"))
        #expect(scenario.text.contains("X-C: ${x_csrf_token}"))
        #expect(scenario.text.contains("authenticity_token: ${authenticity_token}"))
    }

    @Test("CORS preflights and what the browser gave up are left out and told")
    func preflights() throws {
        let preflight = entry("OPTIONS", "http://a.test/x", headers: ["Access-Control-Request-Method": "PUT"])
        let scenario = try har(
            preflight, entry("PUT", "http://a.test/x"), preflight, entry("OPTIONS", "http://a.test/own"),
            entry("GET", "http://a.test/gone", status: 0, response: #","_error":"net::ERR_ABORTED""#),
            entry("GET", "http://a.test/half", response: #","_error":"net::ERR_ABORTED""#))
        #expect(try scenario.read().steps.map(\.name) == ["PUT /x", "OPTIONS /own"])
        #expect(
            scenario.leftOut == [
                "GET /gone: it was given up", "GET /half: it was given up",
                "2 CORS preflights: browsers send them, no user does",
            ])
    }

    @Test("Content types keep their parameters, and bodies of several parts without files become multipart")
    func contentTypes() throws {
        func post(_ type: String, _ text: String) -> String {
            entry("POST", "http://a.test/", more: #","postData":{"mimeType":"\#(type)","text":"\#(text)"}"#)
        }
        let steps = try har(
            post("application/json; charset=utf-8", #"{\"a\":1}"#), post("application/json", #"{\"a\":1}"#),
            post("application/x-www-form-urlencoded; charset=UTF-8", "a=1"),
            post("application/vnd.api+json; ext=x", #"{\"a\":1}"#), post("text/plain; charset=utf-8", "a"),
            post(
                "multipart/form-data; boundary=xx",
                #"--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--xx--\r\n"#)
        ).read().steps
        #expect(
            steps.map { $0.headers.first?.value.constant } == [
                "application/json; charset=utf-8", nil, "application/x-www-form-urlencoded; charset=UTF-8",
                "application/vnd.api+json; ext=x", "text/plain; charset=utf-8", nil,
            ])
        guard case .multipart(let parts) = steps[5].body else {
            Issue.record("no multipart body")
            return
        }
        #expect(parts.map(\.name) == ["a"])
    }

    @Test("What is harmless stays")
    func harmless() throws {
        let scenario = try har(
            entry(
                "POST", "http://a.test/authors?max_tokens=5&country_code=de",
                more:
                    #","postData":{"mimeType":"application/json","text":"{\"max_tokens\":256,\"token_type\":\"a\",\"text\":\"Forgot your password?\"}"}"#
            ))
        #expect(scenario.flowLines.contains("max_tokens: 256"))
        #expect(scenario.flowLines.contains("token_type: a"))
        #expect(scenario.flowLines.contains("text: Forgot your password?"))
    }

    @Test(
        "What is no recording is refused",
        arguments: [
            ("{}", "s.har#/log/entries: expected a HAR recording: there is no list of entries"),
            (#"{"log":{"entries":[]}}"#, "s.har#/log/entries: the recording holds no answered HTTP request"),
            (#"{"log":{"entries":[{},{"request":{"url":1}}]}}"#, "s.har#/log/entries/0: an entry has a request"),
            ("{\n\"log\" 1}", "s.har:2:7: not JSON: expected :, found \"1\""),
        ])
    func refused(text: String, problem: String) {
        let found = problems {
            let root = try DocumentFile.parse(text, file: "s.har", format: .json)
            var secrets = SecretKeeper()
            let draft = try HARImport(root, file: "s.har", allHosts: false).draft(
                target: nil, name: nil, secrets: &secrets)
            return try ImportedScenario(draft, source: "s.har", secrets: .ofDocument)
        }
        #expect(found.first == problem)
    }

    @Test(
        "Instants",
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("2000-03-01T00:00:00.5Z", 951_868_800_500),
            ("2026-01-31T12:00:00.250+01:00", 1_769_857_200_250), ("2024-02-29T23:59:59-0130", 1_709_256_599_000),
        ])
    func times(text: String, milliseconds: Double) {
        #expect(HARTime.milliseconds(text) == milliseconds)
    }
}

import Testing

@testable import CacheVerification
@testable import Scenarios

@Suite struct URLPlaceTests {
    private func url(_ text: String, environment: [String: String] = [:]) throws -> Text {
        let step = withStep("get: '\(text)'", before: "login: [{get: /l, capture: {next: header X}}]")
        return try read(step, environment: environment).steps[0].url
    }

    @Test(
        "What an iteration fills in is encoded, but where it begins the URL, is the whole query, or is said to be raw",
        arguments: [
            ("/items/${next}", [Text.Piece.literal("/items/"), .variable(.capture("next"))]),
            ("/items?q=${next}", [.literal("/items?q="), .variable(.capture("next"))]),
            ("/items?${next}=1", [.literal("/items?"), .variable(.capture("next")), .literal("=1")]),
            ("/items?${next}", [.literal("/items?"), .variable(.raw(.capture("next")))]),
            ("/items?a=1&${next}", [.literal("/items?a=1&"), .variable(.capture("next"))]),
            ("${next}", [.variable(.raw(.capture("next")))]),
            ("${next}?page=${user}", [.variable(.raw(.capture("next"))), .literal("?page="), .variable(.user)]),
            ("/f/${raw:next}", [.literal("/f/"), .variable(.raw(.capture("next")))]),
            ("http://127.0.0.1:1/${next}", [.literal("http://127.0.0.1:1/"), .variable(.capture("next"))]),
        ])
    func variables(source: String, pieces: [Text.Piece]) throws {
        #expect(try url(source).pieces == pieces)
        // As it is written, but that what begins a URL is raw by itself.
        #expect(try url(source).shown.replacing("raw:", with: "") == source.replacing("raw:", with: ""))
    }

    @Test(
        "What the environment fills in is encoded likewise, defaults, too",
        arguments: [
            ("/q?k=${env:KEY}", "/q?k=a%26b%3Dc"), ("/q?k=${raw:env:KEY}", "/q?k=a&b=c"), ("/q?${env:KEY}", "/q?a&b=c"),
            ("/q?k=${env:NONE:-1+1}", "/q?k=1%2B1"), ("/${env:NONE:-a/b}/c", "/a%2Fb/c"),
            ("/${env:NONE:-é}", "/%C3%A9"),
            ("${env:BASE}/items", "http://127.0.0.1:9/v1/items"), ("http://${env:HOST}/x", "http://127.0.0.1:9/x"),
            ("http://${env:HOST}${env:ROOT}/x", "http://127.0.0.1:9/r/s/x"),
            ("${env:SCHEME}://${env:HOST}/${env:KEY}", "http://127.0.0.1:9/a%26b%3Dc"),
        ])
    func environment(source: String, expected: String) throws {
        let environment = [
            "KEY": "a&b=c", "BASE": "http://127.0.0.1:9/v1", "HOST": "127.0.0.1:9", "ROOT": "/r/s", "SCHEME": "http",
        ]
        #expect(try url(source, environment: environment).constant == expected)
    }

    @Test("A secret is not shown in either form")
    func redacts() throws {
        let scenario = try read(
            withStep("get: '/q?k=${env:KEY}'"), environment: ["KEY": ["se", "cret&+"].joined()])
        #expect(scenario.steps[0].url.constant == "/q?k=secret%26%2B")
        #expect(scenario.secrets.redact("a secret%26%2B b secret&+") == "a ${env:KEY} b ${env:KEY}")
    }

    @Test("URLs of probes and verifications are encoded by the same rule")
    func others() throws {
        let scenario = try read(
            minimal(
                """
                probes: {p: {get: "/metrics?of=${env:KEY}"}}
                verify: [{cache: {get: "/a?k=${env:KEY}&n=${n}", catalogue: 10, requests: 20}}]
                """), environment: ["KEY": "a&b"])
        guard case .http(let url, _) = scenario.probes[0].source,
            let rule = scenario.verifications[0].rule as? CacheRule
        else {
            Issue.record("other sources")
            return
        }
        #expect(url.constant == "http://127.0.0.1:8080/metrics?of=a%26b")
        #expect(rule.request.url.shown == "/a?k=${env:KEY}&n=${n}")
        #expect(rule.request.url.pieces[1] == .secret(value: "a%26b", shown: "${env:KEY}"))
    }

    @Test("raw stands where something is encoded, and nowhere else")
    func raw() throws {
        let text = withStep("post: '/${raw:user}'", "form: {a: '${raw:user}'}", "headers: {X: '${raw:user}'}")
        #expect(
            problems(text) == ["s.yaml:11:23: ${raw:…} is for URLs and forms: elsewhere nothing is encoded for them"])
        #expect(
            problems(withStep("get: '/${raw:nobody}'")) == [
                "s.yaml:9:16: unknown variable \"nobody\"; available here: iteration, user, uuid, random.int(low,high), "
                    + "env:NAME, file:PATH"
            ])
    }

    @Test("Host and port of a URL can't vary, whatever stands before them")
    func hosts() {
        for url in [
            "${user}/a", "http://${user}/", "http://127.0.0.1:${user}/", "http://127.0.0.1${user}", "http://${user}@h/",
        ] {
            #expect(problems(withStep("get: '\(url)'")).count == 1, "\(url)")
        }
    }
}

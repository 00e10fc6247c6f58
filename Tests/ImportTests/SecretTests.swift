import Credentials
import Scenarios
import Testing

@testable import Import

/// Secrets by every name and in every code: none may stand in what is written.
@Suite("Secrets of sources")
struct SecretTests {
    private static let key = ["zQ9", "secret", "value", "1"].joined(separator: "-")

    private func json(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private func body(_ type: String, _ text: String) -> String {
        #","postData":{"mimeType":"\#(type)","text":"\#(json(text))"}"#
    }

    @Test(
        "Header fields, members, elements and parameters by many names",
        arguments: [
            "X-Functions-Key", "X-Master-Key", "DD-APPLICATION-KEY", "Ocp-Apim-Subscription-Key", "X-Goog-Api-Key",
        ])
    func headerNames(name: String) throws {
        let recorded = try har(entry("GET", "http://a.test/", headers: [name: Self.key]))
        #expect(!recorded.text.contains(Self.key))
        #expect(try !curl("curl http://a.test/ -H '\(name): \(Self.key)'").text.contains(Self.key))
    }

    @Test(
        "Members of JSON by many names, pairs of name and value among them",
        arguments: [
            #"{"pw":"§"}"#, #"{"encryption_key":"§"}"#, #"{"signing_key":"§"}"#, #"{"accountKey":"§"}"#,
            #"{"senha":"§"}"#,
            #"{"kennwort":"§"}"#, #"{"motdepasse":"§"}"#, #"{"fields":[{"name":"password","value":"§"}]}"#,
            #"{"key":"api_token","value":"§"}"#, #"{"id":"pwd","data":{"x":"§"}}"#,
        ])
    func members(text: String) throws {
        let text = text.replacing("§", with: "hunter22")
        // Under its own type, under that of a form (what a program sends that names none), under none.
        for type in ["application/json", "application/x-www-form-urlencoded", "text/plain;charset=UTF-8", ""] {
            let scenario = try har(entry("POST", "http://a.test/", more: body(type, text)))
            #expect(!scenario.text.contains("hunter22"), "\(type) \(scenario.text)")
            let step = try #require(try scenario.read().steps.first)
            guard case .json = step.body else {
                Issue.record("\(type): \(scenario.text)")
                continue
            }
        }
        #expect(try !curl("curl http://a.test/ -d '\(text)'").text.contains("hunter22"))
    }

    @Test("JSON under the type of a form goes out under that type, and no name of a field is made of it")
    func disguised() throws {
        let steps = try har(
            entry("POST", "http://a.test/", more: body("application/x-www-form-urlencoded", #"{"password":"abcd"}"#)),
            entry("POST", "http://a.test/", more: body("application/x-www-form-urlencoded", #"{"a":1}"#))
        ).read().steps
        let type = [Header(name: "Content-Type", value: Text("application/x-www-form-urlencoded"))]
        #expect(steps.map(\.headers) == [type, type])
        #expect(steps[1].body == .text(Text(#"{"a":1}"#)))
    }

    @Test("Of XML only the secret is replaced")
    func markup() throws {
        let scenario = try har(
            entry(
                "POST", "http://a.test/",
                more: body("text/xml", "<e:In xmlns:e='u'><e:User>bob</e:User><e:Password>!a b</e:Password></e:In>")))
        let body = try #require(try scenario.read(["PASSWORD": "pppp"]).steps.first?.body)
        #expect(
            body
                == .text(
                    Text(pieces: [
                        .literal("<e:In xmlns:e='u'><e:User>bob</e:User><e:Password>"),
                        .secret(value: "pppp", shown: "${env:PASSWORD}"), .literal("</e:Password></e:In>"),
                    ])))
    }

    @Test(
        "Paths of hooks, and keys that are called appid or key",
        arguments: [
            "services/T0AAAAAAA/B0AAAAAAA/§", "api/webhooks/123456789012345678/§", "bot123456789:§/sendMessage",
            "data?appid=§&q=1", "data?key=§", "workflows/1?sv=1&sig=§",
        ])
    func addresses(path: String) throws {
        // AA begins what a bot of Telegram proves itself with.
        let secret = "AA" + Self.key.replacing("-", with: "q7")
        let path = path.replacing("§", with: secret)
        #expect(try !har(entry("GET", "http://a.test/\(path)")).text.contains(secret))
        #expect(try !curl("curl 'http://a.test/\(path)'").text.contains(secret))
    }

    @Test("A secret is replaced in every code: percent, plus, JSON, markup, base64, one in the other")
    func codings() throws {
        let secret = "p w/1\"é&<\u{1F511}+x9"
        let coded = [
            "p%20w%2F1%22%C3%A9%26%3C%F0%9F%94%91%2Bx9", "p+w%2f1%22%c3%a9%26%3c%f0%9f%94%91%2bx9",
            #"p w\/1\"\u00e9&<\ud83d\udd11+x9"#, "p w/1&quot;&#233;&amp;&lt;&#x1F511;+x9",
            "p%2520w%252F1%2522%25C3%25A9%2526%253C%25F0%259F%2594%2591%252Bx9", Base64.encoded(secret),
            Base64.encoded("{\"a\":\"\(secret)\"}").replacing("=", with: ""),
        ]
        for code in coded {
            let scenario = try har(
                entry("GET", "http://a.test/\(json(code.replacing("\"", with: "").replacing(" ", with: "")))/x"),
                entry(
                    "GET", "http://a.test/x?u=\(json(code.replacing("\"", with: "%22").replacing("&", with: "%26")))"),
                entry("POST", "http://a.test/", more: body("text/plain", "x \(code) y")),
                entry("POST", "http://a.test/", more: body("application/json", #"{"password":"\#(json(secret))"}"#)))
            #expect(!scenario.text.contains(code), "\(scenario.text)")
            let step = try #require(try scenario.read().steps.first { $0.name == "POST /" })
            // What looks like a token has a name of its own.
            #expect(scenario.text.contains("x ${env:"), "\(code): \(step)")
        }
    }

    @Test("A secret with a slash that a path holds ends no import")
    func pathSecret() throws {
        let secret = "ab/cd12345x"
        let scenario = try har(
            entry("GET", "http://a.test/files/\(secret)/x"),
            entry("GET", "http://a.test/", headers: ["X-Token": secret]))
        #expect(!scenario.text.contains(secret))
    }

    @Test("Examples of a document that look like secrets are not written; what its author made up stays")
    func examples() throws {
        let token = ["gh", "p_", "q8ZtR2vX5nLw7YbK3mDf9GhJ4cPs6TaEwRuQ"].joined()
        let password = ["Zp9", "kfwe"].joined(separator: "!")
        let scenario = try openAPI(
            document(
                """
                /in:
                  post:
                    parameters:
                      - {name: X-Trace, in: header, required: true, schema: {type: string}, example: "\(token)"}
                      - {name: appid, in: query, required: true, schema: {type: string}, example: \(password)7xq}
                    requestBody:
                      content:
                        application/json:
                          schema: {type: object}
                          example: {user: bob, password: "\(password)", note: "\(token)", token: string, pin: "<pin>"}
                    responses: {"200": {description: ok}}
                """))
        #expect(!scenario.text.contains(token) && !scenario.text.contains("Zp9"), "\(scenario.text)")
        #expect(scenario.text.contains("password: ${env:PASSWORD:-change-me}"))
        #expect(scenario.text.contains("token: string") && scenario.text.contains("user: bob"))
        #expect(scenario.hints.contains { $0.contains("PASSWORD") })
    }

    @Test("What the importers write passes the credentials verification")
    func ownScanner() throws {
        let secret = Self.key
        let scenarios = [
            try curl("curl -u bob:\(secret) http://a.test/ -H 'X-Api-Key: \(secret)' -d 'password=\(secret)'"),
            try curl("curl --digest -u bob:\(secret) http://a.test/"),
            try curl(
                "curl --aws-sigv4 aws:amz:eu-west-1:es -u AK\("IA" + "Q3EGRJ5LPNTW2XYZ"):\(secret) http://a.test/"),
            try har(
                entry("GET", "http://bob:\(secret)@a.test/", headers: ["Cookie": "sid=\(secret)"]),
                entry("POST", "http://a.test/", more: body("application/json", #"{"password":"\#(secret)"}"#))),
            try openAPI(
                document(
                    "/a: {get: {security: [{b: []}], responses: {}}}\n/b: {get: {security: [{t: []}, {k: []}], responses: {}}}",
                    components:
                        "{securitySchemes: {b: {type: http, scheme: basic}, t: {type: http, scheme: bearer}, k: {type: apiKey, in: header, name: X-Api-Key}}}"
                )),
        ]
        let scanner = CredentialScanner()
        for scenario in scenarios {
            #expect(scanner.candidates(in: Array(scenario.text.utf8), path: "a.yaml") == [], "\(scenario.text)")
        }
    }
}

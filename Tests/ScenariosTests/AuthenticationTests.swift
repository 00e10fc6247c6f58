import Testing

@testable import Scenarios

@Suite struct AuthenticationTests {
    private static let defaults = "defaults: {http: {auth: {bearer: \"${env:TOKEN}\"}}}"

    @Test("Each way of auth is read, with places to fill in")
    func ways() throws {
        func authentication(_ text: String) throws -> Authentication? {
            try read(withStep("get: /", "auth: \(text)"), environment: ["TOKEN": "hush-hush"]).steps[0].authentication
        }
        let user = Text(pieces: [.literal("u-"), .variable(.user)])
        let secret = Text(pieces: [.secret(value: "hush-hush", shown: "${env:TOKEN}")])
        #expect(
            try authentication("{basic: {user: \"u-${user}\", password: \"${env:TOKEN}\"}}")
                == .basic(user: user, password: secret))
        #expect(
            try authentication("{digest: {user: \"u-${user}\", password: \"${env:TOKEN}\"}}")
                == .digest(user: user, password: secret))
        #expect(try authentication("{bearer: \"${env:TOKEN}\"}") == .bearer(token: secret))
        #expect(
            try authentication(
                "{aws: {region: us-east-1, service: execute-api, key_id: K, secret_key: \"${env:TOKEN}\"}}")
                == .aws(
                    .init(region: "us-east-1", service: "execute-api", keyID: Text("K"), secretKey: secret)))
        #expect(
            try authentication("{aws: {region: r, service: s, key_id: K, secret_key: S, session_token: \"${uuid}\"}}")
                == .aws(
                    .init(
                        region: "r", service: "s", keyID: Text("K"), secretKey: Text("S"),
                        sessionToken: Text(pieces: [.variable(.uuid)]))))
    }

    @Test("A step's auth replaces the default, and none leaves it out")
    func replacement() throws {
        func authentication(_ keys: String) throws -> Authentication? {
            try read(
                withStep("get: /", "timeout: 1s", keys, before: Self.defaults), environment: ["TOKEN": "hush-hush"]
            ).steps[0].authentication
        }
        let secret = Text(pieces: [.secret(value: "hush-hush", shown: "${env:TOKEN}")])
        #expect(try authentication("tags: {a: b}") == .bearer(token: secret))
        #expect(try authentication("auth: {bearer: own}") == .bearer(token: Text("own")))
        #expect(try authentication("auth: none") == nil)
        let own = withStep("get: /", "auth: none", "headers: {Authorization: own}", before: Self.defaults)
        #expect(try read(own, environment: ["TOKEN": "hush-hush"]).steps[0].authentication == nil)
    }

    @Test(
        "Wrong auth says what is wrong and where",
        arguments: [
            (["auth: {}"], "s.yaml:10:15: expected one of basic, digest, bearer, aws in auth"),
            (
                ["auth: basic"],
                "s.yaml:10:15: expected a mapping with the keys basic, digest, bearer, aws …, found \"basic\""
            ),
            (["auth: {baisc: {}}"], "s.yaml:10:16: unknown key \"baisc\" (did you mean \"basic\"?)"),
            (
                ["auth: {bearer: a, basic: {user: a, password: b}}"],
                "s.yaml:10:27: auth has one way: \"basic\" can't stand beside \"bearer\""
            ),
            (["auth: {basic: {user: a}}"], "s.yaml:10:23: missing key \"password\""),
            (
                ["auth: {basic: {user: \"a:b\", password: c}}"],
                "s.yaml:10:30: a user's name holds no colon (RFC 7617 §2)"
            ),
            (
                ["auth: {bearer: \"a\\nb\"}"],
                "s.yaml:10:24: the value holds a line break or NUL, which a header field can't"
            ),
            (
                ["auth: {aws: {region: a/b, service: s, key_id: k, secret_key: s}}"],
                "s.yaml:10:30: expected a region such as us-east-1, found \"a/b\""
            ),
            (
                ["auth: {bearer: a}", "headers: {authorization: b}"],
                "s.yaml:11:19: the header field authorization can't stand beside auth"
            ),
        ])
    func wrong(keys: [String], problem: String) {
        let text = withStep("get: /\n        " + keys.joined(separator: "\n        "))
        #expect(problems(text) == [problem])
    }

    @Test("Auth and an Authorization field of defaults and steps exclude each other")
    func conflicts() {
        #expect(
            problems(minimal("defaults: {http: {auth: {bearer: a}, headers: {Authorization: b}}}")) == [
                "s.yaml:5:19: auth can't stand beside the header field Authorization"
            ])
        #expect(
            problems(
                withStep("get: /", "headers: {Authorization: b}", before: Self.defaults),
                environment: ["TOKEN": "hush-hush"]) == [
                    "s.yaml:10:19: the header field Authorization can't stand beside auth of defaults.http "
                        + "(auth: none in the step leaves it out)"
                ])
        #expect(
            problems(
                withStep("get: /", "auth: {bearer: a}", before: "defaults: {http: {headers: {Authorization: b}}}")) == [
                    "s.yaml:10:9: auth can't stand beside the header field Authorization of defaults.http.headers"
                ])
    }

    @Test("What an iteration captures stands in a step's auth; in that of the defaults stands what the login captures")
    func scope() throws {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            load: [{users: 1, for: 1s}]
            login: [{name: in, post: /login, capture: {token: json $.token}}]
            flows: {main: {steps: [{name: home, get: /, auth: {bearer: "${token}"}}]}}
            """
        #expect(
            try read(text).flows[0].steps[0].authentication
                == .bearer(token: Text(pieces: [.variable(.capture("token"))])))
        #expect(
            problems(text + "\ndefaults: {http: {auth: {bearer: \"${other}\"}}}") == [
                "s.yaml:6:35: unknown variable \"other\"; available here: token, iteration, user, uuid, "
                    + "random.int(low,high), env:NAME, file:PATH"
            ])
    }

    @Test("A password or token that is too short to be hidden is warned of")
    func short() throws {
        for auth in ["{bearer: \"${env:S}\"}", "{basic: {user: a, password: \"${env:S}\"}}"] {
            let text = minimal("defaults: {http: {auth: \(auth)}}")
            let warnings = try read(text, environment: ["S": "abc"]).warnings
            #expect(
                warnings.map(\.message) == [
                    "the value of ${env:S} is too short to be hidden: it has fewer than 4 bytes"
                ])
            #expect(try read(text, environment: ["S": "abcd"]).warnings.isEmpty)
        }
    }
}

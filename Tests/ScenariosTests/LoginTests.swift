import Testing

@testable import Scenarios

@Suite struct LoginTests {
    private func scenario(login: String, flows: String = "main: {steps: [{name: home, get: \"/${token}\"}]}") -> String
    {
        """
        name: tiny
        target: http://127.0.0.1:8080
        load: [{users: 1, for: 1s}]
        flows: {\(flows)}
        login: \(login)
        """
    }

    private static let signIn = "{name: sign-in, post: /login, capture: {token: json $.token}}"

    @Test("The login is a flow of its own, its steps come last, and what it captures is there in all flows")
    func login() throws {
        let scenario = try read(
            scenario(
                login: "[\(Self.signIn), {pause: 1s}, {name: profile, get: \"/${token}\", when: \"${token}\"}]",
                flows: "main: {steps: [{name: home, get: \"/${token}\"}]}, "
                    + "other: {steps: [{name: b, get: /b, unless: \"${token} == x\"}]}")
                + "\nobjectives: [p95 response_time of login < 1s, p95 iteration_time of login < 1s, errors of sign-in == 0]"
        )
        let login = try #require(scenario.login)
        #expect(login.name == Scenario.loginName)
        #expect(login.actions.count == 3)
        #expect(scenario.flows.map(\.name) == ["main", "other"])
        #expect(scenario.steps.map(\.name) == ["home", "b", "sign-in", "profile"])
        #expect(scenario.steps[0].url == Text(pieces: [.literal("/"), .variable(.capture("token"))]))
        #expect(scenario.objectives.map(\.selector) == [.name("login"), .name("login"), .name("sign-in")])
        #expect(try read(minimal()).login == nil)
    }

    @Test("A flow may be called login where there is none")
    func flowCalledLogin() throws {
        let text = minimal().replacing("main", with: "login")
        #expect(try read(text).flows.map(\.name) == ["login"])
    }

    @Test(
        "A wrong login says what is wrong and where",
        arguments: [
            ("{steps: []}", ["s.yaml:5:8: expected a list of steps, found a mapping"]),
            ("[]", ["s.yaml:5:8: login sends no request"]),
            ("[{pause: 1s}]", ["s.yaml:5:8: login sends no request"]),
            (
                "[{websocket: /ws, name: ws}]",
                ["s.yaml:5:10: login sends requests: a websocket step belongs in a flow"]
            ),
            ("[{name: home, post: /}]", ["s.yaml:4:40: another step is called \"home\" (line 5)"]),
            ("[{name: a, get: /, expct: 1}]", ["s.yaml:5:27: unknown key \"expct\" (did you mean \"expect\"?)"]),
            (
                "[{name: a, get: \"/${id}\"}]",
                ["s.yaml:5:26: \"id\" has no value here: only this or a later step or another flow captures it"]
            ),
        ])
    func wrong(login: String, expected: [String]) {
        let flows = "main: {steps: [         {name: home, get: /, capture: {id: json $.id}}]}"
        #expect(problems(scenario(login: login, flows: flows)) == expected)
    }

    @Test("A flow can neither be called login beside it, nor capture what the login does")
    func conflicts() {
        let flows = "login: {steps: [{name: a, get: /, capture: {token: json $.t}}]}"
        #expect(
            problems(scenario(login: "[\(Self.signIn)]", flows: flows)) == [
                "s.yaml:4:9: a flow called \"login\" can't stand beside login: choose another name",
                "s.yaml:4:53: \"token\" is captured in login already: choose another name",
            ])
    }

    @Test("Defaults may hold what the login captures; its own requests go without")
    func defaults() throws {
        let text =
            scenario(
                login: "[\(Self.signIn), {name: me, get: /me, auth: {bearer: \"${token}\"}}]",
                flows: "main: {steps: [{get: /}, {get: /open, auth: none}, {websocket: /ws}]}")
            + "\ndefaults: {http: {auth: {bearer: \"${token}\"}, headers: {X-Token: \"${token}\"}}}"
        let steps = try read(text).steps
        let token = Authentication.bearer(token: Text(pieces: [.variable(.capture("token"))]))
        #expect(steps.map(\.authentication) == [token, nil, token, nil, token])
        // One that is known without the login is for its requests, too, and they may say who asks in their own way.
        let known = text.replacing("{auth: {bearer: \"${token}\"}", with: "{auth: {bearer: known}")
        #expect(try read(known).steps[3].authentication == .bearer(token: Text("known")))
        let own = text.replacing("post: /login", with: "post: /login, headers: {Authorization: own}")
        #expect(problems(own) == [])
    }

    @Test("Defaults can't hold what only a flow captures, or nobody does")
    func wrongDefaults() {
        let flows = "main: {steps: [{get: /, capture: {id: json $.id}}]}"
        let text = scenario(login: "[\(Self.signIn)]", flows: flows)
        #expect(
            problems(text + "\ndefaults: {http: {auth: {bearer: \"${id}\"}}}") == [
                "s.yaml:6:35: \"id\" has no value here: only this or a later step or another flow captures it"
            ])
        #expect(
            problems(text + "\ndefaults: {http: {auth: {bearer: \"${tokn}\"}}}").first?.contains("did you mean") == true
        )
    }

    @Test("Cookies that are fresh with each iteration don't go with a login")
    func freshCookies() throws {
        let fresh = "\ndefaults: {http: {cookies: fresh}}"
        #expect(
            problems(scenario(login: "[\(Self.signIn)]") + fresh) == [
                "s.yaml:5:8: the cookies of login would be gone with the first iteration, since defaults.http.cookies is "
                    + "fresh: sign in within the flow, or say cookies: true"
            ])
        let http = try read(minimal("defaults: {http: {cookies: fresh}}")).defaults.http
        #expect((http.cookies, http.freshCookies) == (true, true))
        let kept = try read(minimal("defaults: {http: {cookies: true}}")).defaults.http
        #expect((kept.cookies, kept.freshCookies) == (true, false))
        #expect(
            problems(minimal("defaults: {http: {cookies: new}}")) == [
                "s.yaml:5:28: expected true, false or fresh, found \"new\""
            ])
    }

    @Test("What one flow captures is not there in another, with a login either")
    func scopes() {
        let flows = "a: {steps: [{name: a, get: /, capture: {id: json $.t}}]}, b: {steps: [{name: b, get: \"/${id}\"}]}"
        #expect(
            problems(scenario(login: "[\(Self.signIn)]", flows: flows)) == [
                "s.yaml:4:96: \"id\" has no value here: only this or a later step or another flow captures it"
            ])
    }
}

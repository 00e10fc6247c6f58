import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What requests over HTTP/2 say, as nginx understands them.
@Suite("Requests over HTTP/2", .serialized) struct HTTP2RequestTests {
    private func outcomes(_ nginx: Nginx, _ steps: [Step], change: (inout Scenario) -> Void = { _ in }) throws
        -> [String]
    {
        let scenario = EngineRun.scenario(nginx.url, steps: steps, load: EngineRun.iterations(3)) { scenario in
            scenario.defaults.transport = .native
            scenario.defaults.http.version = .http2
            change(&scenario)
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        return measurement.outcomes.map { "\($0.key) \($0.value)" } + measurement.examples.joined()
    }

    @Test("Fields and targets are those of the step; what belongs to HTTP/1.1's connections is left out")
    func fields() throws {
        let nginx = try Nginx(
            #"location / { return 200 "$request_method $http_host $request_uri $http_x_a,$http_connection,$http_te"; }"#,
            listening: "http2")
        var step = Step(name: "step", url: Text(pieces: [.literal("/see?i="), .variable(.iteration)]))
        step.headers = [
            Header(name: "X-A", value: Text(pieces: [.literal("no "), .variable(.iteration), .literal(" ")])),
            Header(name: "Connection", value: Text("keep-alive")), Header(name: "Keep-Alive", value: Text("5")),
            Header(name: "Host", value: Text("other.test")), Header(name: "TE", value: Text("trailers")),
        ]
        step.method = .delete
        step.checks = [
            Check(
                subject: .body,
                predicate: .text(
                    .equal,
                    Text(pieces: [
                        .literal("DELETE other.test /see?i="), .variable(.iteration), .literal(" no "),
                        .variable(.iteration), .literal(",,trailers"),
                    ])), source: "body")
        ]
        #expect(try outcomes(nginx, [step]) == ["ok 3"])
    }

    @Test("Bodies have their length and their type, filled in or not")
    func bodies() throws {
        let nginx = try Nginx(
            #"location / { return 200 "$content_length $content_type"; }"#, listening: "http2")
        var constant = Step(name: "constant", method: .post, url: Text("/"))
        constant.body = .text(Text("hello"))
        constant.checks = [Check.written("body == 5 text/plain; charset=utf-8")]
        var filled = Step(name: "filled", method: .put, url: Text("/"))
        filled.body = .form([Header(name: "a", value: Text(pieces: [.variable(.iteration)]))])
        filled.checks = [Check.written("body == 3 application/x-www-form-urlencoded")]
        var none = Step(name: "none", method: .patch, url: Text("/"))
        none.checks = [Check.body("0 ")]
        #expect(try outcomes(nginx, [constant, filled, none]) == ["ok 9"])
    }

    @Test("Users keep their cookies, and send them behind those of the step")
    func cookies() throws {
        let nginx = try Nginx(
            """
            location /set { add_header Set-Cookie "a=1; Path=/"; return 200; }
            location / { return 200 "$http_cookie"; }
            """, listening: "http2")
        var see = Step(name: "see", url: Text("/see"))
        see.headers = [Header(name: "Cookie", value: Text("b=2"))]
        see.checks = [Check.written("body == b=2; a=1")]
        #expect(
            try outcomes(nginx, [Step(name: "set", url: Text("/set")), see]) { $0.defaults.http.cookies = true } == [
                "ok 6"
            ])
    }
}

import Measures
import Scenarios
import TestSupport

/// What complete answers are found to be: statuses, `expect`, checks. Connections are kept through all of it.
extension ConformanceGroup {
    static let judgementEntries = statuses + expectations + redirects + challenges + goodChecks + failedChecks

    private static let statuses: [ConformanceEntry] =
        [200, 201, 202, 203, 206, 226, 300, 303, 305, 399].map { status($0, .ok) }
        + [
            400, 401, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 415, 417, 418, 421, 422, 425, 428, 431, 451,
            499,
        ]
        .map { status($0, .http4xx) } + [status(429, .rateLimited)]
        + [500, 501, 502, 503, 504, 505, 507, 511, 599].map { status($0, .http5xx) }

    private static let expectations: [ConformanceEntry] = [
        expecting([404...404], 404, .ok), expecting([200...299, 429...429], 429, .ok), expecting([500...599], 503, .ok),
        expecting([204...204], 200, .checkFailed), expecting([200...299], 302, .checkFailed),
        expecting([400...499], 200, .checkFailed), expecting([200...200, 204...204], 201, .checkFailed),
        expecting([600...600], 600, .ok), expecting([404...404], 429, .rateLimited),
        expecting([200...299, 500...599], 404, .http4xx),
    ]

    /// A redirect is an answer like others, unless a scenario has it followed.
    private static let redirects: [ConformanceEntry] = [301, 302, 303, 307, 308].map { code in
        ConformanceEntry(
            "redirect \(code) is not followed", ScriptedServer.response("\(code) Elsewhere", "", headers: [location]),
            connections: 1
        ) { $0.seen = [.line("GET / HTTP/1.1")] }.checking("status == \(code)", "header location == /elsewhere")
    }

    private static let location = "Location: /elsewhere"

    /// Nor is any other answer reason enough to ask again.
    private static let challenges: [ConformanceEntry] = [
        challenge("401 that asks for a password", "401 Unauthorized", ["WWW-Authenticate: Basic realm=\"x\""]),
        challenge("407 of a proxy that nobody uses", "407 Authenticate", ["Proxy-Authenticate: Basic realm=\"x\""]),
        challenge("408 on a connection in use", "408 Request Timeout", []),
        challenge("417 of an expectation that was none", "417 Expectation Failed", []),
        challenge("421 of a request gone astray", "421 Misdirected Request", []),
        challenge("425 of a request too early", "425 Too Early", []),
        challenge("426 that wants HTTP/2", "426 Upgrade Required", ["Upgrade: h2c", "Connection: Upgrade"]),
        ConformanceEntry(
            "429 that says when to come back", ScriptedServer.response("429 Later", "", headers: ["Retry-After: 1"]),
            .rateLimited, connections: 1, reason: "status 429"),
        ConformanceEntry(
            "503 that says when to come back", ScriptedServer.response("503 Later", "", headers: ["Retry-After: 1"]),
            .http5xx, connections: 1, reason: "status 503"),
        ConformanceEntry(
            "200 that offers another way", ScriptedServer.response("200 OK", "", headers: ["Alt-Svc: h3=\":443\""]),
            connections: 1),
    ]

    private static let goodChecks: [ConformanceEntry] = [
        holding("status == 200"), holding("status within 200..299"), holding("header content-type exists"),
        holding("header x-none absent"), holding("header Content-Type contains JSON"),
        holding("header x-count > 41"), holding("header x-two == \"a, b\""), holding("header content-length == 75"),
        holding("body contains \"first\""), holding("body matches /\"id\": *\\d+/"), holding("body size == 75"),
        holding("json $.id == 7"), holding("json $.name == ä€😀"), holding("json $.list count == 3"),
        holding("json $.list[-1] == third"), holding("json $.none exists"), holding("json $.missing absent"),
        holding("json $.id within 1..10"),
    ]

    private static let failedChecks: [ConformanceEntry] = [
        failing("status == 201", "status == 201: got 200"),
        failing("header x-none exists", "header x-none exists: there is none"),
        failing("header content-type contains html", "header content-type contains html: got application/json"),
        failing("header x-count > 42", "header x-count > 42: got 42"),
        failing("body size < 75", "body size < 75: got 75 bytes"), failing("json $.id == 8", "json $.id == 8: got 7"),
        failing("json $.name != ä€😀", "json $.name != ä€😀: got ä€😀"),
        failing("json $.missing exists", "json $.missing exists: there is none"),
        failing("json $.list count > 3", "json $.list count > 3: got 3"),
        ConformanceEntry(
            "check of JSON that is none", ScriptedServer.response("200 OK", "{\"id\":"), .checkFailed, connections: 1,
            reason: "json $.id == 7: the body is not JSON: it ends within a value"
        ).checking("json $.id == 7"),
        ConformanceEntry(
            "check of an empty body", ScriptedServer.response("200 OK"), .checkFailed, connections: 1,
            reason: "body contains x: got "
        ).checking("body contains x"),
        ConformanceEntry(
            "check is not reached past a bad status", ScriptedServer.response("404 Not Found", "x"), .http4xx,
            connections: 1, reason: "status 404"
        ).checking("body == y"),
        ConformanceEntry(
            "check of the last of many bytes",
            ScriptedServer.response("200 OK", String(repeating: "x", count: 1_000_000) + "needle"), connections: 1
        ).checking("body contains needle", "body size == 1000006"),
        ConformanceEntry(
            "check of a body beyond 10 MiB",
            ScriptedServer.response("200 OK", String(repeating: "x", count: 10 * 1_048_576 + 1)), .bodyTooLarge,
            connections: 1, reason: "the body is larger than 10 MiB"
        ).checking("body contains x"),
    ]

    private static let document = ScriptedServer.response(
        "200 OK", #"{"id": 7, "name": "ä€😀", "list": ["first", 2, "third"], "none": null}"#,
        headers: ["Content-Type: application/json", "X-Count: 42", "X-Two: a", "X-Two: b"])

    private static func status(_ code: Int, _ outcome: Outcome) -> ConformanceEntry {
        ConformanceEntry(
            "status \(code)", ScriptedServer.response("\(code) Some", "body"), outcome, connections: 1,
            reason: outcome == .ok ? nil : "status \(code)")
    }

    private static func expecting(_ ranges: [ClosedRange<Int>], _ code: Int, _ outcome: Outcome) -> ConformanceEntry {
        ConformanceEntry(
            "status \(code) where \(ranges.map { "\($0.lowerBound)..\($0.upperBound)" }) is expected",
            ScriptedServer.response("\(code) Some"), outcome, connections: 1,
            reason: outcome == .ok ? nil : "status \(code)"
        ) { $0.step.expect = ranges }
    }

    private static func challenge(_ name: String, _ status: String, _ fields: [String]) -> ConformanceEntry {
        ConformanceEntry(
            "\(name) is asked once", ScriptedServer.response(status, "no", headers: fields), .http4xx, connections: 1)
    }

    private static func holding(_ check: String) -> ConformanceEntry {
        ConformanceEntry("check holds: \(check)", document, connections: 1).checking(check)
    }

    private static func failing(_ check: String, _ reason: String) -> ConformanceEntry {
        ConformanceEntry("check fails: \(check)", document, .checkFailed, connections: 1, reason: reason)
            .checking(check)
    }
}

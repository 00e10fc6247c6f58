import Measures
import Scenarios

/// An exchange with a server as it is run in earnest, and what must come of it.
struct RealServerEntry: Sendable {
    var name: String
    var step: Step
    var outcome = Outcome.ok
    /// Connections that five exchanges need.
    var connections = 1

    /// An entry of a path; `checks` as they are written in a scenario.
    init(
        _ name: String, _ path: String, _ outcome: Outcome = .ok, connections: Int = 1, checks: [String] = [],
        _ change: (inout Step) -> Void = { _ in }
    ) {
        self.name = name
        step = Step(name: "step", url: Text(path), timeout: .seconds(60))
        self.outcome = outcome
        self.connections = connections
        step.checks = checks.map(Check.written)
        change(&step)
    }

    private static let mebibyte = String(repeating: "0123456789abcdef", count: 65_536)

    /// What nginx must be told for `nginx`, where it isn't its own business.
    static let nginxLocations = """
        gzip on; gzip_min_length 1; gzip_types text/plain;
        location = / { return 200 "hello world\\n"; }
        location = /length { return 200 "$request_method $content_length"; }
        location = /empty { return 204; }
        location = /gone { return 410 "gone"; }
        location = /fault { return 500; }
        location = /unavailable { return 503; }
        location = /later { return 429; }
        location = /moved { return 301 /; }
        location = /closing { keepalive_timeout 0; return 200 "bye"; }
        location = /large-head { add_header X-Large "\(String(repeating: "v", count: 3000))"; return 200 "x"; }
        location = /limited { client_max_body_size 1k; return 200 "x"; }
        location = /chunked { try_files /megabyte =404; gzip off; sub_filter abcdef ABCDEF; sub_filter_once off; sub_filter_types *; }
        """

    /// Against nginx, and through HAProxy, which must change nothing of it.
    static let nginx: [RealServerEntry] = [
        RealServerEntry("a text", "/", checks: ["status == 200", "body contains hello", "body size == 12"]),
        // Compression is for those who ask for it.
        RealServerEntry("nothing compressed unasked", "/", checks: ["header content-encoding absent"]),
        RealServerEntry("compressed when asked, left as it is", "/", checks: ["header content-encoding == gzip"]) {
            $0.headers = [Header(name: "Accept-Encoding", value: Text("gzip"))]
        },
        RealServerEntry("a file of 1 MiB", "/megabyte", checks: ["body size == 1048576", "header etag exists"]),
        RealServerEntry(
            "chunks", "/chunked",
            checks: ["body size == 1048576", "header content-length absent", "body contains ABCDEF"]),
        RealServerEntry("a part of a file", "/megabyte", checks: ["status == 206", "body == 2345"]) {
            $0.headers = [Header(name: "Range", value: Text("bytes=2-5"))]
        },
        RealServerEntry("a part that there is not", "/megabyte", .http4xx) {
            $0.headers = [Header(name: "Range", value: Text("bytes=9999999-"))]
        },
        RealServerEntry("not modified", "/megabyte", checks: ["status == 304", "body size == 0"]) {
            $0.headers = [Header(name: "If-None-Match", value: Text("*"))]
        },
        RealServerEntry(
            "the head of a file", "/megabyte", checks: ["header content-length == 1048576", "body size == 0"]
        ) {
            $0.method = .head
        },
        RealServerEntry("no content", "/empty", checks: ["status == 204", "body size == 0"]),
        RealServerEntry("not found", "/nowhere", .http4xx),
        RealServerEntry("gone", "/gone", .http4xx),
        RealServerEntry("unavailable", "/unavailable", .http5xx),
        RealServerEntry("a limit", "/later", .rateLimited),
        RealServerEntry("a redirect", "/moved", checks: ["status == 301", "header location exists"]),
        RealServerEntry("a large head", "/large-head", checks: ["header x-large exists"]),
        RealServerEntry("a POST of nothing", "/length", checks: ["body == \"POST 0\""]) { $0.method = .post },
        RealServerEntry("a POST of 1 MiB", "/length", checks: ["body == \"POST 1048576\""]) {
            $0.method = .post
            $0.body = .text(Text(mebibyte))
        },
        RealServerEntry("a PUT of JSON", "/length", checks: ["body == \"PUT 13\""]) {
            $0.method = .put
            $0.body = .json(.object([.init(name: "name", value: .text(Text("ab")))]))
        },
        RealServerEntry("a DELETE", "/length", checks: ["body contains DELETE"]) { $0.method = .delete },
        RealServerEntry("a POST where only GET is allowed", "/megabyte", .http4xx) { $0.method = .post },
    ]

    /// Connections that nginx itself closes.
    static let nginxClosing: [RealServerEntry] = [
        RealServerEntry("a fault", "/fault", .http5xx, connections: 5),
        RealServerEntry("a connection for each", "/closing", connections: 5, checks: ["body == bye"]),
        RealServerEntry("a POST that is too large", "/limited", .http4xx, connections: 5) {
            $0.method = .post
            $0.body = .text(Text(mebibyte))
        },
    ]

    /// HAProxy's own rules, for the entries below.
    static let haproxyRules = """
        timeout http-request 5s
        http-request return status 408 if { path /timeout }
        http-request deny deny_status 429 if { path /limit }
        http-request deny if { path /forbidden }
        http-request redirect code 302 location / if { path /redirect }
        http-request return status 200 content-type text/plain string served if { path /served }
        http-request reject if { path /reject }
        use_backend nobody if { path /nobody }
        use_backend down if { path /down }
        use_backend silent if { path /silent }
        """

    /// Backends for the entries below; `SILENT` stands for the port of a server that never answers.
    static let haproxySections = """
        backend nobody
        backend down
            retries 0
            server one 127.0.0.1:1
        backend silent
            timeout server 50ms
            server one 127.0.0.1:SILENT
        """

    /// What HAProxy answers itself. It closes with most errors of its own.
    static let haproxy: [RealServerEntry] = [
        RealServerEntry("no server: 503", "/nobody", .http5xx),
        RealServerEntry("a server that is down: 503", "/down", .ok, checks: ["status == 503"]) {
            $0.expect = [503...503]
        },
        RealServerEntry("a server that never answers: 504", "/silent", .ok, checks: ["status == 504"]) {
            $0.expect = [504...504]
        },
        RealServerEntry("408", "/timeout", .http4xx),
        RealServerEntry("a limit: 429", "/limit", .rateLimited),
        RealServerEntry("forbidden: 403", "/forbidden", .http4xx),
        RealServerEntry("a redirect: 302", "/redirect", checks: ["status == 302", "header location == /"]),
        RealServerEntry("a text of its own", "/served", checks: ["body == served"]),
        RealServerEntry("no answer at all", "/reject", .closedEarly, connections: 5),
    ]

    /// Over HTTP/2.
    static let http2: [RealServerEntry] = [
        RealServerEntry("a file of 1 MiB", "/megabyte", checks: ["body size == 1048576"]),
        RealServerEntry("the head of a file", "/megabyte", checks: ["header content-length == 1048576"]) {
            $0.method = .head
        },
        RealServerEntry("not found", "/nowhere", .http4xx),
    ]
}

import PaintboxTarget
import Scenarios
import TestSupport
import Testing

@testable import VerificationKit

/// `cors` against real servers, right ones and ones with the mistakes that people make.
@Suite("CORS of real servers")
struct CORSServerTests {
    private static let verify = """
        - cors:
            path: /api
            allow: [https://app.paintbox.example, https://admin.paintbox.example]
            methods: [GET, PUT]
            headers: [Content-Type, Authorization]
            credentials: true
            expose: [X-Total]
            max_age: 10m
            cover: [success, not_found, method_not_allowed, server_error, cached]
            not_found: /api/missing
            server_error: /api/broken
            cached: /api/cached
        """

    /// What grants to `$granted`; `keep` stands in the cached location.
    private static func locations(
        _ granted: String, always: String = "always", vary: String = "Origin", keep: String = ""
    ) -> String {
        let grant = """
            add_header Access-Control-Allow-Origin \(granted) \(always);
            add_header Access-Control-Allow-Credentials $credentials \(always);
            add_header Access-Control-Expose-Headers X-Total \(always);
            add_header X-Total 3 \(always);
            add_header Vary \(vary) always;
            add_header X-Cache-Status $upstream_cache_status always;
            """
        return """
            set $credentials ""; if ($granted) { set $credentials true; }
            \(grant)
            location /api {
                if ($request_method = OPTIONS) {
                    add_header Access-Control-Allow-Origin \(granted);
                    add_header Access-Control-Allow-Credentials $credentials;
                    add_header Access-Control-Allow-Methods "GET, PUT";
                    add_header Access-Control-Allow-Headers "Content-Type, Authorization";
                    add_header Access-Control-Max-Age 600;
                    add_header Vary Origin;
                    return 204;
                }
                if ($request_method !~ ^(GET|PUT)$) { return 405; }
                return 200 "[]";
            }
            location = /api/missing { return 404; }
            location = /api/broken { return 500; }
            location = /api/cached {
                proxy_pass http://127.0.0.1:$server_port/origin; proxy_set_header Origin $http_origin;
                proxy_cache api; proxy_cache_valid 200 1m; \(keep)
            }
            location = /origin { add_header Vary Origin; return 200 "[]"; }
            """
    }

    private func report(
        _ locations: String,
        allowing map: String =
            "\"https://app.paintbox.example\" $http_origin; \"https://admin.paintbox.example\" $http_origin;",
        verify: String = verify
    ) throws -> VerificationReport {
        let http = "map $http_origin $granted { default \"\"; \(map) } proxy_cache_path cache keys_zone=api:1m;"
        let nginx = try Nginx(try TestCertificates(), locations: locations, http: http)
        return try RealRun.report(verify, target: nginx.url(isSecure: false))
    }

    @Test("An nginx that is right passes on every kind of answer")
    func right() throws {
        let report = try report(Self.locations("$granted"))
        #expect(report.failed() == [])
        // The keys of a map match whatever their case.
        #expect(report.failed(.advisory) == ["denied_case"])
        #expect(report.verdict == .pass)
        #expect(report["coverage"]?.verdict == .pass)
        #expect(report["cached_denial"]?.verdict == .pass)
    }

    @Test("Any origin reflected with credentials is the first of the findings")
    func reflected() throws {
        let report = try report(Self.locations("$granted"), allowing: "~. $http_origin;")
        #expect(report.failed().first == "reflection")
        #expect(report.failed().filter { $0.hasPrefix("denied_") }.count == 12)
    }

    @Test("A regular expression without anchors or escapes is found by what it lets through")
    func expressions() throws {
        let start = try report(
            Self.locations("$granted"), allowing: #""~^https://(app|admin)\.paintbox\.example" $http_origin;"#)
        #expect(
            start.failed() == ["reflection", "denied_suffix", "denied_port", "denied_underscore", "denied_backtick"])
        #expect(start.failed(.advisory).contains("denied_trailing_dot"))
        let dots = try report(
            Self.locations("$granted"), allowing: #""~^https://(app|admin).paintbox.example$" $http_origin;"#)
        #expect(dots.failed() == ["reflection", "denied_dot"])
    }

    @Test("Without always errors carry no grant")
    func withoutAlways() throws {
        let report = try report(Self.locations("$granted", always: ""))
        #expect(report.failed() == ["allowed_errors", "credentials"])
        #expect(
            report["allowed_errors"]?.evidence.contains("GET /api/missing from https://app.paintbox.example: 404")
                == true)
    }

    @Test("* with credentials works nowhere")
    func wildcard() throws {
        let report = try report(Self.locations("*"))
        let failed = Set(report.failed())
        #expect(
            failed.isSuperset(of: [
                "denied_other", "denied_null", "credentials", "credentials_wildcard", "preflight_credentials",
            ]))
        #expect(!failed.contains("reflection"))
    }

    @Test("A grant that depends on the origin wants Vary")
    func vary() throws {
        let report = try report(Self.locations("$granted", vary: "Accept-Encoding"))
        #expect(report.failed() == ["vary_origin"])
    }

    @Test("A cache that is told to ignore origins gives one origin's grant to the next")
    func cached() throws {
        let report = try report(
            Self.locations(
                "$granted",
                keep:
                    "proxy_ignore_headers Vary; proxy_pass http://127.0.0.1:$server_port/api; proxy_pass_request_headers on;"
            )
            .replacing("proxy_pass http://127.0.0.1:$server_port/origin;", with: "")
            // The edge adds nothing of its own: what the cache kept is all there is.
            .replacing(
                "location = /api/cached {",
                with: "location = /api/cached { add_header X-Cache-Status $upstream_cache_status;"))
        #expect(Set(report.failed()).isSuperset(of: ["cached_grant"]))
        #expect(report["cached_grant"]?.observed.contains("X-Cache-Status: HIT") == true)
    }

    @Test("paintbox-target passes on every kind of answer")
    func paintbox() throws {
        var settings = PaintboxSettings()
        (settings.port, settings.controlPort) = (0, 0)
        let server = try PaintboxServer(settings)
        defer { server.stop() }
        let report = try RealRun.report(
            """
            - cors:
                path: /api/v1/projects
                allow: [https://app.paintbox.example]
                methods: [GET, POST]
                headers: [Content-Type, X-API-Key, Authorization]
                credentials: true
                expose: [RateLimit, Retry-After]
                max_age: 600s
                cover: [success, not_found, method_not_allowed, rate_limited]
                rate_limited: {get: /api/v1/projects, headers: {X-API-Key: cors-check}, times: 150}
            """, target: "http://127.0.0.1:\(server.port)")
        #expect(report.failed() == [])
        #expect(report.failed(.advisory) == [])
        #expect(report.verdict == .pass)
        let other = try RealRun.report(
            "- cors: {path: /api/v1/projects, allow: [https://other.paintbox.example], cover: [success]}",
            target: "http://127.0.0.1:\(server.port)")
        #expect(other.failed().contains("allowed_origin"))
    }
}

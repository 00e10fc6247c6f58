import BrowserVerification
import Foundation
import PaintboxTarget
import Scenarios
import TestSupport
import Testing

@testable import VerificationKit

/// `headers` against real servers, right ones and ones with the mistakes that people make.
@Suite("Header fields of real servers")
struct HeaderServerTests {
    private static let fields = """
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
        add_header Content-Security-Policy "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; upgrade-insecure-requests" always;
        add_header X-Content-Type-Options nosniff always;
        add_header X-Frame-Options DENY always;
        add_header Referrer-Policy no-referrer always;
        """
    private static let http = """
        server_tokens off; charset utf-8;
        limit_req_zone $http_x_api_key zone=api:1m rate=1r/m; limit_req_status 429;
        proxy_cache_path cache keys_zone=static:1m;
        map $upstream_cache_status $unless_hit { default DENY; HIT ""; }
        """
    private static let locations = """
        location = / { default_type text/html; return 200 "<p>"; }
        location = /api { default_type application/json; if ($request_method !~ ^(GET|HEAD)$) { return 405; } return 200 "[]"; }
        location = /limited { limit_req zone=api burst=5 nodelay; try_files /megabyte =404; }
        location = /old { return 301 /; }
        location = /broken { return 503; }
        location = /cached {
            proxy_pass http://127.0.0.1:$server_port/origin; proxy_cache static; proxy_cache_valid 200 1m;
        }
        location = /origin { add_header X-Origin yes; default_type text/html; return 200 "<p>"; }
        add_header X-Cache-Status $upstream_cache_status always;
        """
    private static let verify = """
        - headers:
            paths: [/api, /]
            cover: [success, not_found, method_not_allowed, rate_limited, server_error, redirect, cached]
            rate_limited: {get: /limited, times: 20}
            server_error: /broken
            redirect: /old
            cached: /cached
            demand: [content_type_charset, csp_upgrade, csp_style]
        """

    private func report(
        _ fields: String = fields, _ locations: String = locations, http: String = http, verify: String = verify
    ) throws -> VerificationReport {
        let nginx = try Nginx(try TestCertificates(), locations: fields + locations, http: http)
        return try RealRun.report(verify, target: nginx.url(isSecure: false))
    }

    @Test("An nginx that is right passes on every kind of answer")
    func right() throws {
        let report = try report()
        #expect(report.failed() == [])
        #expect(report.verdict == .pass)
        let coverage = try #require(report["coverage"])
        #expect(coverage.verdict == .pass)
        for kind in AnswerKind.allCases { #expect(coverage.observed.contains("\(kind.rawValue) "), "\(kind)") }
        #expect(report["trace"]?.verdict == .pass)
        #expect(report["cached_fields"]?.verdict == .pass)
    }

    @Test("Without always the fields are missing on errors, and there alone")
    func withoutAlways() throws {
        let report = try report(Self.fields.replacing(" always", with: ""))
        #expect(report.verdict == .fail)
        #expect(
            Set(report.failed()).isSuperset(of: [
                "hsts", "csp", "content_type_options", "frame_protection", "referrer_policy",
            ]))
        let evidence = try #require(report["hsts"]?.evidence)
        for part in [": 404: no", ": 405: no", ": 429: no", ": 503: no"] { #expect(evidence.contains(part), "\(part)") }
        #expect(!evidence.contains(": 200: no") && !evidence.contains(": 301: no"))
    }

    @Test("One add_header in a location drops all of the server's")
    func location() throws {
        let locations = Self.locations.replacing(
            "location = / {", with: "location = / { add_header X-Frame-Options SAMEORIGIN;")
        let report = try report(Self.fields, locations)
        #expect(report["csp"]?.evidence.hasPrefix("GET /: 200: no Content-Security-Policy") == true)
        #expect(report["frame_options_value"]?.verdict == .pass)
        #expect(report["hsts"]?.verdict == .fail)
    }

    @Test("Versions in fields and on error pages are found")
    func versions() throws {
        let report = try report(http: Self.http.replacing("server_tokens off;", with: ""))
        #expect(report.failed() == ["server_version", "error_details"])
        #expect(report["error_details"]?.observed.hasPrefix("nginx/1.") == true)
    }

    @Test("Fields that both the application and the proxy set are found")
    func twice() throws {
        let locations = Self.locations.replacing(
            "add_header X-Origin yes;",
            with: """
                add_header Strict-Transport-Security "max-age=63072000; includeSubDomains";
                add_header X-Frame-Options SAMEORIGIN;
                """)
        let report = try report(Self.fields, locations)
        #expect(Set(report.failed()) == ["hsts_single", "frame_options_conflict"])
    }

    @Test("A field that is gone where a cache answers is found")
    func cached() throws {
        let report = try report(
            Self.fields.replacing("X-Frame-Options DENY", with: "X-Frame-Options $unless_hit"))
        #expect(report.failed() == ["cached_fields"])
        #expect(
            report["cached_fields"]?.observed
                == "X-Frame-Options is gone with X-Cache-Status: HIT on 2 of 2 answers")
    }

    @Test("A policy that lets everything in is found, part by part")
    func policy() throws {
        let weak = Self.fields.replacing(
            "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            with: "default-src https: 'unsafe-inline' 'unsafe-eval'")
        let report = try report(weak)
        #expect(
            report.failed() == [
                "csp_script_inline", "csp_script_eval", "csp_script_sources", "csp_style", "csp_object", "csp_form",
                "csp_frame_ancestors",
            ])
        #expect(report.failed(.advisory).contains("csp_base"))
    }

    @Test("Plain HTTP leads to HTTPS, or it doesn't")
    func upgrade() throws {
        let certificates = try TestCertificates()
        for (leads, verdict) in [(true, Verdict.pass), (false, .fail)] {
            let redirect = leads ? "if ($scheme = http) { return 301 https://$host:8443$request_uri; }" : ""
            let nginx = try Nginx(
                certificates, locations: Self.fields + redirect + Self.locations, http: Self.http)
            let plain = nginx.url(isSecure: false)
            let report = try RealRun.report(
                "- headers: {paths: [/], cover: [success], upgrade: \"\(plain)/\"}", target: nginx.url(isSecure: true),
                also: [plain], authority: certificates.authority)
            #expect(report["https_redirect"]?.verdict == verdict)
            #expect(report["hsts"]?.evidence.contains("HTTPS only") == false)
            #expect(report.verdict == verdict)
        }
    }

    @Test("paintbox-target passes on every kind of answer")
    func paintbox() throws {
        var settings = PaintboxSettings()
        (settings.port, settings.controlPort) = (0, 0)
        let server = try PaintboxServer(settings)
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        let report = try RealRun.report(
            """
            - headers:
                paths: [/, /missing, /api/v1/projects]
                cover: [success, not_found, method_not_allowed, rate_limited, redirect, cached]
                rate_limited: {get: /api/v1/projects, headers: {X-API-Key: header-check}, times: 150}
                redirect: /old
                cached: /static/asset-1.css
                demand: [opener_policy, resource_policy, permissions_policy, permissions_policy_syntax]
            """, target: url)
        #expect(report.failed() == [])
        #expect(report.verdict == .pass)
        #expect(report["cached_fields"]?.verdict == .pass)
        // Two batches up to the limit of 100, and the one that meets it.
        #expect(report.exchanges > 150 && report.exchanges < 200)

        let status = try RealRun.post("{\"error_ratio\":1}", to: "http://127.0.0.1:\(server.controlPort)/faults")
        #expect(status == 200)
        let broken = try RealRun.report("- headers: {paths: [/], cover: [server_error]}", target: url)
        #expect(broken.verdict == .pass)
        #expect(broken["coverage"]?.observed == "server_error 1")
    }
}

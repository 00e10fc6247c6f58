import Measures
import TestSupport
import Testing
import VerificationKit

/// Several limits, requests at once and bans of real servers, as people set them up.
@Suite("Rate limit: several limits of real servers")
struct ServerSeveralLimitTests {
    /// What is declared right raises no alarm, however often. Gives the reports of `wrong`, of trials that went on at the same
    /// time.
    @discardableResult
    private func check(_ trials: [LimiterTrial], wrong: [LimiterTrial] = []) throws -> [VerificationReport] {
        let repeated = (0..<LimiterTrial.repetitions).flatMap { _ in trials }
        let reports = try LimiterTrial.run(repeated + wrong)
        for (trial, report) in zip(repeated, reports) {
            #expect(report.alarms.isEmpty, "\(trial.name): \(report.told)")
        }
        return Array(reports.suffix(wrong.count))
    }

    @Test("nginx' two limit_req, and limit_conn")
    func nginx() throws {
        let nginx = try Nginx(
            """
            limit_req_status 429; limit_conn_status 429;
            location / {
                limit_req zone=second burst=9 nodelay; limit_req zone=longer burst=29 nodelay;
                try_files /none @answer;
            }
            location @answer { return 200 hello; }
            location /slow { limit_conn held 4; try_files /none @slow; }
            location @slow { limit_rate 40; return 200 0123456789012345678901234567890123456789012345678901234567890123; }
            """,
            http: """
                limit_req_zone $http_x_api_key zone=second:1m rate=10r/s;
                limit_req_zone $http_x_api_key zone=longer:1m rate=3r/s;
                limit_conn_zone $http_x_api_key zone=held:1m;
                """)
        // What isn't as declared is found.
        let wrong = try check(
            [
                LimiterTrial(name: "two limit_req", url: nginx.url, keys: "limits: [10/s, 30/10s]"),
                LimiterTrial(
                    name: "two limit_req, declared", url: nginx.url,
                    keys: "limits: [{limit: 10/s, model: leaky_bucket}, {limit: 30/10s, model: leaky_bucket}]"),
                LimiterTrial(
                    name: "limit_conn", url: nginx.url, keys: "concurrency: 4",
                    request: "get: /slow, identity: X-API-Key"),
            ],
            wrong: [
                LimiterTrial(name: "one less", url: nginx.url, keys: "limits: [10/s, 20/10s]"),
                LimiterTrial(
                    name: "limit_conn, one less", url: nginx.url, keys: "concurrency: 3",
                    request: "get: /slow, identity: X-API-Key"),
                LimiterTrial(
                    name: "limit_conn, one more", url: nginx.url, keys: "concurrency: 5",
                    request: "get: /slow, identity: X-API-Key"),
            ])
        #expect(wrong[0].failures.contains { $0.hasSuffix("of 20/10s") }, "\(wrong[0].failures)")
        #expect(!wrong[0].failures.contains { $0.hasSuffix("of 10/s") }, "\(wrong[0].told)")
        for report in wrong.dropFirst() { #expect(report.failures == ["concurrency"], "\(report.told)") }
    }

    @Test("HAProxy's stick tables: a ban of clients that go beyond a limit")
    func haproxy() throws {
        let certificates = try TestCertificates()
        let origin = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "hello"))] }
        defer { origin.stop() }
        // gpc0 counts what is admitted; whoever comes beyond is marked by gpc1, whose rate is above zero for 5 s.
        let server = try HAProxyServer(
            certificates, backend: origin.port,
            rules: """
                stick-table type string len 64 size 100k expire 20s store gpc0,gpc0_rate(2s)
                    http-request track-sc0 req.hdr(X-API-Key)
                    http-request track-sc1 req.hdr(X-API-Key) table bans
                    http-request deny deny_status 403 if { sc1_get_gpc0 gt 0 }
                    http-request sc-inc-gpc0(1) if { sc0_gpc0_rate ge 20 }
                    http-request deny deny_status 403 if { sc0_gpc0_rate ge 20 }
                    http-request sc-inc-gpc0(0)
                """,
            sections: """
                backend bans
                    stick-table type string len 64 size 100k expire 6s store gpc0
                """)
        let ban = "limit: 20/2s, status: 403, penalty: 6s, resolution: 100ms"
        let reports = try LimiterTrial.run([
            // An entry of a table expires when it was not tracked for as long: asking prolongs it.
            LimiterTrial(name: "HAProxy's ban", url: server.url(isSecure: false), keys: ban + ", prolongs: true"),
            LimiterTrial(name: "HAProxy's ban, prolonged", url: server.url(isSecure: false), keys: ban),
        ])
        #expect(reports[0].failures.isEmpty, "\(reports[0].told)")
        #expect(reports[1].failures.contains("penalty_end"), "\(reports[1].told)")
    }

    @Test("Flask-Limiter's limits as a text, and one that all clients share")
    func flask() throws {
        let servers = try [PythonLimiter(.flask), PythonLimiter(.flaskMoving)]
        try check([
            LimiterTrial(name: "Flask-Limiter", url: servers[0].url, keys: "limits: [10/s, 20/4s]")
        ])
        // One at a time: all clients count together.
        let shared = try LimiterTrial(
            name: "Flask-Limiter, shared", url: servers[1].url,
            keys: "limits: [{limit: 10/s, model: sliding_log}, {limit: 20/4s, model: sliding_log}, "
                + "{limit: 60/4s, per: all, model: sliding_log}]"
        ).run()
        #expect(shared.alarms.isEmpty, "\(shared.told)")
    }

    @Test("slowapi's limits as a text, and django-ratelimit's stacked decorators")
    func python() throws {
        let servers = try [PythonLimiter(.slowapi), PythonLimiter(.django)]
        try check([
            LimiterTrial(name: "slowapi", url: servers[0].url, keys: "limits: [10/s, 30/10s]"),
            LimiterTrial(
                name: "django-ratelimit", url: servers[1].url,
                keys: "limits: [{limit: 10/s, model: fixed_window}, {limit: 30/10s, model: fixed_window}]"),
        ])
    }
}

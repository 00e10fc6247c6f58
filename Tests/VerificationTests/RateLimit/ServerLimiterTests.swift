import Measures
import PaintboxTarget
import TestSupport
import Testing
import VerificationKit

/// The verification against the rate limiters of real servers, as people set them up.
@Suite("Rate limit: limiters of real servers", .serialized)
struct ServerLimiterTests {
    private func check(_ trials: [LimiterTrial], model: String) throws {
        let repeated = (0..<LimiterTrial.repetitions).flatMap { _ in trials }
        let reports = try LimiterTrial.run(repeated)
        for (trial, report) in zip(repeated, reports) {
            #expect(report.alarms.isEmpty, "\(trial.name): \(report.told)")
            #expect(report.observed("model").contains(model), "\(trial.name): \(report.observed("model"))")
        }
        if LimiterTrial.repetitions > 2 {
            print(
                trials.map(\.name), "\(reports.count { !$0.alarms.isEmpty }) false alarms of \(reports.count) trials")
        }
    }

    private func nginx(_ rule: String, rate: String) throws -> Nginx {
        try Nginx(
            "location / { limit_req zone=clients \(rule); limit_req_status 429; try_files /none @answer; }"
                + " location @answer { return 200 hello; }",
            http: "limit_req_zone $http_x_api_key zone=clients:1m rate=\(rate);")
    }

    @Test("nginx' limit_req with a burst and nodelay is a bucket of one more than the burst")
    func nginxBurst() throws {
        let nginx = try nginx("burst=19 nodelay", rate: "10r/s")
        try check(
            [
                LimiterTrial(name: "nginx nodelay", url: nginx.url, keys: "limit: 20/2s"),
                LimiterTrial(
                    name: "nginx nodelay, declared", url: nginx.url, keys: "limit: 20/2s, model: leaky_bucket"),
            ], model: "leaky_bucket")
    }

    @Test("nginx' limit_req without a burst admits one after the other")
    func nginxPlain() throws {
        let nginx = try nginx("", rate: "10r/s")
        try check(
            [LimiterTrial(name: "nginx plain", url: nginx.url, keys: "limit: 20/2s, burst: 1, model: leaky_bucket")],
            model: "leaky_bucket")
    }

    @Test("nginx' limit_req with a burst that waits makes answers wait for their turn")
    func nginxWaiting() throws {
        let nginx = try nginx("burst=19", rate: "10r/s")
        try check(
            [LimiterTrial(name: "nginx waiting", url: nginx.url, keys: "limit: 20/2s, model: leaky_bucket")],
            model: "answers wait for their turn")
    }

    @Test("HAProxy's stick tables are sliding counters, which count rejected requests or do not")
    func haproxy() throws {
        let certificates = try TestCertificates()
        let origin = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "hello"))] }
        defer { origin.stop() }
        let table = "stick-table type string len 64 size 100k expire 20s store"
        let all = try HAProxyServer(
            certificates, backend: origin.port,
            rules: """
                \(table) http_req_rate(2s)
                    http-request track-sc0 req.hdr(X-API-Key)
                    http-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }
                """)
        let admitted = try HAProxyServer(
            certificates, backend: origin.port,
            rules: """
                \(table) gpc0,gpc0_rate(2s)
                    http-request track-sc0 req.hdr(X-API-Key)
                    http-request deny deny_status 429 if { sc0_gpc0_rate ge 20 }
                    http-request sc-inc-gpc0(0)
                """)
        try check(
            [
                LimiterTrial(
                    name: "HAProxy, all counted", url: all.url(isSecure: false),
                    keys: "limit: 20/2s, prolongs: true, model: sliding_counter"),
                LimiterTrial(
                    name: "HAProxy, admitted counted", url: admitted.url(isSecure: false),
                    keys: "limit: 20/2s, model: sliding_counter"),
                LimiterTrial(
                    name: "HAProxy, undeclared", url: admitted.url(isSecure: false), keys: "limit: 20/2s"),
            ], model: "sliding_counter")
    }

    @Test("The reference target's three algorithms pass and are named")
    func paintbox() throws {
        let algorithms: [(RateLimitPolicy.Algorithm, String)] = [
            (.fixed, "fixed_window"), (.slidingLog, "sliding_log"), (.tokenBucket, "token_bucket"),
        ]
        for (algorithm, model) in algorithms {
            var settings = PaintboxSettings()
            settings.port = 0
            settings.threads = 2
            settings.rateLimit = RateLimitPolicy(algorithm: algorithm, limit: 20, windowSeconds: 2)
            let server = try PaintboxServer(settings)
            let url = "http://127.0.0.1:\(server.port)"
            try check(
                ["limit: 20/2s", "limit: 20/2s, model: \(model), fields: [retry_after, ratelimit, x_ratelimit]"].map {
                    LimiterTrial(
                        name: "Paintbox \(algorithm) \($0)", url: url, keys: $0,
                        request: "get: /api/v1/projects, identity: X-API-Key")
                }, model: model)
            server.stop()
        }
    }
}

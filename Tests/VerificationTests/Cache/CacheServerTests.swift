import Generator
import Measures
import NIOConcurrencyHelpers
import PaintboxTarget
import Scenarios
import TestSupport
import Testing

@testable import CacheVerification
@testable import VerificationKit

/// Over real sockets, against nginx, the reference target, and servers that claim what is not so.
@Suite("A cache's verification over sockets", .serialized)
struct CacheServerTests {
    @Test("agrees exactly with the origin of nginx' proxy_cache, over eight connections")
    func nginx() throws {
        let origin = try CountingOrigin()
        let cache = try origin.nginx()
        let run = try CacheServerRun(cache.url, origin: { Double(origin.count) }) { rule in
            rule.catalogue = 1_000
            rule.requests = 5_000
            rule.isColdThenWarm = true
        }
        #expect(run.problems == [])
        try run.agreesExactly()
        // Eight connections miss an object together at times, so it is a little below that of a cache without bounds.
        let ratio = try #require(run.figure("hit_ratio"))
        #expect(ratio > 0.78 && ratio <= (run.figure("cold_cache_ratio") ?? 0))
        #expect(
            run.report.findings.first { $0.check == "status_fields" }?.observed.hasPrefix("X-Cache-Status on 10,000")
                == true)
        // nginx sends no Age.
        #expect(run.verdict(.age) == .fail)
    }

    @Test("counts what nginx had confirmed by its origin apart from hits")
    func revalidated() throws {
        let origin = try CountingOrigin()
        let cache = try origin.nginx("proxy_cache_valid 200 1s; proxy_cache_revalidate on;")
        let run = try CacheServerRun(cache.url, origin: { Double(origin.count) }) { rule in
            rule.catalogue = 5
            rule.requests = 250
            rule.rate = 100
        }
        #expect(run.problems == [])
        try run.agreesExactly()
        let evidence = run[.hitRatio]?.evidence ?? ""
        #expect(!evidence.contains(", 0 revalidated"), "\(evidence)")
    }

    @Test("agrees with an nginx that has one request fetch for all that ask for the same")
    func locked() throws {
        let origin = try CountingOrigin(delay: 0.002)
        let cache = try origin.nginx("proxy_cache_lock on;")
        let run = try CacheServerRun(cache.url, origin: { Double(origin.count) }) { rule in
            rule.catalogue = 50
            rule.requests = 400
        }
        #expect(run.problems == [])
        // Those that waited are hits: the origin is asked once for each object.
        #expect(run.figure("hit_ratio") == run.figure("cold_cache_ratio"))
        try run.agreesExactly()
    }

    @Test("passes an nginx that keeps variants and queries apart, and whose copies are renewed on request")
    func rules() throws {
        let origin = try CountingOrigin(varies: true)
        let cache = try origin.nginx("proxy_cache_bypass $http_x_refresh;")
        let run = try CacheServerRun(cache.url, others: [origin.url], origin: { Double(origin.count) }) { rule in
            rule.vary = CacheServerRun.languages
            rule.query = [CacheRule.QueryVariant(query: "lg", isOther: true)]
            // What nginx-light has in place of a purge: a request that goes past the cache, and whose answer is stored.
            var renewal = VerifiedRequest(url: rule.request.url)
            renewal.headers = [Header(name: "X-Refresh", value: Text("1"))]
            var purge = CachePurge(order: CacheOrder(request: renewal))
            purge.change = origin.change
            rule.purge = purge
        }
        #expect(run.problems == [])
        for check in [CacheCheck.vary, .varyField, .query, .purge, .staleAfterPurge, .neighbour, .originAgreement] {
            #expect(run.verdict(check) == .pass, "\(check)")
        }
        #expect((run.figure("purge_time") ?? .infinity) < 5_000)
    }

    @Test("finds an nginx that ignores Vary and queries, keeps cookies, and is never purged")
    func careless() throws {
        let origin = try CountingOrigin(varies: true, setsCookies: true)
        let cache = try origin.nginx("proxy_ignore_headers Vary Set-Cookie; proxy_cache_key $uri;")
        let run = try CacheServerRun(cache.url, others: [origin.url], origin: { Double(origin.count) }) { rule in
            rule.vary = CacheServerRun.languages
            rule.query = [CacheRule.QueryVariant(query: "lg", isOther: true)]
            // Nothing purges, but the origin says that it did.
            var purge = CachePurge(order: origin.change)
            purge.change = origin.change
            purge.within = .milliseconds(300)
            rule.purge = purge
        }
        for check in [CacheCheck.vary, .query, .setCookie, .purge] {
            #expect(run.verdict(check) == .fail, "\(check): \(run.problems)")
        }
        #expect(run.verdict(.originAgreement) == .pass)
    }

    private func withPaintbox(_ body: (_ url: String, _ control: String) throws -> Void) throws {
        var settings = PaintboxSettings()
        settings.port = 0
        settings.controlPort = 0
        let server = try PaintboxServer(settings)
        defer { server.stop() }
        try body("http://127.0.0.1:\(server.port)", "http://127.0.0.1:\(server.controlPort)")
    }

    private func order(_ control: String, _ path: String) -> CacheOrder {
        var request = VerifiedRequest(method: .post, url: Text("\(control)/\(path)"))
        let asset = JSONTemplate.text(CacheRun.numbered("/static/asset-", ".css"))
        request.body = .json(
            .object([path == "clear" ? .init(name: "all", value: .raw("true")) : .init(name: "path", value: asset)]))
        if path == "clear" { request.url = Text("\(control)/purge") }
        return CacheOrder(request: request)
    }

    @Test("passes the reference target's edge, and agrees exactly with what its regions were asked for")
    func paintbox() throws {
        try withPaintbox { url, control in
            let run = try CacheServerRun(url, others: [control], counters: "\(control)/counters") { rule in
                rule.catalogue = 300
                rule.requests = 1_000
                rule.isColdThenWarm = true
                rule.clear = order(control, "clear")
                rule.query = [CacheRule.QueryVariant(query: "lg", isOther: true)]
                rule.purge = CachePurge(order: order(control, "purge"))
                rule.purge?.change = order(control, "revise")
            }
            #expect(run.problems == [])
            #expect(run.report.findings.allSatisfy { $0.verdict == .pass }, "\(run.report.findings)")
            try run.agreesExactly()
            let again = try CacheServerRun(url, counters: "\(control)/counters") { $0.hit = .cfCacheStatus }
            #expect(again.problems == [])
            #expect((again.figure("hit_ratio") ?? 0) > 0.9)
            try again.agreesExactly()
            #expect(again.verdict(.coldStart) == .inconclusive)
        }
    }

    @Test("finds a server that claims hits and fetches, by the origin's count; by hints where there is none")
    func liar() throws {
        let origin = try CountingOrigin(claims: "X-Cache: HIT")
        let run = try CacheServerRun(origin.url, origin: { Double(origin.count) }) { _ in }
        #expect(run.figure("hit_ratio") == 0)
        #expect(run.verdict(.hitRatio) == .fail)
        #expect(run.verdict(.originAgreement) == .fail)
        #expect(run[.originAgreement]?.expected == "0 requests at the origin")
        #expect(run[.originAgreement]?.observed == "400 requests at the origin")
        let blind = try CacheServerRun(origin.url) { _ in }
        #expect(blind.verdict(.plausible) != .pass)
        #expect(blind[.plausible]?.severity == .advisory)
    }
}

/// An origin that counts what it is asked for.
final class CountingOrigin: Sendable {
    private struct State {
        var count = 0
        var versions: [Int: Int] = [:]
    }

    private let state: NIOLockedValueBox<State>
    private let server: ScriptedServer

    /// `varies`: objects differ by Accept-Language. `claims`: a field of each answer. `delay`: how long it takes, in
    /// seconds.
    init(varies: Bool = false, setsCookies: Bool = false, claims: String? = nil, delay: Double = 0) throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        var options = ScriptedServer.Options()
        options.records = false
        server = try ScriptedServer(options) { request in
            let object = Int(request.path.prefix { $0 != "?" }.split(whereSeparator: { !$0.isNumber }).last ?? "") ?? 0
            if request.method == "POST" {
                state.withLockedValue { $0.versions[object, default: 1] += 1 }
                return [.send(ScriptedServer.response("204 No Content"))]
            }
            let version = state.withLockedValue { state in
                state.count += 1
                return state.versions[object, default: 1]
            }
            let language = varies ? request.header("Accept-Language") ?? "" : ""
            let tag = "\"\(object)-\(version)\(language)\""
            let fields =
                ["ETag: \(tag)"] + (varies ? ["Vary: Accept-Language"] : []) + (claims.map { [$0] } ?? [])
                + (setsCookies ? ["Set-Cookie: sid=\(object)"] : [])
            if request.header("If-None-Match") == tag {
                return [.send("HTTP/1.1 304 Not Modified\r\nETag: \(tag)\r\n\r\n")]
            }
            let body = String(repeating: "object \(object) version \(version) \(language)\n", count: 20 + object % 7)
            return (delay > 0 ? [.wait(seconds: delay)] : []) + [
                .send(ScriptedServer.response("200 OK", body, headers: fields))
            ]
        }
    }

    deinit { server.stop() }

    /// How many objects it was asked for.
    var count: Int { state.withLockedValue(\.count) }

    var url: String { server.url }

    /// The request that makes a new version of `${n}`.
    var change: CacheOrder {
        CacheOrder(request: VerifiedRequest(method: .post, url: CacheRun.numbered("\(url)/change/")))
    }

    /// An nginx that caches it. `more` stands in its location, before what it has there anyway.
    func nginx(_ more: String = "") throws -> Nginx {
        try Nginx(
            """
            location / {
                proxy_pass \(url); proxy_http_version 1.1; proxy_set_header Connection "";
                \(more)
                proxy_cache objects; proxy_cache_valid 200 10m; add_header X-Cache-Status $upstream_cache_status always;
            }
            """,
            http: "proxy_cache_path cache levels=1:2 keys_zone=objects:10m inactive=10m use_temp_path=off;")
    }
}

/// A cache's verification over sockets, and what it came to.
struct CacheServerRun {
    let report: VerificationReport

    static let languages = ["de", "fr"].map { [Header(name: "Accept-Language", value: Text($0))] }

    /// Asks for 100 objects with 400 requests unless changed. `others`: further servers that are sent to; the origin's
    /// count comes from `origin`, or from the counters at a URL.
    init(
        _ url: String, others: [String] = [], counters: String? = nil, origin: (() -> Double?)? = nil,
        _ change: (inout CacheRule) -> Void
    ) throws {
        var rule = CacheRun.rule
        if counters == nil, origin == nil { rule.origin = nil }
        change(&rule)
        let maker = RequestMaker(Scenario(name: "fixture", target: Text(url), flows: [], load: []))
        let urls = [url] + others + (counters.map { [$0] } ?? [])
        let sender = try ExchangeSender(
            destinations: try Destinations(try urls.map { try Endpoint(parsing: $0) }, authorised: []),
            tls: TLSSettings(), userAgent: "loadgate/test")
        var course = try #require(CacheCourse(rule, name: "cdn", maker: maker, fresh: "f2"))
        while let action = course.nextAction() {
            switch action {
            case .send(let batch, _): course.take(sender.send(batch) { false })
            case .read:
                if let counters {
                    let request = try #require(maker.exchange(VerifiedRequest(url: Text(counters))))
                    let text = String(decoding: sender.send([request]) { false }[0].body, as: UTF8.self)
                    course.take(
                        reading: text.firstMatch(of: /"origin_requests_total":\s*([0-9]+)/).flatMap { Double($0.1) })
                } else {
                    course.take(reading: origin?())
                }
            case .wait: Issue.record("a cache's verification does not wait")
            }
        }
        report = course.report()
    }

    subscript(check: CacheCheck) -> VerificationFinding? { report.findings.first { $0.check == check.rawValue } }

    func verdict(_ check: CacheCheck) -> Verdict? { self[check]?.verdict }

    func figure(_ name: String) -> Double? { report.figures.first { $0.name == name }?.value }

    /// Hard findings that are not passed.
    var problems: [String] {
        report.findings.filter { $0.severity == .hard && $0.verdict != .pass }
            .map { "\($0.check) \($0.verdict): \($0.observed). \($0.evidence) \($0.exhibits)" }
    }

    /// The hit ratio of every pass is 1 − the origin's requests / answers, exactly.
    func agreesExactly() throws {
        for prefix in ["", "warm_"] where prefix.isEmpty || figure("warm_hit_ratio") != nil {
            let ratio = try #require(figure("\(prefix)hit_ratio"))
            #expect(ratio == figure("\(prefix)origin_ratio"))
        }
    }
}

import CacheVerification
import Measures
import Scenarios
import Testing

@testable import VerificationKit

@Suite("What a cache says it did")
struct CacheStatusTests {
    private func status(_ fields: [(String, String)], by hit: CacheRule.HitField = .auto) -> CacheStatus {
        CacheStatus(fields.map { HeaderLine($0.0, $0.1) }, by: hit)
    }

    @Test(
        "in Cache-Status (RFC 9211)",
        arguments: [
            ("paintbox-edge; hit; ttl=3599", CacheStatus.Kind.hit), ("\"Cloud Cache\"; hit", .hit),
            ("edge; fwd=uri-miss; stored", .miss), ("edge; fwd=vary-miss", .miss), ("edge; fwd=miss", .miss),
            ("edge; fwd=partial", .miss), ("edge; fwd=stale", .miss), ("edge; fwd=stale; fwd-status=200", .miss),
            ("edge; fwd=stale; fwd-status=304", .revalidated),
            ("edge; fwd=stale; fwd-status=304; stored", .revalidated),
            ("edge; fwd=bypass", .notEligible), ("edge; fwd=request; stored", .notEligible),
            ("e; fwd=method", .notEligible),
            ("edge; fwd=else", .miss), ("edge; fwd=\"stale\"", .miss),
            // The last member is nearest the user.
            ("origin-cache; hit, cdn; fwd=uri-miss", .miss), ("origin-cache; fwd=miss, cdn; hit; ttl=1", .hit),
            ("edge", .unknown), ("edge; hit=?0", .unknown), ("edge; hit; fwd=miss", .unknown),
            ("edge; hit=1", .unknown),
            ("edge; hit,", .unknown), ("", .unknown), ("12; hit", .unknown), ("edge; HIT", .unknown), ("HIT", .unknown),
        ])
    func standard(value: String, kind: CacheStatus.Kind) {
        let status = status([("cache-STATUS", value)])
        #expect(status.kind == kind)
        #expect(status.field == "Cache-Status")
        #expect(status.words == value)
    }

    @Test("in several lines of Cache-Status, which are one list")
    func lines() {
        let status = status([("Cache-Status", "shield; hit"), ("Cache-Status", "edge; fwd=miss; collapsed")])
        #expect(status.kind == .miss)
        #expect(status.isCollapsed)
        #expect(status.isHitFurtherOff)
        #expect(self.status([("Cache-Status", "edge; fwd=miss; collapsed=?0")]).isCollapsed == false)
        #expect(self.status([("Cache-Status", "edge; hit; ttl=-1")]).isStale)
        #expect(self.status([("Cache-Status", "edge; hit; ttl=0")]).isStale == false)
    }

    @Test(
        "in CF-Cache-Status",
        arguments: [
            ("HIT", CacheStatus.Kind.hit), ("STALE", .hit), ("UPDATING", .hit), ("REVALIDATED", .revalidated),
            ("MISS", .miss), ("EXPIRED", .miss), ("BYPASS", .notEligible), ("DYNAMIC", .notEligible),
            ("NONE", .notEligible), ("NONE/UNKNOWN", .notEligible), ("", .unknown),
        ])
    func cloudflare(value: String, kind: CacheStatus.Kind) {
        #expect(status([("CF-Cache-Status", value)]).kind == kind)
        #expect(status([("CF-Cache-Status", value)]).isStale == ["STALE", "UPDATING"].contains(value))
    }

    @Test(
        "in X-Cache, the word of the cache nearest the user last",
        arguments: [
            ("HIT", CacheStatus.Kind.hit), ("hit", .hit), ("Hit from cloudfront", .hit),
            ("Miss from cloudfront", .miss),
            ("RefreshHit from cloudfront", .revalidated), ("Error from cloudfront", .unknown),
            ("HIT, MISS", .miss), ("MISS, HIT", .hit), ("HIT,HIT", .hit), ("MISS,", .miss),
            ("TCP_HIT from a23-1.deploy.akamaitechnologies.com (AkamaiGHost/10.0.1-1) (-)", .hit),
            ("TCP_MEM_HIT from a1", .hit), ("TCP_REFRESH_HIT from a1", .revalidated), ("TCP_REFRESH_MISS", .miss),
            ("HIT from proxy.example", .hit), ("pass", .notEligible), ("TCP_", .unknown), (" ", .unknown),
            (",", .unknown),
            ("never heard of", .unknown),
        ])
    func words(value: String, kind: CacheStatus.Kind) {
        #expect(status([("X-Cache", value)]).kind == kind)
    }

    @Test("of nginx' $upstream_cache_status under both of its usual names")
    func nginx() {
        let words: [(String, CacheStatus.Kind)] = [
            ("HIT", .hit), ("MISS", .miss), ("EXPIRED", .miss), ("STALE", .hit), ("UPDATING", .hit),
            ("REVALIDATED", .revalidated), ("BYPASS", .notEligible), ("SCARCE", .miss),
        ]
        for (word, kind) in words {
            #expect(status([("X-Cache-Status", word)]).kind == kind)
            #expect(status([("X-Proxy-Cache", word)], by: .xProxyCache).kind == kind)
            #expect(status([("X-My-Cache", word)], by: .header("x-my-cache")).kind == kind)
            #expect(status([("X-My-Cache", word)]).kind == .unknown)
        }
        #expect(status([("X-Cache", "HIT, MISS")]).isHitFurtherOff)
        #expect(status([("X-Cache", "MISS, HIT")]).isHitFurtherOff == false)
    }

    @Test(
        "in the words of squid, Traffic Server and Apache",
        arguments: [
            ("hit-fresh", CacheStatus.Kind.hit), ("hit-stale", .revalidated), ("miss", .miss),
            ("skipped", .notEligible),
            ("none", .notEligible), ("REVALIDATE from localhost", .revalidated), ("HIT from localhost", .hit),
            ("TCP_HIT:HIER_NONE", .hit), ("TCP_MEM_HIT/200", .hit), ("TCP_HIT_ABORTED", .hit), ("TCP_INM_HIT", .hit),
            ("TCP_CF_HIT", .hit), ("TCP_REFRESH_UNMODIFIED", .revalidated), ("TCP_REFRESH_MODIFIED", .miss),
            ("TCP_MISS:HIER_DIRECT", .miss), ("TCP_CLIENT_REFRESH_MISS", .miss), ("TCP_SWAPFAIL_MISS", .miss),
            ("TCP_REFRESH_FAIL_OLD", .hit), ("TCP_STALE_HIT", .hit), ("TCP_PARTIAL_HIT", .miss), ("HIT: 3", .hit),
            ("Cache Hit", .hit), ("TCP_DENIED", .unknown), ("hitherto", .unknown), ("HIT-AND-RUN", .unknown),
        ])
    func otherWords(value: String, kind: CacheStatus.Kind) {
        #expect(status([("X-Cache", value)]).kind == kind)
        #expect(status([("X-Cache", value)]).isStale == ["TCP_REFRESH_FAIL_OLD", "TCP_STALE_HIT"].contains(value))
    }

    @Test(
        "in the fields of Vercel, Bunny, LiteSpeed, QUIC.cloud, Varnish and Drupal",
        arguments: [
            ("X-Vercel-Cache", "HIT", CacheStatus.Kind.hit), ("X-Vercel-Cache", "STALE", .hit),
            ("X-Vercel-Cache", "PRERENDER", .hit), ("x-vercel-cache", "MISS", .miss),
            ("X-Vercel-Cache", "BYPASS", .notEligible),
            ("X-Vercel-Cache", "REVALIDATED", .revalidated), ("CDN-Cache", "HIT", .hit),
            ("CDN-Cache", "EXPIRED", .miss),
            ("CDN-Cache", "BYPASS", .notEligible), ("X-LiteSpeed-Cache", "hit", .hit),
            ("X-LiteSpeed-Cache", "hit,private", .hit),
            ("X-LiteSpeed-Cache", "miss", .miss), ("X-QC-Cache", "hit", .hit), ("X-Varnish", "32770 4", .hit),
            ("X-Varnish", "3", .miss), ("X-Varnish", "3 4 5", .unknown), ("X-Varnish", "a b", .unknown),
            ("X-Varnish", "", .unknown), ("X-Drupal-Cache", "HIT", .hit), ("X-Drupal-Cache", "MISS", .miss),
            ("X-Drupal-Cache", "UNCACHEABLE (response policy, no cacheability)", .notEligible),
        ])
    func products(name: String, value: String, kind: CacheStatus.Kind) {
        #expect(status([(name, value)]).kind == kind)
        #expect(status([(name, value)]).field?.lowercased() == name.lowercased())
        #expect(status([(name, value)], by: .header(name)).kind == kind)
        // An edge's word comes before that of an application behind it, which the edge keeps with the answer.
        #expect(
            status([("X-Drupal-Cache", "MISS"), (name, value), ("X-Cache", "HIT")]).kind
                == (name.lowercased() == "x-vercel-cache" || name == "CDN-Cache" ? kind : .hit))
    }

    @Test(
        "in the codes of Traffic Server's Via",
        arguments: [
            ("[uScMsSfWpSeN:t cCMp sS]", CacheStatus.Kind.miss, false), ("[uScHs f p eN:t cCHp s ]", .hit, false),
            ("[uScRs f p eN:t cCHp s ]", .hit, false), ("[uScSsNfUpSeN:t cCSp sS]", .revalidated, false),
            ("[uScSsSfWpSeN:t cCSp sS]", .miss, false), ("[uScSs f p eN:t cCSp s ]", .hit, true),
            ("[uScAsSfWpSeN:t cCAp sS]", .miss, false), ("[uSc sSf pSeN:t c p sS]", .notEligible, false),
            ("[cHs f ]", .hit, false), ("[cMsSfW]", .miss, false), ("[]", .unknown, false),
            ("[cZs f ]", .unknown, false),
        ])
    func via(codes: String, kind: CacheStatus.Kind, isStale: Bool) {
        let field = ("Via", "1.1 front, http/1.1 edge (ApacheTrafficServer/9.2.9 \(codes))")
        #expect(status([field]).kind == kind)
        #expect(status([field]).isStale == isStale)
        #expect(status([field], by: .header("Via")).kind == kind)
        // Its word for what was too old tells no more than that.
        if kind != .unknown { #expect(status([field, ("X-Cache", "hit-stale")]).kind == kind) }
        #expect(status([("Via", "1.1 varnish \(codes)")]).kind == .unknown)
    }

    @Test("by the first field that can be read, or by the one that is asked for")
    func choice() {
        let fields = [("X-Cache", "HIT"), ("CF-Cache-Status", "MISS"), ("Cache-Status", "edge; hit,")]
        #expect(status(fields).field == "CF-Cache-Status")
        #expect(status(fields).kind == .miss)
        #expect(status(fields, by: .cacheStatus).kind == .unknown)
        #expect(status(fields, by: .xCache).kind == .hit)
        #expect(status([("X-Cache", "?"), ("Cache-Status", "a,")]).field == "Cache-Status")
        #expect(status([]).field == nil)
        #expect(status([("Age", "3")]).kind == .unknown)
        #expect(status([("Age", "3")], by: .age).kind == .hit)
        #expect(status([("Via", "x")], by: .age).kind == .miss)
    }
}

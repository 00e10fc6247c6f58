import Measures
import Scenarios
import Testing

@testable import BrowserVerification
@testable import VerificationKit

/// The table of `cors:`: a server that is right passes all of it, and each mistake is found by its check.
@Suite("Checks of CORS")
struct CORSCheckTests {
    private typealias Reply = SimulatedCORS.Reply

    /// A mistake, and the check that finds it.
    struct Mistake: Sendable {
        var check: CORSCheckName
        var change: @Sendable (inout SimulatedCORS.Reply) -> Void
        var rule: @Sendable (inout CORSRule) -> Void = { _ in }

        init(
            _ check: CORSCheckName, rule: @escaping @Sendable (inout CORSRule) -> Void = { _ in },
            _ change: @escaping @Sendable (inout SimulatedCORS.Reply) -> Void
        ) {
            self.check = check
            self.change = change
            self.rule = rule
        }
    }

    private static let app = "https://app.paintbox.example"

    /// Has the scenario name the request that leads to a 404.
    @Sendable private static func declare404(_ rule: inout CORSRule) {
        rule.coverage.provocations[.notFound] = AnswerCoverage.Provocation(
            request: VerifiedRequest(url: Text("/api/v1/missing")))
    }

    static let mistakes: [Mistake] = [
        Mistake(.reflection) { reply in
            guard let origin = reply.origin else { return }
            reply.set(SimulatedCORS.origin, origin)
            reply.set(SimulatedCORS.credentials, "true")
        },
        Mistake(.allowedOrigin) { reply in
            if reply.origin == "https://admin.paintbox.example:8443" { reply.set(SimulatedCORS.origin, nil) }
        },
        Mistake(.allowedOrigin) { reply in
            if reply.origin == app { reply.set(SimulatedCORS.origin, app + "/") }
        },
        Mistake(.allowedErrors, rule: declare404) { reply in
            if reply.status == 404 { reply.set(SimulatedCORS.origin, nil) }
        },
        Mistake(.allowedElsewhere) { reply in if reply.status == 404 { reply.set(SimulatedCORS.origin, nil) } },
        Mistake(.allowedElsewhere) { reply in if reply.status == 405 { reply.set(SimulatedCORS.origin, nil) } },
        Mistake(.originSingle) { reply in
            if reply.origin == app { reply.fields.append(HeaderLine(SimulatedCORS.origin, app)) }
        },
        Mistake(.originSyntax) { reply in
            if reply.origin != app { reply.set(SimulatedCORS.origin, "\(app), https://b.example") }
        },
        Mistake(.originSyntax) { reply in reply.set(SimulatedCORS.origin, "https://*.paintbox.example") },
        Mistake(.neverNull) { reply in if reply.origin == nil { reply.set(SimulatedCORS.origin, "null") } },
        Mistake(.credentials) { reply in reply.set(SimulatedCORS.credentials, nil) },
        Mistake(.credentials, rule: declare404) { reply in
            if reply.status == 404 { reply.set(SimulatedCORS.credentials, nil) }
        },
        Mistake(.credentialsUndeclared, rule: { $0.credentials = false }) { _ in },
        Mistake(.credentialsValue) { reply in
            if reply.origin == app { reply.set(SimulatedCORS.credentials, "True") }
        },
        Mistake(.credentialsWildcard) { reply in
            if reply.origin == app { reply.set(SimulatedCORS.origin, "*") }
        },
        Mistake(.expose) { reply in reply.set(SimulatedCORS.expose, "X-Other") },
        Mistake(.expose, rule: declare404) { reply in if reply.status == 404 { reply.set(SimulatedCORS.expose, nil) } },
        Mistake(.exposeWildcard) { reply in if !reply.isPreflight { reply.set(SimulatedCORS.expose, "*") } },
        Mistake(.varyOrigin) { reply in reply.set("Vary", "Accept-Encoding") },
        Mistake(.varyOrigin) { reply in
            reply.set("Cache-Control", "max-age=60")
            if reply.origin == nil { reply.set("Vary", nil) }
        },
        Mistake(.varyElsewhere) { reply in if reply.origin == nil { reply.set("Vary", nil) } },
        Mistake(.varyOrigin) { reply in
            reply.set("Vary", nil)
            if reply.origin == "null" { reply.status = 403 }
        },
        Mistake(.preflightStatus) { reply in if reply.isPreflight { reply.status = 405 } },
        Mistake(.preflightStatus) { reply in if reply.isPreflight { reply.status = 302 } },
        Mistake(.preflightAnonymous) { reply in if reply.isPreflight { reply.status = 401 } },
        Mistake(.preflightOrigin) { reply in if reply.isPreflight { reply.set(SimulatedCORS.origin, nil) } },
        Mistake(.preflightCredentials) { reply in
            if reply.isPreflight { reply.set(SimulatedCORS.credentials, nil) }
        },
        Mistake(.preflightMethods) { reply in reply.set(SimulatedCORS.methods, "GET") },
        Mistake(.preflightMethods) { reply in reply.set(SimulatedCORS.methods, "GET, put") },
        Mistake(.preflightMethods) { reply in reply.set(SimulatedCORS.methods, "*") },
        Mistake(.preflightHeaders) { reply in reply.set(SimulatedCORS.headers, "authorization") },
        Mistake(.preflightHeaders) { reply in reply.set(SimulatedCORS.headers, "*, authorization") },
        Mistake(.preflightAuthorization, rule: { $0.credentials = nil }) { reply in
            reply.set(SimulatedCORS.headers, "*")
            reply.set(SimulatedCORS.credentials, nil)
        },
        Mistake(.preflightSyntax) { reply in
            if reply.isPreflight { reply.set(SimulatedCORS.methods, "GET PUT") }
        },
        Mistake(.preflightMethodUnlisted) { reply in reply.set(SimulatedCORS.methods, "GET, PUT, DELETE") },
        Mistake(.preflightMethodUnlisted, rule: { $0.credentials = nil }) { reply in
            reply.set(SimulatedCORS.methods, "*")
        },
        Mistake(.preflightHeaderUnlisted) { reply in
            reply.set(SimulatedCORS.headers, "content-type, authorization, x-loadgate-unlisted")
        },
        Mistake(.preflightWildcard) { reply in
            if reply.isPreflight { reply.set(SimulatedCORS.headers, "content-type, authorization, *") }
        },
        Mistake(.preflightMaxAge) { reply in reply.set("Access-Control-Max-Age", "60") },
        Mistake(.preflightMaxAge) { reply in reply.set("Access-Control-Max-Age", "soon") },
        Mistake(.preflightMaxAge, rule: { $0.maxAge = nil }) { reply in reply.set("Access-Control-Max-Age", "86401") },
    ]

    @Test("The table has every name once, in order, with a source")
    func table() {
        #expect(CORSCheck.all.map(\.name) == CORSCheckName.allCases)
        #expect(CORSCheck.all.count >= 40)
        for check in CORSCheck.all {
            #expect(!check.expected.isEmpty && !check.source.isEmpty && check.advice.hasSuffix("."), "\(check.name)")
        }
    }

    @Test("A server that is right passes every check that it was asked about")
    func right() {
        let report = SimulatedCORS().report()
        #expect(report.verdict == .pass)
        #expect(
            report.findings.filter { $0.verdict != .pass }.map(\.check) == [
                "allowed_errors", "credentials_undeclared", "cached_denial",
            ])
        #expect(report.findings.map(\.check) == ["answers", "coverage"] + CORSCheckName.allCases.map(\.rawValue))
        // What only a cache can show.
        #expect(report["cached_denial"]?.verdict == .noData)
        #expect(report["cached_denial"]?.severity == .advisory)
    }

    @Test("Each mistake is found", arguments: mistakes.indices)
    func mistake(_ number: Int) throws {
        let mistake = Self.mistakes[number]
        var rule = SimulatedCORS.rule
        mistake.rule(&rule)
        let report = SimulatedCORS(change: mistake.change).report(rule)
        let finding = try #require(report[mistake.check.rawValue])
        #expect(finding.verdict == .fail, "\(mistake.check): \(finding.observed)")
        #expect(!finding.exhibits.isEmpty && finding.exhibits.count <= 3)
        if finding.severity == .hard { #expect(report.verdict == .fail) }
    }

    @Test("Every check has a mistake that it finds")
    func complete() {
        let elsewhere: [CORSCheckName] = [.cachedGrant, .cachedDenial]
        let found = Set(Self.mistakes.map(\.check) + elsewhere)
        for name in CORSCheckName.allCases where !name.rawValue.hasPrefix("denied_") {
            #expect(found.contains(name), "\(name)")
        }
    }

    @Test(
        "An origin that is let in by mistake is found by its check",
        arguments: CORSCheckName.allCases.filter { $0.rawValue.hasPrefix("denied_") })
    func denied(_ name: CORSCheckName) throws {
        let hostile = HostileOrigin.derived(SimulatedCORS.rule).filter { $0.check == name }.map(\.text)
        #expect(!hostile.isEmpty)
        let good = SimulatedCORS()
        let report = SimulatedCORS(allows: { good.allows($0) || hostile.contains($0) }).report()
        #expect(report[name.rawValue]?.verdict == .fail)
        let isHarmless = [.deniedCase, .deniedTrailingDot].contains(name)
        #expect(report["reflection"]?.verdict == (isHarmless ? .pass : .fail))
        let others = report.failed() + report.failed(.advisory)
        #expect(others.filter { $0.hasPrefix("denied_") } == [name.rawValue])
    }

    @Test("Careless comparisons are found, each by what it lets through")
    func careless() {
        let allowed = SimulatedCORS.rule.allow.map(\.text)
        func failed(_ allows: @escaping (String) -> Bool) -> Set<String> {
            let report = SimulatedCORS(allows: allows).report()
            return Set((report.failed() + report.failed(.advisory)).filter { $0.hasPrefix("denied_") })
        }
        let beginning = failed { origin in allowed.contains { origin.hasPrefix($0) } }
        #expect(
            beginning == [
                "denied_suffix", "denied_port", "denied_underscore", "denied_backtick", "denied_trailing_dot",
            ])
        let end = failed { $0.hasSuffix("app.paintbox.example") || allowed.contains($0) }
        #expect(end == ["denied_prefix", "denied_scheme", "denied_subdomain"])
        let containing = failed { $0.contains("app.paintbox.example") || allowed.contains($0) }
        #expect(containing.isSuperset(of: beginning.union(end)))
        let capitals = failed { allowed.contains($0.lowercased()) }
        #expect(capitals == ["denied_case"])
        let domain = failed { $0.hasPrefix("https://") && $0.hasSuffix("paintbox.example") || allowed.contains($0) }
        #expect(domain == ["denied_prefix", "denied_subdomain", "denied_sibling", "denied_dot"])
    }

    @Test("A cache that knows no origins gives one origin's grant, or none, to the next")
    func caches() {
        func cached(_ first: String?) -> VerificationReport {
            var rule = SimulatedCORS.rule
            rule.coverage.asked = [.success, .cached]
            let server = SimulatedCORS(change: { $0.set("Vary", nil) })
            var kept: [HeaderLine]?
            return BrowserFixtures.run(CORSCourse(name: "api", rule: rule, maker: BrowserFixtures.maker())) { planned in
                let answer = server.answer(planned)
                guard planned.method == "GET" else { return answer }
                if let kept {
                    return BrowserFixtures.observed(planned, status: 200, fields: kept + [HeaderLine("Age", "1")])
                }
                if planned.fields.values("Origin").first == first { kept = answer.fields }
                return answer
            }.report
        }
        let granted = cached(SimulatedCORS.rule.allow[0].text)
        #expect(granted["cached_grant"]?.verdict == .fail)
        #expect(granted["coverage"]?.verdict == .pass)
        let denied = cached(nil)
        #expect(denied["cached_denial"]?.verdict == .fail)
        #expect(denied["cached_grant"]?.verdict == .pass)
        #expect(denied.verdict == .fail)
    }

    @Test("The same origin for everybody is a grant to that origin alone, and needs no Vary")
    func fixed() {
        let app = Self.app
        var rule = SimulatedCORS.rule
        rule.allow = [rule.allow[0]]
        let report = SimulatedCORS(change: { reply in
            reply.set("Vary", nil)
            reply.set(SimulatedCORS.origin, app)
            reply.set(SimulatedCORS.credentials, "true")
        }).report(rule)
        #expect(report.failed() == [])
        #expect(report["vary_origin"]?.observed.hasPrefix("the same for every origin") == true)
    }

    @Test("CORS that is set route by route passes: a made-up path and PROPFIND know nothing of it")
    func routes() throws {
        for status in [403, 404, 405, 0] {
            let server = SimulatedCORS(change: { reply in
                guard [404, 405].contains(reply.status) else { return }
                reply.status = status
                reply.fields = []
            })
            let report = server.report()
            #expect(report.failed() == [], "\(status)")
            #expect(report["answers"]?.verdict == .pass)
            if status > 0 {
                #expect(report.failed(.advisory) == ["allowed_elsewhere"])
                #expect(
                    report["allowed_elsewhere"]?.evidence.contains("Harmless where CORS is set route by route") == true)
            }
            // Where the scenario names the request, its answer counts, and so does one that doesn't come.
            var rule = SimulatedCORS.rule
            Self.declare404(&rule)
            let declared = server.report(rule)
            if status == 0 {
                #expect(declared["answers"]?.verdict == .inconclusive)
            } else {
                #expect(declared.failed() == ["allowed_errors", "credentials"], "\(status)")
            }
        }
        // What is let in there by mistake is found all the same.
        let app = Self.app
        let open = SimulatedCORS(change: { reply in
            guard reply.status == 404, let origin = reply.origin, origin != app else { return }
            reply.set(SimulatedCORS.origin, origin)
            reply.set(SimulatedCORS.credentials, "true")
        })
        #expect(open.report().failed() == ["reflection", "denied_other", "denied_null", "never_null"])
    }

    @Test("A server that names its one origin to all but hostile ones, without Vary, passes where no cache is")
    func named() {
        let app = Self.app
        var rule = SimulatedCORS.rule
        rule.allow = [rule.allow[0]]
        func change(_ reply: inout Reply) {
            reply.set("Vary", nil)
            guard reply.origin == nil else { return }
            reply.set(SimulatedCORS.origin, app)
            reply.set(SimulatedCORS.credentials, "true")
        }
        // It compares hosts whatever their case, as Flask-CORS does.
        let report = SimulatedCORS(allows: { $0.lowercased() == app }, change: change).report(rule)
        #expect(report.failed() == [])
        #expect(report["cached_grant"]?.verdict == .pass)
        #expect(report.failed(.advisory) == ["denied_case", "vary_elsewhere"])
        // Where the answer says that caches may keep it, an allowed origin may get one without a grant.
        let kept = SimulatedCORS(change: { reply in
            change(&reply)
            reply.set("Cache-Control", "max-age=60")
        })
        #expect(kept.report(rule).failed() == ["vary_origin"])
    }

    @Test("Vary on granted answers alone is advice, and so is * without Vary")
    func middleware() {
        let granting = SimulatedCORS(change: { reply in
            if !reply.fields.contains(where: { $0.name == SimulatedCORS.origin }) { reply.set("Vary", nil) }
        })
        #expect(granting.report().failed() == [])
        #expect(granting.report().failed(.advisory) == ["vary_elsewhere"])
        var rule = CORSRule(request: VerifiedRequest(url: Text("/")), allow: [])
        rule.allowsAll = true
        rule.coverage.asked = [.success]
        let open = SimulatedCORS(
            allows: { _ in false },
            change: { reply in
                reply.fields = [HeaderLine("Cache-Control", "max-age=60")]
                if reply.origin != nil { reply.set(SimulatedCORS.origin, "*") }
            })
        #expect(open.report(rule).failed() == [])
        // The origin that asked, and * where none did: Flask-CORS.
        let echoing = SimulatedCORS(
            allows: { _ in false },
            change: { reply in
                reply.fields = [HeaderLine(SimulatedCORS.origin, reply.origin ?? "*")]
                if reply.origin != nil { reply.set("Vary", "Origin") }
            })
        #expect(echoing.report(rule).failed() == [])
        #expect(open.report(rule)["vary_origin"]?.observed.hasPrefix("* for every origin") == true)
    }

    @Test("A grant that an asker gets only after its owner asked comes from a cache that says nothing")
    func silentCache() {
        var granted = false
        let server = SimulatedCORS()
        let report = BrowserFixtures.run(
            CORSCourse(name: "api", rule: SimulatedCORS.rule, maker: BrowserFixtures.maker())
        ) { planned in
            var answer = server.answer(planned)
            let origin = planned.fields.values("Origin").first
            if origin == Self.app { granted = true }
            if origin == nil, granted { answer.fields.append(HeaderLine(SimulatedCORS.origin, Self.app)) }
            return answer
        }.report
        #expect(report.failed() == ["cached_grant"])
    }

    @Test("Where every origin is allowed, * passes, and a reflected origin with credentials is still the worst")
    func everybody() {
        var rule = CORSRule(request: VerifiedRequest(url: Text("/static/a.css")), allow: [])
        rule.allowsAll = true
        rule.coverage.asked = [.success]
        let open = SimulatedCORS(allows: { _ in false }, change: { $0.set(SimulatedCORS.origin, "*") }).report(rule)
        #expect(open.failed() == [])
        #expect(open.verdict == .pass)
        let reflecting = SimulatedCORS(allows: { _ in true }).report(rule)
        #expect(reflecting.failed() == ["reflection"])
    }

    @Test("Where nobody is allowed, an answer without grants passes, whatever its status")
    func nobody() {
        var rule = CORSRule(request: VerifiedRequest(url: Text("/internal")), allow: [])
        rule.coverage.asked = [.success]
        let report = SimulatedCORS(allows: { _ in false }).report(rule)
        #expect(report.verdict == .pass)
        #expect(report["denied_other"]?.verdict == .pass)
        #expect(report["allowed_origin"]?.verdict == .noData)
        let refusing = SimulatedCORS(allows: { _ in false }, change: { if $0.origin != nil { $0.status = 403 } })
        #expect(refusing.report(rule).verdict == .pass)
    }

    @Test("Reading with GET takes no preflight: a server without OPTIONS is advised of it, no more")
    func simple() {
        var rule = SimulatedCORS.rule
        (rule.methods, rule.headers, rule.maxAge) = (nil, nil, nil)
        let server = SimulatedCORS(change: { reply in
            guard reply.isPreflight else { return }
            reply.status = 405
            reply.fields = []
        })
        #expect(server.report(rule).verdict == .pass)
        #expect(server.report().failed().contains("preflight_status"))
    }

    @Test("A waived check fails, and doesn't count")
    func waived() throws {
        var rule = SimulatedCORS.rule
        rule.waived = [.preflightMaxAge: "the edge sets its own"]
        let report = SimulatedCORS(change: { $0.set("Access-Control-Max-Age", "60") }).report(rule)
        #expect(report.verdict == .pass)
        let finding = try #require(report["preflight_max_age"])
        #expect(finding.verdict == .fail)
        #expect(finding.severity == .advisory)
        #expect(finding.observed.hasSuffix("(waived)"))
        #expect(finding.evidence.hasPrefix("Waived: the edge sets its own. "))
    }
}

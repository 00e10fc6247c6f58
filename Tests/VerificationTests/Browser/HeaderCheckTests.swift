import Scenarios
import Testing

@testable import BrowserVerification
@testable import VerificationKit

/// The table of `headers:`, each check by itself.
@Suite("Checks of header fields")
struct HeaderCheckTests {
    private func verdicts(_ check: HeaderCheck, _ answers: [BrowserAnswer]) -> (held: Int, broken: [String]) {
        var held = 0
        var broken: [String] = []
        for (_, judgement) in check.judge(answers, .owasp) {
            switch judgement {
            case .holds: held += 1
            case .breaks(let text): broken.append(text)
            case .silent: break
            }
        }
        return (held, broken)
    }

    @Test("The table has every name once, in order, with a source and a profile")
    func table() {
        #expect(HeaderCheck.all.map(\.name) == HeaderCheckName.allCases)
        #expect(HeaderCheck.all.count >= 40)
        for check in HeaderCheck.all {
            #expect(!check.expected.isEmpty && !check.source.isEmpty && !check.advice.isEmpty, "\(check.name)")
            #expect(check.owasp != nil || check.observatory != nil, "\(check.name)")
            #expect(check.advice.hasSuffix("."), "\(check.name)")
        }
    }

    @Test("Each check has answers that hold and answers that fail", arguments: HeaderCheckName.allCases)
    func examples(_ name: HeaderCheckName) throws {
        let check = try #require(HeaderCheck.all.first { $0.name == name })
        let example = try #require(HeaderExamples.all[name])
        #expect(!example.holds.isEmpty && !example.breaks.isEmpty)
        var hasHeld = false
        for answers in example.holds {
            let (held, broken) = verdicts(check, answers)
            #expect(broken == [], "\(name): \(answers.map(\.fields))")
            hasHeld = hasHeld || held > 0
        }
        #expect(hasHeld, "\(name)")
        for answers in example.breaks {
            let (_, broken) = verdicts(check, answers)
            #expect(!broken.isEmpty, "\(name): \(answers.map(\.fields))")
            #expect(broken.allSatisfy { !$0.isEmpty })
        }
    }

    @Test("The observatory is content with half a year of HSTS, and knows fewer checks")
    func profiles() throws {
        let answers = [BrowserFixtures.answer("Strict-Transport-Security: max-age=15768000")]
        let check = try #require(HeaderCheck.all.first { $0.name == .hstsMaxAge })
        let judged = check.judge(answers, .observatory).map(\.judgement)
        #expect(judged == [.holds("max-age=15768000")])
        let owasp = check.judge(answers, .owasp).map(\.judgement)
        #expect(owasp == [.breaks("max-age=15768000, below 63072000")])
        #expect(HeaderCheck.all.contains { $0.observatory == nil })
    }

    @Test(
        "A cookie that is being deleted is not judged, one that is set is",
        arguments: [
            ("sid=; Max-Age=0", true), ("sid=; Max-Age=-1", true),
            ("sid=x; max-age=0; Expires=Fri, 31 Dec 2049 00:00:00 GMT", true),
            ("sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true),
            ("sid=; expires=Thu, 01-Jan-1970 00:00:01 GMT", true),
            ("sid=deleted; Expires=Sun, 28 Nov 2027 11:59:59 GMT", true),
            ("sid=x; Expires=Sun, 28 Nov 2027 12:00:01 GMT", false),
            ("sid=x; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", false), ("sid=x; Max-Age=soon", false),
            ("sid=x; Max-Age=99999999999999999999", false), ("sid=", false), ("sid=x; Expires=never", false),
        ])
    func deletedCookies(cookie: String, isDeleted: Bool) {
        let date = "Date: Sun, 28 Nov 2027 12:00:00 GMT\n"
        let answer = BrowserFixtures.answer("\(date)Set-Cookie: \(cookie)\nSet-Cookie: lang=de; Secure; SameSite=Lax")
        #expect(answer.cookies.map(\.label) == (isDeleted ? ["lang"] : ["sid", "lang"]))
        let checks = HeaderCheck.all.filter { $0.fields.first == "Set-Cookie" }
        #expect(checks.count == 8)
        let broken = checks.filter { check in
            check.judge([answer], .owasp).contains { if case .breaks = $0.judgement { true } else { false } }
        }
        #expect(broken.isEmpty == isDeleted)
    }

    @Test("Assets need no policy; plain HTTP that leads elsewhere is asked for nothing else")
    func scope() throws {
        let asset = BrowserFixtures.answer("Content-Type: text/css")
        let upgrade = BrowserFixtures.answer(
            "Location: https://paintbox.example/", status: 301, isSecure: false, for: .upgrade)
        for name in [HeaderCheckName.csp, .frameProtection, .referrerPolicy] {
            let check = try #require(HeaderCheck.all.first { $0.name == name })
            #expect(check.judge([asset, upgrade], .owasp).map(\.judgement) == [.silent, .silent])
        }
        let check = try #require(HeaderCheck.all.first { $0.name == .hsts })
        #expect(
            check.judge([asset, upgrade], .owasp).map(\.judgement) == [
                .breaks("no Strict-Transport-Security"), .silent,
            ])
    }

    @Test("Bytes that hide a delimiter, and values without end, change nothing")
    func hostile() {
        let hidden = BrowserFixtures.answer(
            "Content-Security-Policy: script-src 'self'\u{301};\u{301}script-src 'unsafe-inline'")
        #expect(hidden.policies.first?.directives["script-src"] != nil)
        let values = ["", ";", ",", "=", "\u{0}", "\"", "'", ";;;;,,,,====", String(repeating: "a;", count: 40_000)]
        let names = Set(HeaderCheck.all.flatMap(\.fields))
        for value in values {
            let answer = BrowserFixtures.answer(names.map { "\($0): \(value)" }.joined(separator: "\n"), status: 500)
            for check in HeaderCheck.all {
                for (_, judgement) in check.judge([answer, answer], .owasp) {
                    if case .breaks(let text) = judgement { #expect(text.count < 500, "\(check.name)") }
                    if case .holds(let text) = judgement { #expect(text.count < 500, "\(check.name)") }
                }
            }
        }
    }
}

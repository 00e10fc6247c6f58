import Measures
import Scenarios
import Testing
import VerificationKit

@testable import InputVerification

@Suite struct InputCourseTests {
    @Test("An endpoint that refuses all but the valid body passes every check, and each hostile request is followed up")
    func strict() throws {
        let input = try InputScenario("limits: {$.area: 0.01..100000}", "size: 64KiB", "bodies: 10000")
        let run = input.run(InputScenario.strict)
        #expect(run.problems == [])
        #expect(run.report.verdict == .pass)
        #expect(run.report.kind == "input")
        #expect(
            run.report.findings.map(\.check)
                == ["valid"] + InputKind.allCases.map(\.rawValue) + InputReport.commonChecks)
        let hostile = input.cases.count
        #expect(run.requests.count == 3 + 2 * hostile)
        #expect(run.report.exchanges == run.requests.count)
        #expect(input.course.plan.exchanges == run.requests.count)
        for index in run.requests.indices where index < 3 || index % 2 == 0 {
            #expect(run.requests[index].body == InputScenario.valid, "\(index)")
        }
        #expect(run.requests.allSatisfy { $0.lane == .fresh })
        #expect(try run.finding("survives").observed == "\(hostile) of \(hostile)")
        #expect(run.report.figures.first { $0.name == "hostile_requests" }?.value == Double(hostile))
    }

    @Test("What the body gives no occasion for is shown as not sent, and what is skipped too")
    func notSent() throws {
        let run = try InputScenario(json: "{name: x}", "skip: [large_bodies]").run { request, _ in
            request.body == Array(#"{"name":"x"}"#.utf8) ? .good : .refusal
        }
        for check in ["huge_numbers", "outside_limits", "large_bodies"] {
            let finding = try run.finding(check)
            #expect(finding.verdict == .noData)
            #expect(finding.severity == .advisory)
            #expect(finding.observed == "not sent")
        }
        #expect(!run.requests.contains { $0.body.contains("[1,1,1") })
    }

    @Test("An accepted body fails its kind, and the request that shows it can be sent again")
    func accepted() throws {
        let run = try InputScenario().run(where: "1e308", .good)
        #expect(run.problems == ["hard huge_numbers fail"])
        let finding = try run.finding("huge_numbers")
        #expect(finding.expected == "4xx (not 408, 429) within 10 s")
        #expect(finding.observed == "14 of 18 refused, 4 accepted")
        #expect(
            finding.evidence
                == "$.area = 1e308 → 200; $.area = -1e308 → 200; $.coats = 1e308 → 200; $.coats = -1e308 → 200. "
                + "Refuse these; or, where they are valid, give the numbers' bounds in limits.")
        #expect(finding.exhibits.count == 3)
        #expect(
            finding.exhibits[0].request
                == "POST /api/v1/calculate, hostile: $.area = 1e308, Content-Type: application/json, "
                + #"24 bytes: {"area":1e308,"coats":2}"#)
        #expect(
            finding.exhibits[0].answer
                == #"200, Content-Type: application/json, 32 bytes: {"total":196.0,"elapsed_ms":0.1}"#)
        #expect(finding.exhibits[0].received - finding.exhibits[0].sent == Span(nanoseconds: 2_000_000))
    }

    @Test("What others may well accept is advisory, with strict it counts, with accepts it is right")
    func tolerated() throws {
        let lenient = try InputScenario().run(where: "loadgate_extra", .good)
        #expect(lenient.problems == ["advisory extra_members fail"])
        #expect(lenient.report.verdict == .pass)
        let strict = try InputScenario("strict: true").run(where: "loadgate_extra", .good)
        #expect(strict.problems == ["hard extra_members fail"])
        let allowed = try InputScenario("strict: true", "accepts: [extra_members]").run(where: "loadgate_extra", .good)
        #expect(allowed.problems == [])
        // Accepting is not failing: a 500 is wrong all the same.
        let broken = try InputScenario("accepts: [extra_members]").run(
            where: "loadgate_extra", .init(status: 500))
        #expect(broken.problems == ["hard extra_members fail"])
    }

    @Test(
        "Server errors, silence, cut connections and other statuses fail their kind",
        arguments: [
            (InputScenario.Answer(status: 500), "2 answered 5xx"), (.silence, "2 not answered in time"),
            (.cut, "2 closed without an answer"), (.init(status: 302), "2 answered otherwise"),
            (.init(status: 408), "2 answered otherwise"),
            (.init(status: 0, outcome: .reset), "2 closed without an answer"),
            (.init(status: 0, outcome: .protocolError), "2 closed without an answer"),
        ])
    func bad(answer: InputScenario.Answer, observed: String) throws {
        let run = try InputScenario().run(where: ":null", answer)
        #expect(try run.finding("null_members").verdict == .fail)
        #expect(try run.finding("null_members").severity == .hard)
        #expect(try run.finding("null_members").observed == "0 of 2 refused, \(observed)")
        #expect(run.report.verdict == .fail)
    }

    @Test("Refusals may be other statuses, where the scenario says so")
    func expectation() throws {
        let input = try InputScenario("expect: 422", "expect_valid: [200, 202]")
        let run = input.run { request, number in
            var answer = InputScenario.strict(request, number)
            if answer.status == 400 { answer.status = 422 }
            return answer
        }
        #expect(run.problems == [])
        #expect(try run.finding("truncated").expected == "422 within 10 s")
        #expect(!input.run(InputScenario.strict).problems.isEmpty)
    }

    @Test("A body of 1 MiB that ends with the connection is inconclusive, a smaller one fails")
    func large() throws {
        let run = try InputScenario().run { request, number in
            let isLarge = request.body.count > 1 << 20 || request.body.contains("[1,1")
            return isLarge ? .init(status: 0, outcome: .reset) : InputScenario.strict(request, number)
        }
        #expect(run.problems == ["hard long_strings inconclusive", "hard large_bodies inconclusive"])
        #expect(run.report.verdict == .inconclusive)
        let nesting = try InputScenario().run { request, number in
            request.body.contains("[[[") ? .init(status: 0, outcome: .reset) : InputScenario.strict(request, number)
        }
        #expect(nesting.problems == ["hard deep_nesting fail"])
        // With a status it is a refusal, however the connection ended.
        let refusing = try InputScenario().run { request, number in
            request.body.count > 50_000
                ? .init(status: 413, outcome: .reset) : InputScenario.strict(request, number)
        }
        #expect(refusing.problems == [])
    }

    @Test("After three requests of a kind without an answer the rest of the kind is not sent")
    func silence() throws {
        let run = try InputScenario().run { request, number in
            InputScenario.isValid(request) ? InputScenario.strict(request, number) : .silence
        }
        let finding = try run.finding("huge_numbers")
        #expect(finding.observed == "0 of 3 refused, 3 not answered in time")
        #expect(finding.evidence.contains("15 were not sent: too many of them had no answer."))
        #expect(run.report.verdict == .fail)
        #expect(try run.finding("survives").verdict == .pass)
    }

    @Test("Stack traces fail, but not those that valid answers hold too")
    func stackTraces() throws {
        let trace = InputScenario.Answer(
            type: "text/html", body: "<pre>Error\n at x (/srv/api/index.js:3:17)</pre>")
        let run = try InputScenario().run(where: "NaN", trace)
        #expect(run.problems == ["hard stack_traces fail"])
        let finding = try run.finding("stack_traces")
        #expect(finding.evidence.hasPrefix("$.area = NaN → 400, shows Node.js; "))
        #expect(finding.exhibits.count == 3)
        #expect(finding.exhibits[0].answer.contains("index.js:3:17"))
        let always = try InputScenario().run { request, number in
            var answer = InputScenario.strict(request, number)
            answer.body = #"{"example":"at x (/srv/api/index.js:3:17)"}"#
            return answer
        }
        #expect(always.problems == [])
    }

    @Test("Markup that comes back in a page fails, and so does an expression that was calculated")
    func echoes() throws {
        let input = try InputScenario()
        let page = "<html>can't read <script>loadgate(1)</script></html>"
        let echoing = input.run(where: "<script>", .init(type: "text/html", body: page))
        #expect(echoing.problems == ["hard echo fail"])
        #expect(try echoing.finding("echo").evidence.contains("<script>loadgate("))
        let calculating = input.run(where: "{{1234567*7}}", .init(body: #"{"error":"8641969 is no number"}"#))
        #expect(calculating.problems == ["hard evaluation fail"])
    }

    @Test("Compressed answers that nobody looked into leave the search inconclusive")
    func compressed() throws {
        let run = try InputScenario().run { request, number in
            var answer = InputScenario.strict(request, number)
            if answer.status == 400 { answer.fields = [HeaderLine("Content-Encoding", "gzip")] }
            return answer
        }
        #expect(
            run.problems == [
                "hard stack_traces inconclusive", "hard echo inconclusive", "hard evaluation inconclusive",
            ])
    }

    @Test("A hostile request after which the valid one fails is named, with the time until all is well again")
    func survival() throws {
        var down = 0
        let run = try InputScenario().run { request, number in
            if request.body.contains("9223372036854775808") { down = 3 }
            if InputScenario.isValid(request), down > 0 {
                down -= 1
                return .init(status: 503)
            }
            return InputScenario.strict(request, number)
        }
        #expect(run.problems == ["hard survives fail"])
        let finding = try run.finding("survives")
        // Two bodies hold the number; the valid request fails once right after, and twice while it is tried again.
        #expect(
            finding.evidence.hasPrefix(
                "after $.area = 9223372036854775808: answered 503, well again after 1.76 s; after $.coats = "))
        #expect(finding.exhibits.count == 4)
        #expect(finding.exhibits[0].request.contains("9223372036854775808"))
        #expect(finding.exhibits[1].answer.hasPrefix("503"))
        // 0.25 s, 0.5 s and 1 s, twice.
        #expect(run.waited == Span(seconds: 3.5))
    }

    @Test("A target that never recovers ends the verification; what was not sent is not passed")
    func death() throws {
        var isDead = false
        let run = try InputScenario().run { request, number in
            if request.body.contains("1e400") { isDead = true }
            return isDead ? .init(status: 0, outcome: .refused) : InputScenario.strict(request, number)
        }
        #expect(try run.finding("survives").verdict == .fail)
        #expect(try run.finding("huge_numbers").verdict == .fail)
        #expect(try run.finding("missing_members").verdict == .pass)
        let unsent = try run.finding("large_bodies")
        #expect(unsent.verdict == .noData)
        #expect(unsent.severity == .hard)
        #expect(unsent.evidence.contains("3 were not sent: the valid request fails since \"$.area = 1e400\"."))
        #expect(run.waited == Span(seconds: 15.75))
        #expect(run.report.verdict == .fail)
    }

    @Test("A valid answer of another form, or one that a hostile body has poisoned, is a failure")
    func forms() throws {
        var isChanged = false
        let changed = try InputScenario().run { request, number in
            if request.body.contains("__proto__") { isChanged = true }
            guard InputScenario.isValid(request), isChanged else { return InputScenario.strict(request, number) }
            isChanged = false
            return .init(status: 200, body: #"{"total":196.0,"elapsed_ms":0.1,"loadgate_poisoned":true}"#)
        }
        #expect(changed.problems == ["hard survives fail"])
        #expect(try changed.finding("survives").evidence.contains("loadgate_poisoned"))
    }

    @Test("429 says nothing: the request is sent again as another client, then after Retry-After")
    func limits() throws {
        let identities = "identities: {count: 50, header: X-API-Key, value: \"client-${user}\"}"
        let input = try InputScenario(before: identities)
        var seen: [String: Int] = [:]
        let run = input.run { request, number in
            let client = request.fields.values("X-API-Key").joined()
            seen[client, default: 0] += 1
            // Every client may send five requests.
            if seen[client, default: 0] > 5 {
                return .init(status: 429, fields: [HeaderLine("Retry-After", "7")])
            }
            return InputScenario.strict(request, number)
        }
        #expect(seen.count == 50)
        #expect(Set(seen.keys).contains("client-50"))
        #expect(run.requests.count > 50 * 5)
        // What was not sent any more is no data.
        #expect(run.report.verdict == .noData)
        #expect(try run.finding("large_bodies").verdict == .noData)
        #expect(run.report.findings.contains { $0.verdict == .inconclusive && $0.observed.contains("answered 429") })
        #expect(run.waited <= Span(seconds: 120))
        #expect(run.waited >= Span(seconds: 21))
        #expect(try run.finding("survives").verdict == .inconclusive)

        var turn = 0
        let brief = try InputScenario().run { request, number in
            turn += 1
            return turn % 50 == 0 ? .init(status: 429) : InputScenario.strict(request, number)
        }
        #expect(brief.problems == [])
        #expect(brief.waited > .zero)
    }

    @Test("429 on every hostile request is inconclusive, and the course ends early")
    func alwaysLimited() throws {
        let run = try InputScenario().run { request, number in
            InputScenario.isValid(request) ? InputScenario.strict(request, number) : .init(status: 429)
        }
        #expect(run.report.verdict == .inconclusive || run.report.verdict == .noData)
        #expect(run.waited <= Span(seconds: 120))
    }

    @Test("Where the valid body is not accepted nothing hostile is sent")
    func invalid() throws {
        let run = try InputScenario().run { _, _ in .init(status: 422) }
        #expect(run.requests.count == 1)
        #expect(run.report.verdict == .noData)
        let finding = try run.finding("valid")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.observed == "422")
        #expect(finding.exhibits.count == 1)
    }

    @Test("A verification that is ended early passes nothing that was not seen")
    func interrupted() throws {
        let input = try InputScenario()
        #expect(input.course.report().verdict == .noData)
        let run = input.run(atMost: 20, InputScenario.strict)
        #expect(try run.finding("missing_members").verdict == .pass)
        #expect(try run.finding("large_bodies").verdict == .noData)
        #expect(try run.finding("survives").verdict == .inconclusive)
        #expect(run.report.verdict != .pass)
        #expect(run.report.verdict != .fail)
    }

    @Test("Each request has a number and an identity of its own")
    func numbers() throws {
        let identities = "identities: {count: 3, header: X-API-Key, value: \"client-${user}\"}"
        let input = try InputScenario(json: "{name: \"Project ${n}\", n: \"${n}\"}", before: identities)
        let run = input.run(atMost: 5) { request, _ in
            request.body.contains("Project") ? .good : .refusal
        }
        #expect(
            run.requests.prefix(3).map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"name":"Project 0","n":0}"#, #"{"name":"Project 1","n":1}"#, #"{"name":"Project 2","n":2}"#,
            ])
        #expect(run.requests[3].body == Array(#"{"n":3}"#.utf8))
        let clients = run.requests.map { $0.fields.values("X-API-Key").joined() }
        #expect(clients == ["client-1", "client-2", "client-3", "client-1", "client-2"])
        #expect(run.requests.allSatisfy { $0.fields.values("Accept-Encoding") == ["identity"] })
    }

    @Test("Exhibits hold no secret and no credential")
    func secrets() throws {
        let input = try InputScenario(
            json: "{token: \"${env:TOKEN}\", area: 1}",
            "headers: {Authorization: \"Bearer ${env:TOKEN}\", Cookie: s=geheim77}",
            environment: ["TOKEN": "tr3sgeheim"])
        let run = input.run { request, number in
            // A server that accepts all and gives it back.
            .init(status: 200, type: "text/html", body: String(decoding: request.body.prefix(5_000), as: UTF8.self))
        }
        let exhibits = run.report.findings.flatMap(\.exhibits)
        #expect(exhibits.count > 40)
        for exhibit in exhibits {
            #expect(!exhibit.request.contains("geheim") && !exhibit.answer.contains("tr3sgeheim"), "\(exhibit)")
        }
        for finding in run.report.findings { #expect(!finding.evidence.contains("geheim")) }
    }

    @Test("Labels are few and fixed, and every one is in the documentation")
    func labels() throws {
        let labels = ["valid"] + InputKind.allCases.map(\.rawValue) + InputReport.commonChecks
        #expect(Set(labels).count == labels.count)
        let page = try Documentation.page("verifications/input.md")
        for label in labels { #expect(page.contains("`\(label)`"), "\(label)") }
        // What the page calls a check is one.
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let told = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(told.filter(labels.contains) == labels)
    }
}

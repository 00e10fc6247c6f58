import Testing

@testable import Scenarios

/// What is asked of a drill that could never tell it is refused when it is read.
@Suite("Drills that could not mean anything") struct DrillMeaningTests {
    private func text(
        _ objectives: String = "[]", timeline: [String] = ["{at: 12s, fault: kill primary}"], drill: String = "{}",
        defaults: String = "{}", step: String = "post: \"/orders/${write.id}\""
    ) -> String {
        """
        name: d
        target: http://127.0.0.1:9000
        services: {primary: {command: [app]}}
        defaults: {http: \(defaults)}
        login: [{name: enter, post: /login, capture: {session: json $.session}}]
        flows: {main: {steps: [{name: one, \(step)}]}}
        load: [{arrivals: 10/s, for: 60s}]
        objectives: \(objectives)
        probes: {leader: {command: [who]}}
        drill:
          timeline: [\(timeline.joined(separator: ", "))]
          audit: {write: one, read: {get: "/orders/${write.id}"}}
        """.replacing(
            "  audit: {write: one, read: {get: \"/orders/${write.id}\"}}",
            with: drill == "{}"
                ? "  audit: {write: one, read: {get: \"/orders/${write.id}\"}}" : "  \(drill)")
    }

    private static func audit(_ read: String, more: String = "") -> String {
        "audit: {write: one, read: {\(read)}\(more)}"
    }

    private static let byID = "get: \"/orders/${write.id}\""

    @Test("A measure that the drill can't have is refused where it stands, and what is missing is said")
    func objectives() {
        #expect(
            problems(text("[outage < 5s, failback < 5s]")) == [
                "s.yaml:8:27: \"failback < 5s\" needs something that is restored while the load goes on: add {at: …, restore: NAME} "
                    + "to the timeline, of a fault that has an undo"
            ])
        #expect(
            problems(text("[budget < 0.5]")) == [
                "s.yaml:8:14: \"budget < 0.5\" needs an objective that says how much may fail: add availability >= 99.9%, or what "
                    + "you promise, below 100%"
            ])
        #expect(
            problems(text("[unexpected == 0]")) == [
                "s.yaml:8:14: \"unexpected == 0\" needs \"list\" in the audit's read: what nobody wrote is found by no id"
            ])
        #expect(
            problems(text("[unexpected == 0]", drill: "roles: leader", step: "get: /")) == [
                "s.yaml:8:14: \"unexpected == 0\" needs \"audit\" in the drill: without it no write is found again"
            ])
    }

    @Test("Something is restored only where its fault has an undo")
    func restored() {
        let kill = "{at: 12s, fault: kill primary}"
        let own = "{at: 12s, name: x, fault: {run: [a]}, undo: none}"
        let mended = "{at: 12s, name: x, fault: {run: [a]}, undo: {run: [b]}}"
        func isRefused(_ timeline: String...) -> Bool {
            problems(text("[failback < 5s]", timeline: timeline)).contains {
                $0.contains("needs something that is restored")
            }
        }
        #expect(isRefused(kill))
        #expect(!isRefused(kill, "{at: 20s, restore: primary}"))
        #expect(isRefused("{at: 12s, fault: restart primary}"))
        #expect(isRefused(own, "{at: 20s, restore: x}"))
        #expect(!isRefused(mended, "{at: 20s, restore: x}"))
        // The one that is restored counts, not another one.
        #expect(isRefused(own, kill, "{at: 20s, restore: x}"))
    }

    @Test("A budget is of what the whole load promises, below 100 %")
    func budget() {
        for objective in ["availability >= 100%", "availability of main >= 99%", "availability < 99%", "errors < 1%"] {
            #expect(problems(text("[budget < 0.5, \"\(objective)\"]")).count == 1, "\(objective)")
        }
        #expect(problems(text("[budget < 0.5, availability >= 99.9%]")) == [])
    }

    @Test("Why groups are not judged in a drill is said") func groups() throws {
        let grouped = text("[p95 group_time of g < 1s]").replacing(
            "steps: [", with: "steps: [{group: g, steps: [{name: inner, get: /g}]}, ")
        let warning = try #require(try read(grouped).warnings.first)
        #expect(warning.description.contains("is not judged in a drill"))
        #expect(warning.description.contains("a group or an until is several of them"))
    }

    @Test("What a drill does not judge is warned of, since it would be inconclusive each time")
    func unjudged() throws {
        let scenario = try read(
            text("[p95 first_byte < 1s, p95 response_time < 1s in any 10s, p95 response_time < 1s]"))
        #expect(
            scenario.warnings.map(\.description) == [
                "s.yaml:8:14: \"p95 first_byte < 1s\" is not judged in a drill, which is inconclusive at best with it: it is measured "
                    + "over the whole run, which holds the faults",
                "s.yaml:8:35: \"p95 response_time < 1s in any 10s\" is not judged in a drill, which is inconclusive at best with it: "
                    + "the faults are in its windows",
            ])
    }

    @Test("What shows an effect is said once, and a probe is a role once")
    func once() {
        let own = "{at: 12s, fault: kill primary, effective: tcp 127.0.0.1:1 refused}"
        #expect(
            problems(text(timeline: [own], drill: "effective: tcp 127.0.0.1:2 refused", step: "get: /")) == [
                "s.yaml:12:3: the first fault says itself what shows its effect: drop one of both"
            ])
        let twice = problems(text(drill: "roles: [leader, leader]", step: "get: /"))
        #expect(twice.count == 1 && twice[0].hasSuffix("the probe \"leader\" occurs more than once"), "\(twice)")
    }

    @Test("An audit by a list has its pages, its ids, and the cursor of the next page")
    func list() throws {
        let list = """
            list: {get: "/orders?after=${cursor}", items: json $.items, id: json $.id, applied: json $.n, next: json $.next, \
            exclusive: true}
            """
        let audit = try #require(
            try read(
                text("[unexpected == 0, duplicates == 0]", drill: Self.audit(list, more: ", refused: [503, 520..525]"))
            )
            .drill?.audit)
        #expect(audit.refused == [503...503, 520...525])
        #expect(audit.read.request == nil)
        let read = try #require(audit.read.list)
        #expect(read.request.url.variables == [.cursor])
        #expect(
            [read.items.source, read.id?.source, read.applied?.source, read.next?.source] == [
                "$.items", "$.id", "$.n", "$.next",
            ])
        #expect(read.isExclusive)
        #expect(!read.sharesIDs)
        let shared = try ScenariosTests.read(
            text(
                drill: Self.audit(list),
                step: "post: \"/orders/${write.id}\"}, {name: two, put: \"/orders/${write.id}/paid\""))
        #expect(shared.drill?.audit?.read.list?.sharesIDs == true)
    }

    @Test(
        "An audit that could find nothing is refused",
        arguments: [
            ("headers: {A: b}", "", "expected get with ${write.id} in it, or list"),
            ("get: /orders", "", "the read does not name ${write.id}"),
            (
                "list: {get: /orders, items: json $}, applied: json $.n", "",
                "\"applied\" is of the answer to get, and there is none: say it in list"
            ),
            (
                "list: {get: /orders, items: json $.a, next: json $.b}", "",
                "the list's get does not name ${cursor}: every page would be the first one"
            ),
            (
                "list: {get: \"/orders?a=${cursor}\", items: json $.a}", "",
                "${cursor} needs \"next\": where a page says where the next one begins"
            ),
            (
                "list: {get: /orders, items: items}", "",
                "expected json and a path, such as json $.version, found \"items\""
            ),
            ("list: {get: /orders}", "", "missing key \"items\""),
            (
                "\(byID), headers: {A: \"${write.id}\"}, list: {get: /orders, items: json $}", "",
                "the header field A names ${write.id}, and a list is of all writes"
            ),
            (byID, ", refused: 201", "201 acknowledges the write by the step's expect, and can't refuse it as well"),
            (
                "\(byID), auth: {digest: {user: a, password: \"long enough\"}}", "",
                "the audit's reads take auth by basic or bearer"
            ),
            (
                "\(byID), headers: {Authorization: x}, auth: {bearer: \"abcdefghijk\"}", "",
                "auth can't stand beside the header field Authorization"
            ),
        ])
    func audits(read: String, more: String, problem: String) {
        let found = problems(text(drill: Self.audit(read, more: more)))
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }

    @Test("A step that takes 5xx for good acknowledges nothing") func goodFailures() {
        let found = problems(text(step: "post: \"/orders/${write.id}\", expect: [200, 503]"))
        #expect(found.contains { $0.contains("the step \"one\" expects 5xx") }, "\(found)")
    }

    @Test("Reads take what the steps have, as far as no iteration is needed for it")
    func authentication() throws {
        let known = try read(text(defaults: "{auth: {bearer: \"abcdefghijk\"}}"))
        #expect(known.drill?.audit?.read.authentication == .bearer(token: Text("abcdefghijk")))
        let none = try read(
            text(drill: Self.audit("\(Self.byID), auth: none"), defaults: "{auth: {bearer: \"abcdefghijk\"}}"))
        #expect(none.drill?.audit?.read.authentication == nil)
        let captured = problems(text(defaults: "{auth: {bearer: \"${session}\"}}"))
        #expect(captured.contains { $0.contains("of auth only an iteration knows all") }, "\(captured)")
        let own = try read(
            text(
                drill: Self.audit("\(Self.byID), auth: {bearer: \"abcdefghijk\"}"),
                defaults: "{auth: {bearer: \"${session}\"}}"))
        #expect(own.drill?.audit?.read.authentication != nil)
        let header = try read(text(defaults: "{headers: {X-Session: \"${session}\"}}"))
        #expect(header.warnings.contains { $0.message.contains("without the header field X-Session") })
        // A condition is asked by nobody in particular: turned away, the target would seem to fail from the start.
        let condition = problems(
            text(
                timeline: ["{at: 12s, fault: kill primary, effective: http http://127.0.0.1:9000/health failing}"],
                drill: "roles: leader", defaults: "{auth: {bearer: \"${session}\"}}", step: "get: /"))
        #expect(
            condition.contains { $0.contains("the target is asked here without defaults.http.auth") }, "\(condition)")
    }

    @Test("A capture may be called cursor where no list is read") func cursor() throws {
        let scenario = try read(
            text(
                step:
                    "post: \"/orders/${write.id}\", capture: {cursor: json $.next}}, {name: two, get: \"/x/${cursor}\"")
        )
        #expect(scenario.steps.contains { $0.url.variables == [.capture("cursor")] })
    }
}

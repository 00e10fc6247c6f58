import Testing

@testable import Scenarios

@Suite("Drills in scenarios") struct DrillReadingTests {
    private func text(_ timeline: String, more: String = "", drill: String = "", step: String = "get: /") -> String {
        """
        name: d
        target: http://127.0.0.1:9000
        services: {primary: {command: [app]}, replica: {command: [app]}}
        proxies: {database: {listen: 127.0.0.1:15432, upstream: 127.0.0.1:5432}}
        probes: {leader: {command: [who]}}
        flows: {main: {steps: [{name: one, \(step)}]}}
        load: [{arrivals: 10/s, for: 60s}]
        \(more)
        drill:
          \(drill)
          timeline:
        \(timeline.split(separator: "\n").map { "  - \($0)" }.joined(separator: "\n"))
        """
    }

    private func drill(_ timeline: String, more: String = "", drill: String = "", step: String = "get: /") throws
        -> Drill
    {
        let scenario = try read(text(timeline, more: more, drill: drill, step: step))
        return try #require(scenario.drill)
    }

    @Test("A drill has defaults, and its events the order of time") func defaults() throws {
        let drill = try drill("{at: 30s, restore: primary}\n{at: 12s, fault: kill primary}")
        #expect(drill.steady == .seconds(10))
        #expect(drill.settle == .seconds(10))
        #expect(drill.limits == DrillLimits())
        #expect(drill.timeline.map(\.source) == ["kill primary", "restore primary"])
        guard case .fault(let rule) = drill.timeline[0].action, let fault = rule as? ProcessFault else {
            Issue.record("no fault of a process")
            return
        }
        #expect(fault.action == .kill)
        #expect(fault.subject == .service("primary"))
    }

    @Test(
        "Faults of a proxy",
        arguments: [
            (
                "latency database 300ms jitter 50ms",
                ProxyFault.Disturbance.latency(.milliseconds(300), jitter: .milliseconds(50))
            ),
            ("bandwidth database 100KiB/s", .bandwidth(102_400)), ("blackhole database", .blackhole),
            ("reset database after 2s", .reset(after: .seconds(2))), ("refuse database", .refuse),
            ("slow_close database 5s", .slowClose(.seconds(5))),
            ("slice database 64B vary 32B pause 10ms", .slice(bytes: 64, variation: 32, pause: .milliseconds(10))),
            ("limit_data database 1KiB", .limitData(bytes: 1_024)),
        ])
    func proxies(text: String, disturbance: ProxyFault.Disturbance) throws {
        func fault(_ text: String) throws -> ProxyFault {
            guard case .fault(let rule) = try drill("{at: 12s, fault: \(text)}").timeline[0].action else {
                throw TestProblem()
            }
            return try #require(rule as? ProxyFault)
        }
        let plain = try fault(text)
        #expect(plain.proxy == "database")
        #expect(plain.disturbance == disturbance)
        #expect(plain.direction == .both)
        #expect(plain.toxicity == 1)
        guard disturbance != .refuse else { return }
        let half = try fault(text + " downstream toxicity 50%")
        #expect(half.direction == .downstream)
        #expect(half.toxicity == 0.5)
    }

    private struct TestProblem: Error {}

    @Test("A name of the scenario is switched; its case and a dot at its end don't matter") func names() throws {
        let drill = try drill(
            "{at: 12s, fault: switch API.test. 127.0.0.3 ::1}\n{at: 20s, restore: api.test}",
            more: "names: {Api.Test: {address: 127.0.0.2, ttl: 0s}}")
        guard case .fault(let rule) = drill.timeline[0].action, let fault = rule as? NameFault else {
            throw TestProblem()
        }
        #expect(fault.name == "api.test" && fault.addresses == ["127.0.0.3", "::1"])
        #expect(fault.subject == .name("api.test"))
    }

    @Test(
        "Names that can't be served, and switches of none, are refused",
        arguments: [
            ("names: {127.0.0.2: {address: 127.0.0.3}}", "\"127.0.0.2\" is an address, not a host name"),
            (
                "names: {localhost: {address: 127.0.0.3}}",
                "\"localhost\" means this machine, whatever a name server says"
            ),
            ("names: {a..b: {address: 127.0.0.3}}", "\"a..b\" is not a host name"),
            ("names: {a.test: {address: 127.0.0.3}, A.test: {address: 127.0.0.2}}", "the name \"a.test\" stands twice"),
            (
                "names: {a.test: {address: a.example}}",
                "expected a numeric address such as 127.0.0.1 or ::1, found \"a.example\""
            ),
            ("names: {a.test: {address: []}}", "a name has an address at least"),
            ("names: {a.test: {address: 127.0.0.2, ttl: 500ms}}", "a TTL is a whole number of seconds, such as 5s"),
        ])
    func badNames(names: String, problem: String) throws {
        let found = ScenariosTests.problems(text("{at: 12s, fault: kill primary}", more: names))
        #expect(found.count == 1 && found[0].hasSuffix(": " + problem), "\(found)")
    }

    @Test("A switch needs a name that is there") func unknownName() throws {
        let found = ScenariosTests.problems(
            text("{at: 12s, fault: switch b.test 127.0.0.3}", more: "names: {a.test: {address: 127.0.0.2}}"))
        #expect(
            found.count == 1 && found[0].hasSuffix(": no name is called \"b.test\" (did you mean \"a.test\"?)"),
            "\(found)")
    }

    @Test("Programs and requests say what undoes them") func own() throws {
        let drill = try drill(
            """
            {at: 12s, name: machine, fault: {run: [fly, machine, stop]}, undo: {run: [fly, machine, start]}}
            {at: 13s, fault: {post: /stop, json: {now: true}}, undo: none}
            {at: 30s, restore: machine}
            """)
        guard case .fault(let first) = drill.timeline[0].action, let command = first as? CommandFault,
            case .fault(let second) = drill.timeline[1].action, let request = second as? RequestFault
        else {
            Issue.record("not a program and a request")
            return
        }
        #expect(command.command.map(\.constant) == ["fly", "machine", "stop"])
        if case .command(let undo) = command.undo {
            #expect(undo.map(\.constant) == ["fly", "machine", "start"])
        } else {
            Issue.record("no undo")
        }
        #expect(request.request.url.constant == "http://127.0.0.1:9000/stop")
        if case .nothing = request.undo {} else { Issue.record("an undo") }
        #expect(
            drill.timeline.map(\.source) == [
                "run fly machine stop", "post /stop", "restore machine",
            ])
    }

    @Test("An audit finds writes again by their id") func audit() throws {
        let drill = try drill(
            "{at: 12s, fault: kill primary}",
            more:
                "objectives: [lost_writes == 0, rpo < 1h, duplicates == 0, rto within 1s..30s, budget < 0.5, availability >= 99%]",
            drill: "audit: {write: one, rate: 20/s, read: {get: \"/orders/${write.id}\", applied: json $.count}}",
            step: "post: /orders, json: {id: \"${write.id}\"}")
        #expect(drill.audit?.write == "one")
        #expect(drill.audit?.rate == 20)
        #expect(drill.audit?.read.applied?.source == "$.count")
        #expect(drill.audit?.read.found.source == "status == 200")
        #expect(drill.audit?.read.request?.url.variables == [.writeID])
    }

    @Test(
        "What is wrong is said where it stands",
        arguments: [
            ("{at: 12s, fault: kil primary}", "unknown fault \"kil\" (did you mean \"kill\"?)"),
            ("{at: 12s, fault: kill primry}", "no service is called \"primry\" (did you mean \"primary\"?)"),
            ("{at: 12s, fault: kill}", "expected a service's name here"),
            (
                "{at: 12s, fault: kill primary now}",
                "unexpected \"now\": expected kill|terminate|pause|stop|restart SERVICE"
            ),
            ("{at: 12s, fault: latency database}", "expected a duration such as 300ms here"),
            (
                "{at: 12s, fault: latency database 300}",
                "\"300\" lacks a unit: expected a duration such as 250ms, 10s, 5m"
            ),
            ("{at: 12s, fault: bandwidth database 5}", "expected bytes a second such as 100KiB/s, found \"5\""),
            ("{at: 12s, fault: blackhole db}", "no proxy is called \"db\""),
            ("{at: 2s, fault: kill primary}", "the first fault comes at 2s, and steady wants 10s before it"),
            ("{at: 61s, fault: kill primary}", "the load is over by then: it lasts 60s"),
            ("{at: 12s, fault: kill primary, undo: none}", "this kind of fault knows its own undo: drop the key"),
            (
                "{at: 12s, fault: {run: [x]}}",
                "missing key \"undo\": say what undoes the fault, or none where nothing is left of it"
            ),
            ("{at: 12s, restore: primary}", "nothing called \"primary\" is broken by then"),
            ("{at: 12s, fault: kill primary, effective: tcp here refused}", "expected tcp host:port refused"),
            ("{at: 12s}", "an event has either fault or restore"),
        ])
    func problems(timeline: String, problem: String) {
        let found = ScenariosTests.problems(text(timeline))
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }

    @Test("Measures of drills and ids of writes need a drill and an audit") func needs() {
        #expect(
            ScenariosTests.problems(minimal("objectives: [rto < 5s]")).contains {
                $0.contains("\"rto < 5s\" is measured by a drill, and the scenario has none: add \"drill\"")
            })
        let found = ScenariosTests.problems(
            text(
                "{at: 12s, fault: kill primary}", more: "objectives: [lost_writes == 0]", step: "get: \"/${write.id}\"")
        )
        #expect(found.contains { $0.contains("needs \"audit\" in the drill") }, "\(found)")
        #expect(
            found.contains { $0.contains("${write.id} has a value in steps of a scenario whose drill has an audit") })
        let audit = "audit: {write: on, read: {get: /x}}"
        let wrong = ScenariosTests.problems(text("{at: 12s, fault: kill primary}", drill: audit))
        #expect(wrong.contains { $0.contains("no step is called \"on\" (did you mean \"one\"?)") }, "\(wrong)")
        #expect(wrong.contains { $0.contains("the read does not name ${write.id}") }, "\(wrong)")
    }

    @Test("A proxy listens on this machine alone, each at its own place") func listening() {
        let found = ScenariosTests.problems(
            minimal(
                """
                drill: {timeline: [{at: 12s, fault: refuse one}]}
                proxies:
                  one: {listen: 10.0.0.1:80, upstream: 127.0.0.1:1}
                  two: {listen: 127.0.0.1:81, upstream: 127.0.0.1:1}
                  three: {listen: 127.0.0.1:81, upstream: 127.0.0.1:1}
                """))
        #expect(found.contains { $0.contains("a proxy listens on this machine alone") }, "\(found)")
        #expect(found.contains { $0.contains("127.0.0.1:81 is where the proxy \"two\" listens") }, "\(found)")
    }

    @Test("The API of a Toxiproxy is a whole URL")
    func toxiproxy() throws {
        func text(_ url: String) -> String {
            minimal(
                """
                drill: {steady: 100ms, timeline: [{at: 500ms, fault: refuse one}]}
                proxies: {one: {listen: 127.0.0.1:81, upstream: 127.0.0.1:1, toxiproxy: "\(url)"}}
                """)
        }
        let wrong = [
            "127.0.0.1:8474": "expected an http:// or https:// URL",
            "http://h:99999": "expected a port from 1 to 65535",
            "http://a b:1/": "a URL holds no spaces, control characters or fragment",
            "http://h:1/#a": "a URL holds no spaces, control characters or fragment",
        ]
        for (url, problem) in wrong {
            let found = ScenariosTests.problems(text(url))
            #expect(found.contains { $0.contains("\"\(url)\": ") && $0.contains(problem) }, "\(found)")
        }
        let api = try #require(try read(text("http://127.0.0.1:8474/")).proxies.first?.toxiproxy)
        #expect(api.endpoint.port == 8474 && api.constant == "http://127.0.0.1:8474/")
    }

    @Test("Mutated faults are read or refused, and never crash") func mutated() {
        let seeds = [
            "latency database 300ms jitter 50ms upstream toxicity 50%", "slice database 64B vary 32B pause 10ms",
            "kill primary",
        ]
        var state: UInt64 = 11
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = Array(" %/\u{0}sm9é-.BKi\t\"").map(String.init) + ["latency", "99999999999999999999", "ms", "  "]
        for _ in 0..<5_000 {
            var text = Array(seeds[random(seeds.count)])
            for _ in 0...random(4) {
                let location = random(text.count + 1)
                if random(2) == 0, location < text.count {
                    text.remove(at: location)
                } else {
                    text.insert(contentsOf: pieces[random(pieces.count)], at: location)
                }
            }
            do throws(GrammarError) {
                _ = try FaultParser(.builtIn).parse(String(text))
            } catch {
                #expect(!error.message.isEmpty)
                #expect(0...String(text).unicodeScalars.count ~= error.offset)
            }
        }
    }
}

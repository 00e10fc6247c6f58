import Testing

@testable import Scenarios

@Suite struct FullExampleTests {
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FullExample.write(in: folder)
        return folder
    }

    @Test("Every section is read")
    func supported() throws {
        let folder = try folder()
        let scenario = try read(FullExample.signoff, file: folder.path + "/s.yaml")
        #expect(scenario.name == "signoff")
        #expect(scenario.target == Text("http://127.0.0.1:8080"))
        #expect(scenario.flows.map(\.name) == ["browse", "estimate", "live", "files"])
        #expect(scenario.flows.map(\.weight) == [6, 3, 1, 1])
        #expect(
            scenario.steps.map(\.name) == [
                "list-projects", "show-project", "estimate", "live-update", "listen", "upload", "attach", "sign-in",
            ])
        #expect(scenario.steps[0].checks.map(\.source).count == 4)
        #expect(scenario.steps[1].url.pieces.last == .variable(.capture("project")))
        #expect(scenario.steps[2].calculation?.tolerance == .absolute(0.005))
        #expect(scenario.load.count == 5)
        #expect(scenario.objectives.count == 16)
        #expect(scenario.probes.map(\.name) == ["pool", "origin"])
        #expect(scenario.login?.name == "login")
        #expect(scenario.proxies.map(\.name) == ["database"])
        #expect(scenario.names.map(\.name) == ["api.paintbox.test", "db.paintbox.test"])
        #expect(scenario.names.map(\.addresses) == [["127.0.0.2"], ["127.0.0.2", "::1"]])
        #expect(scenario.names.map(\.ttl) == [.seconds(3), .seconds(5)])
        #expect(scenario.defaults.dns.refresh == .every(.seconds(5)) && scenario.defaults.dns.pick == .rotate)
        #expect(scenario.defaults.dns.server == HostPort(host: "127.0.0.1", port: 5353))
        let drill = try #require(scenario.drill)
        #expect(drill.timeline.map(\.at) == [15, 20, 22, 24, 26, 40, 41, 42].map(Duration.seconds))
        #expect(drill.timeline[0].effective == .refused(host: "127.0.0.1", port: 8080))
        #expect(drill.limits == DrillLimits(outage: .seconds(120), errors: 0.2))
        #expect(drill.roles == ["pool"])
        #expect(drill.answeredBy == "X-Region")
        #expect(drill.audit?.write == "attach")
        #expect(drill.audit?.rate == 50)
        #expect(drill.audit?.refused == [503...503, 520...529])
        #expect(drill.audit?.read.list?.isExclusive == true)
        #expect(scenario.defaults.tls.authorities == folder.path + "/certs/ca.pem")
        #expect(scenario.steps[1].conditions.map(\.source) == ["${role} == admin", "${project} == 0"])
        #expect(scenario.steps[3].conversation?.count == 20)
        #expect(scenario.steps[5].body == .file(path: folder.path + "/data/estimates.csv"))
        #expect(scenario.steps.map(\.redirects) == [2, 2, 2, 0, 0, 2, 2, 2])
        #expect(scenario.data[0].rows.count == 2)
        #expect(
            scenario.verifications.map(\.name) == [
                "api", "cdn", "headers", "cors", "input", "credentials", "secrets",
            ])
        #expect(scenario.identities?.value.variables == [.user])
        let baseline = try #require(scenario.baseline)
        // Relative paths start at the scenario's folder.
        #expect(baseline.path == folder.path + "/baselines/signoff.json")
        #expect(baseline.tolerance == 0.05)
        #expect(baseline.floor == .milliseconds(1))
        #expect(baseline.alpha == nil)
        #expect(baseline.runs == 5)
    }

    @Test("What shapes the load has one form, whatever the layout; what judges the run is no part of it")
    func loadSource() throws {
        func source(_ text: String) throws -> String { try read(text).loadSource }
        let one = try source(
            """
            name: a
            target: http://127.0.0.1:1
            flows: {main: {steps: [{get: /, headers: {X: "${env:TOKEN:-1}"}}]}}
            load: [{users: 1, for: 1s}]
            """)
        let same = try source(
            """
            # A comment.
            name: b
            description: another
            target: http://127.0.0.1:2
            objectives: [errors == 0]
            baseline: {file: b.json}
            load: [{users: 2, for: 2s}]
            flows:
              main:
                steps:
                  - get: '/'   # the front page
                    headers:
                      X: ${env:TOKEN:-1}
            """)
        #expect(one == same)
        #expect(one == #""flows": {"main":{"steps":[{"get":"/","headers":{"X":"${env:TOKEN:-1}"}}]}}"# + "\n")
        let other = try source(
            "name: a\ntarget: http://127.0.0.1:1\nflows: {main: {steps: [{get: /b}]}}\nload: [{users: 1, for: 1s}]")
        #expect(other != one)
    }

    @Test("A target of the environment is a secret, its default is none")
    func target() throws {
        let folder = try folder()
        let scenario = try read(
            FullExample.signoff, environment: ["PAINTBOX_URL": "http://10.1.2.3:9"], file: folder.path + "/s.yaml")
        #expect(scenario.target.shown == "${env:PAINTBOX_URL}")
        #expect(scenario.target.constant == "http://10.1.2.3:9")
    }
}

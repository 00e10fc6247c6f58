import Testing

@testable import Scenarios

@Suite struct CommandLineTests {
    private func problems(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as InvalidScenario {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("A URL makes a scenario of one request")
    func oneLine() throws {
        let scenario = try Scenario.oneLine(
            url: "http://Example.test:8080/a?b=${c}", method: .put, headers: [("X", "1")], body: "hi", users: 64,
            duration: "5s", timeout: "2s", connections: .fresh)
        #expect(scenario.name == "example.test")
        #expect(scenario.target == Text("http://example.test:8080"))
        #expect(scenario.load == [.users(UserStage(from: 64, to: 64, duration: .seconds(5)))])
        let step = try #require(scenario.steps.first)
        #expect(step.name == "PUT /a?b=${c}")
        #expect(step.url == Text("/a?b=${c}"))
        #expect(step.method == .put)
        #expect(step.body == .text(Text("hi")))
        #expect(step.timeout == .seconds(2))
        #expect(scenario.defaults.connections == .fresh)
    }

    @Test("Without users, rate and duration there are 10 users for 10 s; a rate makes the load open")
    func kinds() throws {
        let url = "http://[::1]"
        #expect(
            try Scenario.oneLine(url: url).load == [.users(UserStage(from: 10, to: 10, duration: .seconds(10)))])
        #expect(try Scenario.oneLine(url: url).target == Text("http://[::1]"))
        #expect(try Scenario.oneLine(url: url).steps[0].url == Text("/"))
        #expect(
            try Scenario.oneLine(url: url, rate: "500/s").load == [
                .arrivals(ArrivalStage(from: 500, to: 500, duration: .seconds(10)))
            ])
        #expect(
            try Scenario.oneLine(url: url, users: 3, iterations: 100).load == [
                .iterations(IterationStage(iterations: 100, users: 3))
            ])
    }

    @Test("Everything wrong with the command line is told at once")
    func wrongOneLine() {
        let found = problems {
            _ = try Scenario.oneLine(
                url: "ftp://a/", headers: [("Content-Length", "1"), ("X", "a\nb")], users: 0, iterations: 0,
                rate: "50", duration: "10", timeout: "0s")
        }
        #expect(
            found == [
                "command line:1:1: \"ftp://a/\": expected http://host[:port][/path] or https://…",
                "command line:1:1: --timeout: expected a duration above 0s, found \"0s\"",
                "command line:1:1: --for: \"10\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                "command line:1:1: --users 0: expected a whole number from 1 to 10000000",
                "command line:1:1: --iterations 0: expected at least 1",
                "command line:1:1: --rate and --users exclude each other: open or closed load",
                "command line:1:1: --rate and --iterations exclude each other",
                "command line:1:1: --for and --iterations exclude each other",
                "command line:1:1: --rate: \"50\" lacks a unit: expected a rate such as 50/s, 100/min, 10/h",
                "command line:1:1: the header field Content-Length is set by the generator",
                "command line:1:1: the value of the header field \"X\" holds a line break or NUL",
            ])
    }

    @Test("A secure URL keeps its scheme, and options say how it is reached")
    func secure() throws {
        let folder = try TemporaryFolder()
        let authorities = try folder.write("ca.pem", "-")
        let verified = try Scenario.oneLine(
            url: "https://[::1]:8443/a", transport: .curl, version: .http2, authorities: authorities)
        #expect(verified.target == Text("https://[::1]:8443"))
        #expect(verified.steps[0].url == Text("/a"))
        #expect(verified.defaults.transport == .curl)
        #expect(verified.defaults.http.version == .http2)
        #expect(verified.defaults.tls.authorities == authorities)
        #expect(verified.defaults.tls.verifies)
        let unverified = try Scenario.oneLine(url: "https://localhost", verifies: false)
        #expect(unverified.target == Text("https://localhost"))
        #expect(unverified.defaults.transport == .auto)
        #expect(unverified.defaults.http.version == .http1)
        #expect(!unverified.defaults.tls.verifies)
    }

    @Test("Options of the connection that contradict each other are told at once")
    func wrongConnection() {
        let found = problems {
            _ = try Scenario.oneLine(
                url: "https://localhost", transport: .native, version: .http2, authorities: "/absent/ca.pem",
                verifies: false)
        }
        #expect(
            found == [
                "command line:1:1: --ca and --insecure exclude each other: verified or not",
                "command line:1:1: --ca: the file \"/absent/ca.pem\" can't be read: no such file",
            ])
    }

    @Test("A rate replaces those of all measured arrival stages, a duration that of the last stage")
    func override() throws {
        var scenario = try Scenario.oneLine(url: "http://localhost")
        scenario.load = [
            .arrivals(ArrivalStage(from: 5, to: 5, duration: .seconds(1), warmup: true)),
            .arrivals(ArrivalStage(from: 5, to: 50, duration: .seconds(2))),
            .arrivals(ArrivalStage(from: 50, to: 50, duration: .seconds(3), spacing: .poisson)),
        ]
        try scenario.override(rate: "600/min", duration: "1m")
        #expect(
            scenario.load == [
                .arrivals(ArrivalStage(from: 5, to: 5, duration: .seconds(1), warmup: true)),
                .arrivals(ArrivalStage(from: 10, to: 10, duration: .seconds(2))),
                .arrivals(ArrivalStage(from: 10, to: 10, duration: .seconds(60), spacing: .poisson)),
            ])
    }

    @Test("What the load has no place for is refused, and the scenario stays as it was")
    func wrongOverride() throws {
        var scenario = try Scenario.oneLine(url: "http://localhost", iterations: 5)
        let found = problems { try scenario.override(rate: "5/s", duration: "1s") }
        #expect(
            found == [
                "command line:1:1: --rate: the load has no measured stage of arrivals",
                "command line:1:1: --for: the last stage ends with its last iteration, not after a time",
            ])
        #expect(
            problems { try scenario.override(rate: "1/s to 5/s", duration: "x") } == [
                "command line:1:1: --rate: expected one rate, found \"1/s to 5/s\"",
                "command line:1:1: --for: expected a duration such as 250ms, 10s, 5m, found \"x\"",
                "command line:1:1: --rate: the load has no measured stage of arrivals",
            ])
        #expect(scenario.load == [.iterations(IterationStage(iterations: 5, users: 10))])
    }
}

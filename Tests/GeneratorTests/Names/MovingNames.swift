import Measures
import NameServer
import Scenarios
import TestSupport

@testable import Generator

/// Two servers at one port of two addresses, and a name that a name server leads to the first.
final class MovingName: Sendable {
    static let name = "api.paintbox.test"
    let first: ScriptedServer
    let second: ScriptedServer
    let names: NameServer
    let address: HostPort

    init(
        addresses: [String] = ["127.0.0.2"],
        script: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Action] = { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        }
    ) throws {
        // The port of the first may be taken at the other address.
        func pair() throws -> (ScriptedServer, ScriptedServer)? {
            var options = ScriptedServer.Options()
            options.last = 2
            let first = try ScriptedServer(options, script: script)
            options.last = 3
            options.port = first.port
            if let second = try? ScriptedServer(options, script: script) { return (first, second) }
            first.stop()
            return nil
        }
        var made: (ScriptedServer, ScriptedServer)?
        for _ in 0..<20 where made == nil { made = try pair() }
        guard let (first, second) = made else { throw TestFailure("no port is free at two addresses") }
        (self.first, self.second) = (first, second)
        names = try NameServer([NameDeclaration(name: Self.name, addresses: addresses)])
        address = try names.listen(on: HostPort(host: "127.0.0.1", port: 0))
    }

    var url: String { "http://\(Self.name):\(first.port)" }

    func stop() {
        names.stop()
        first.stop()
        second.stop()
    }

    /// What came of a run, and how much the servers got.
    struct Outcome {
        var measurement: RunMeasurement
        var record: NameRecord
        var firstCount: Int
        var secondCount: Int

        func tally(_ address: String) -> AddressTally? {
            record.addresses.first { $0.address == address }?.tally
        }
    }

    /// What is known while a run goes on.
    struct Sight {
        var record: NameRecord
        var firstCount: Int
        var secondCount: Int
    }

    /// What a run goes on for.
    struct Goal: Sendable {
        let isReached: @Sendable (Sight) -> Bool

        init(_ isReached: @escaping @Sendable (Sight) -> Bool) { self.isReached = isReached }

        /// The second server was asked a few times.
        static let moved = Goal { $0.secondCount >= 5 }
        /// The load's own end.
        static let end = Goal { _ in false }
    }

    /// Runs a load of users. The name is switched once the first server was asked a few times, or its name server goes; the load
    /// ends at its `goal`, or with its iterations.
    func run(
        users: Int = 2, to addresses: [String]? = ["127.0.0.3"], stopsServer: Bool = false,
        until goal: Goal = .moved,
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> Outcome {
        let step = Step(name: "step", url: Text("/"), timeout: .seconds(20))
        var scenario = EngineRun.scenario(
            url, steps: [step], load: [.users(UserStage(from: users, to: users, duration: .seconds(40)))])
        scenario.flows[0].actions.append(.pause(.milliseconds(2) ... .milliseconds(2)))
        scenario.defaults.dns.refresh = .every(.milliseconds(100))
        change(&scenario)
        let plan = try RunPlan(scenario, userAgent: "loadgate-test")
        let table = try NameTable(scenario.defaults.dns, server: address, names: [Self.name])
        defer { table.stop() }
        let destinations = try Destinations(
            plan.endpoints, authorised: [], http: scenario.defaults.http, names: table)
        let run = try LoadRun(plan, destinations: destinations, reactors: 2)
        let isOver = Flag()
        let beside = BesideThread { [self] in
            _ = Wait.until(within: 20) { first.requestCount >= 5 || isOver.isSet }
            if stopsServer { names.stop() }
            if let addresses { try? names.switchAddresses(of: Self.name, to: addresses) }
            _ = Wait.until(within: 30) {
                guard !isOver.isSet, let record = table.records.first else { return true }
                return goal.isReached(
                    Sight(record: record, firstCount: first.requestCount, secondCount: second.requestCount))
            }
            run.stop(.interrupted)
        }
        let measurement = run.run { _ in }
        isOver.set()
        beside.finish()
        guard let record = measurement.names.first else { throw TestFailure("no name was told of") }
        return Outcome(
            measurement: measurement, record: record, firstCount: first.requestCount, secondCount: second.requestCount)
    }
}

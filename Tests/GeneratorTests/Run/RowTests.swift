import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Rows of tables", .serialized)
struct RowTests {
    /// A scenario whose requests name the row that they took: `/3`.
    private func scenario(
        _ server: ScriptedServer, rows: Int, order: DataTable.Order = .sequential, load: [Stage],
        change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.column(table: "t", column: "v"))]))
        return EngineRun.scenario(server.url, steps: [step], load: load) {
            $0.data = [DataTable(name: "t", columns: ["v"], rows: (0..<rows).map { ["\($0)"] }, order: order)]
            change(&$0)
        }
    }

    private func paths(_ rows: some Sequence<Int>) -> [String] { rows.map { "/\($0)" } }

    @Test("One user takes each row in order, whatever the number of reactors", arguments: [1, 2, 3])
    func oneUser(reactors: Int) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        _ = try EngineRun.run(
            scenario(server, rows: 10, load: EngineRun.iterations(20)), reactors: reactors)
        #expect(server.requests.map(\.path) == paths(0..<10) + paths(0..<10))
    }

    @Test("In closed load by time, too, and iterations are numbered without gaps", arguments: [1, 2])
    func closedLoad(reactors: Int) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let load = [Stage.users(UserStage(from: 1, to: 1, duration: .milliseconds(60)))]
        _ = try EngineRun.run(
            scenario(server, rows: 7, load: load) {
                $0.defaults.headers = [Header(name: "X-Iteration", value: Text(pieces: [.variable(.iteration)]))]
            }, reactors: reactors)
        let requests = server.requests
        #expect(requests.count > 1)
        #expect(requests.map(\.path) == paths(requests.indices.map { $0 % 7 }))
        #expect(requests.map { $0.header("X-Iteration") } == requests.indices.map { "\($0)" })
    }

    @Test(
        "Several users take each row once, in every kind of load",
        arguments: [
            EngineRun.iterations(30, users: 3),
            [.arrivals(ArrivalStage(from: 300, to: 300, duration: .milliseconds(100)))],
            EngineRun.iterations(10, users: 2) + EngineRun.iterations(20, users: 5),
        ], [DataTable.Order.sequential, .once])
    func severalUsers(load: [Stage], order: DataTable.Order) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let measurement = try EngineRun.run(scenario(server, rows: 30, order: order, load: load))
        #expect(measurement.total.dropped == 0)
        #expect(server.requests.map(\.path).sorted() == paths(0..<30).sorted())
    }

    @Test(
        "Of several processes each has rows of its own, again from its first one",
        arguments: [DataTable.Order.sequential, .random])
    func segments(order: DataTable.Order) throws {
        var taken: [Set<String>] = []
        for index in 0..<3 {
            let server = try ScriptedServer(always: ScriptedServer.response())
            defer { server.stop() }
            // Four rows of eleven each at most; 60 iterations for two users of six.
            _ = try EngineRun.run(
                scenario(server, rows: 11, order: order, load: EngineRun.iterations(360, users: 6)),
                segment: LoadRun.Segment(index: index, count: 3))
            taken.append(Set(server.requests.map(\.path)))
            #expect(taken[index].isSubset(of: paths(stride(from: index, to: 11, by: 3))))
        }
        // 120 draws of at most four rows miss one with a chance below 4 · (3/4)¹²⁰ ≈ 4e-15.
        #expect(taken.map(\.count) == [4, 4, 3])
    }

    @Test("A table with fewer rows than processes is used by all of them")
    func fewRows() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        _ = try EngineRun.run(
            scenario(server, rows: 1, load: EngineRun.iterations(6, users: 2)),
            segment: LoadRun.Segment(index: 1, count: 2))
        #expect(server.requests.map(\.path) == ["/0", "/0", "/0"])
    }

    @Test("Random rows are uniform over all rows, on several reactors too")
    func uniform() throws {
        let dealer = NumberDealer(kinds: 1)
        let count = 10
        var seen = Array(repeating: 0, count: count)
        for reactor in 0..<4 {
            let cursor = RowCursor(
                order: .random, rows: count, segment: LoadRun.Segment(), counter: dealer.counter(0))
            var random = SeededRandom(seed: UInt64(reactor))
            for _ in 0..<2_500 { seen[try #require(cursor.take(random: &random))] += 1 }
        }
        // 10,000 draws: 1,000 of each row, σ = √(10,000 · 0.1 · 0.9) = 30; five of them.
        #expect(seen.allSatisfy { abs($0 - 1_000) < 150 })
    }
}

import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Flow mix")
struct FlowMixTests {
    private func counts(_ weights: [Double], iterations: Int) -> [Int] {
        var mix = FlowMix(weights: weights, seed: 1)
        var counts = Array(repeating: 0, count: weights.count)
        for iteration in 0..<iterations { counts[mix.flow(ofIteration: iteration)] += 1 }
        return counts
    }

    @Test("Whole weights hold exactly over every block")
    func exact() {
        #expect(counts([6, 3, 1], iterations: 1_000) == [600, 300, 100])
        #expect(counts([1, 1], iterations: 10) == [5, 5])
        #expect(counts([0.5, 0.25, 0.25], iterations: 40) == [20, 10, 10])
    }

    @Test("Odd weights hold within one percent, and no flow is left out")
    func odd() {
        let counts = counts([0.333, 0.5557, 0.0001], iterations: 100_000)
        #expect(abs(Double(counts[0]) / 100_000 - 0.333 / 0.8888) < 0.01)
        #expect(counts[2] > 0)
    }

    @Test("An identity doesn't always run the same flow")
    func notInStep() {
        var mix = FlowMix(weights: [6, 3, 1], seed: 1)
        let flows = Set((0..<100).map { mix.flow(ofIteration: $0 * 10) })
        #expect(flows == [0, 1, 2])
    }

    @Test(
        "At the end of each block every flow has its share, however far the weights lie apart",
        arguments: [
            [1, 4_999], [1, 99_999], [1, 1e9], [0.333, 0.5557, 0.0001], [3.14159, 2.71828, 1.41421],
            [1, 1, 1, 1, 1, 1, 1.0001], [1, 10, 100, 1_000, 10_000, 100_000], Array(repeating: 1, count: 50) + [0.77],
        ])
    func shares(weights: [Double]) {
        var mix = FlowMix(weights: weights, seed: 1)
        let sum = weights.reduce(0, +)
        let allowed = 1 + Double(weights.count) / 5
        var counts = Array(repeating: 0, count: weights.count)
        for iteration in 0..<200_000 {
            counts[mix.flow(ofIteration: iteration)] += 1
            guard (iteration + 1).isMultiple(of: mix.blockLength) else { continue }
            for (flow, count) in counts.enumerated() {
                let due = weights[flow] / sum * Double(iteration + 1)
                if abs(Double(count) - due) > allowed {
                    Issue.record("flow \(flow) has \(count) of \(iteration + 1) iterations, \(due) are due")
                    return
                }
            }
        }
    }

    @Test("The mix is a function of the number alone, also far out")
    func pure() {
        let weights = [1, 4_999.5, 777]
        for start in [0, 12_345, 1_000_000_000_000, 100 << 45] {
            var forwards = FlowMix(weights: weights, seed: 1)
            var backwards = FlowMix(weights: weights, seed: 1)
            let there = (start..<(start + 500)).map { forwards.flow(ofIteration: $0) }
            let back = (start..<(start + 500)).reversed().map { backwards.flow(ofIteration: $0) }
            #expect(there == back.reversed())
            #expect(there.count { $0 == 1 } > 300)
        }
    }
}

@Suite("Weights of flows in a run", .serialized)
struct WeightTests {
    /// How many iterations of each flow a run of the load has.
    private func iterations(_ weights: [Double], load: [Stage], reactors: Int) throws -> [Int] {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "x"))] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: load) {
            $0.flows = weights.enumerated().map { number, weight in
                Flow(
                    name: "f\(number)", weight: weight,
                    actions: [.request(Step(name: "s\(number)", url: Text("/"), timeout: .seconds(60)))])
            }
        }
        let measurement = try EngineRun.run(scenario, reactors: reactors)
        let counts = measurement.total.iterationTimes.map { Int($0?.count ?? 0) }
        // An iteration of each flow has one exchange, and all are counted.
        #expect(counts == measurement.total.steps.map { Int($0?.outcomes.good ?? 0) })
        #expect(counts.reduce(0, +) == Int(measurement.total.iterations))
        return counts
    }

    @Test("Over 10,000 iterations weights hold exactly, also 1 to 999, and to one iteration beyond that")
    func fixed() throws {
        let load = EngineRun.iterations(10_000, users: 8)
        #expect(try iterations([6, 3, 1], load: load, reactors: 2) == [6_000, 3_000, 1_000])
        #expect(try iterations([1, 999], load: load, reactors: 2) == [10, 9_990])
        let extreme = try iterations([1, 4_999], load: load, reactors: 2)
        #expect(1...3 ~= extreme[0])
        #expect(extreme[0] + extreme[1] == 10_000)
    }

    @Test("Users of reactors that get differently far have their shares to one percent, too")
    func closed() throws {
        // One user on the first reactor, seven on the second would be the extreme; three on two do.
        let load = [Stage.users(UserStage(from: 3, to: 3, duration: .seconds(2)))]
        let counts = try iterations([6, 3, 1], load: load, reactors: 2)
        let all = Double(counts.reduce(0, +))
        // Each reactor is within its last block of 10, of which a flow has 6 at most.
        for (count, share) in zip(counts, [0.6, 0.3, 0.1]) { #expect(abs(Double(count) - share * all) <= 12) }
        #expect(all > 0)
    }
}

public import Measures
public import Scenarios

/// A group of steps or an `until`, as it stands in a result.
public struct GroupResult: Codable, Equatable, Sendable {
    /// Its index among those of the scenario, from 0.
    public var number: Int
    /// Which of the two it is.
    public var kind: MeasuredBlock.Kind
    /// The flow that it stands in, by its name in results.
    public var flow: String
    /// The load that runs it; absent where loads have no names.
    public var load: String?
    /// Begun: with its first exchange.
    public var begun: UInt64
    /// Those that came to their end. What neither did nor was given up was cut off by the run's end.
    public var completed: UInt64
    /// Those of them that failed: an exchange of a group did, or the condition of an `until` did not hold within its rounds.
    public var failed: UInt64
    /// Those whose iteration was given up in them.
    public var givenUp: UInt64
    /// End of the last exchange − intended start of the first one: of completed groups, of untils that were not in vain;
    /// absent where there was none.
    public var time: LatencyFigures?
    /// The whole distribution of it.
    public var distribution: SparseHistogram?
    /// How many rounds untils needed whose condition came to hold; absent where there was none.
    public var rounds: Rounds?

    /// Figures of rounds.
    public struct Rounds: Codable, Equatable, Sendable {
        /// The fewest.
        public var min: Double
        /// The mean.
        public var mean: Double
        /// The median.
        public var p50: Double
        /// The 95th percentile.
        public var p95: Double
        /// The most.
        public var max: Double
    }

    enum CodingKeys: String, CodingKey {
        case number, kind, flow, load, begun, completed, failed
        case givenUp = "given_up"
        case time = "time_ms"
        case distribution, rounds
    }

    /// Those that failed or were given up.
    var bad: UInt64 { failed &+ givenUp }
    /// Those that the run's end cut off.
    var cutOff: UInt64 { begun - min(begun, completed &+ givenUp) }
}

extension GroupResult {
    init(_ tally: BlockTally, _ block: MeasuredBlock, number: Int, flow: String, load: String?) {
        self.init(
            number: number, kind: block.kind, flow: flow, load: load, begun: tally.begun, completed: tally.completed,
            failed: tally.failed, givenUp: tally.givenUp,
            time: LatencyFigures(tally.times, unfinished: tally.withoutTime),
            distribution: SparseHistogram(tally.times), rounds: Rounds(tally.rounds))
    }

    /// The groups and untils of a run by their names; nil where the scenario has none.
    static func groups(of scenario: Scenario, _ measurement: RunMeasurement) -> [String: GroupResult]? {
        let blocks = scenario.measuredBlocks
        guard !blocks.isEmpty, measurement.reactors > 0 else { return nil }
        let (labels, flows) = (scenario.flowLabels, scenario.flowsAndLogin)
        var results: [String: GroupResult] = [:]
        for (number, block) in blocks.enumerated() where number < measurement.total.blocks.count {
            let result = GroupResult(
                measurement.total.blocks[number] ?? BlockTally(), block, number: number,
                flow: scenario.secrets.redact(labels[block.flow]), load: flows[block.flow].load)
            RunResult.add(result, named: scenario.secrets.redact(block.label), to: &results)
        }
        return results
    }
}

extension GroupResult.Rounds {
    /// The figures of a sample; nil where it is empty.
    init?(_ rounds: RoundCounts) {
        guard let least = rounds.minimum, let mean = rounds.mean, let most = rounds.maximum else { return nil }
        self.init(
            min: least, mean: Rounding.thousandths(mean), p50: rounds.percentile(50) ?? most,
            p95: rounds.percentile(95) ?? most, max: most)
    }
}

extension RunResult {
    /// The groups and untils in the scenario's order.
    var groupsInOrder: [(name: String, group: GroupResult)] {
        (groups ?? [:]).sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }.map { ($0.key, $0.value) }
    }
}

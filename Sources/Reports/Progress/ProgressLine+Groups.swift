public import Measures

extension ProgressLine {
    /// What was measured of a group of steps or an `until` in the second.
    public struct GroupLine: Codable, Equatable, Sendable {
        /// Its number.
        public var group: Int
        /// Begun.
        public var begun: UInt64
        /// Those that came to their end.
        public var completed: UInt64
        /// Those of them that failed.
        public var failed: UInt64
        /// Those whose iteration was given up in them.
        public var givenUp: UInt64
        /// How long they took; absent where none has a time.
        public var times: SparseHistogram?
        /// Their rounds, each as a microsecond; absent likewise.
        public var rounds: SparseHistogram?

        enum CodingKeys: String, CodingKey {
            case group, begun, completed, failed
            case givenUp = "given_up"
            case times, rounds
        }
    }
}

extension ProgressLine.GroupLine {
    init(number: Int, _ tally: BlockTally) {
        self.init(
            group: number, begun: tally.begun, completed: tally.completed, failed: tally.failed,
            givenUp: tally.givenUp, times: SparseHistogram(tally.times), rounds: SparseHistogram(tally.rounds.histogram)
        )
    }

    var tally: BlockTally {
        BlockTally(
            begun: begun, completed: completed, failed: failed, givenUp: givenUp,
            times: times?.histogram ?? LatencyHistogram(),
            rounds: RoundCounts(histogram: rounds?.histogram ?? LatencyHistogram()))
    }
}

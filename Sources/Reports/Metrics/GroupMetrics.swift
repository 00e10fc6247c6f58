internal import Measures
internal import Scenarios

/// What metrics show of a group of steps or an `until`.
struct GroupMetrics {
    var name: String
    var kind: String
    var flow: String
    /// The load that runs it; nil where loads have no names.
    var load: String?
    var good: UInt64
    var failed: UInt64
    var givenUp: UInt64
    var times: LatencyHistogram

    /// The most that have series: the first ones.
    static let limit = 200

    init(_ name: String, _ result: GroupResult) {
        self.name = name
        kind = result.kind.rawValue
        flow = result.flow
        load = result.load
        good = result.completed - min(result.completed, result.failed)
        failed = result.failed
        givenUp = result.givenUp
        times = result.distribution?.histogram ?? LatencyHistogram()
    }

    init(_ header: ProgressHeader.GroupRecord, flow: String, load: String?, tally: BlockTally) {
        name = header.name
        kind = header.kind.rawValue
        self.flow = flow
        self.load = load
        good = tally.completed - min(tally.completed, tally.failed)
        failed = tally.failed
        givenUp = tally.givenUp
        times = tally.times
    }
}

extension MetricSet {
    /// The families of groups and untils; none where the scenario has none.
    mutating func add(_ all: [GroupMetrics]) {
        let groups = all.prefix(GroupMetrics.limit)
        func labels(_ group: GroupMetrics) -> [Label] {
            (group.load.map { [("load", $0)] } ?? []) + [
                ("flow", group.flow), ("group", group.name), ("kind", group.kind),
            ]
        }
        add(.groups) { family in
            for group in groups {
                for (outcome, count) in [("failed", group.failed), ("given_up", group.givenUp), ("ok", group.good)] {
                    family.add(count, labels(group) + [("outcome", outcome)])
                }
            }
        }
        add(.groupTime) { family in
            for group in groups { family.add(group.times, labels(group)) }
        }
    }
}

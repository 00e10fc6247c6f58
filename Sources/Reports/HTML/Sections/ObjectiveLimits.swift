internal import Scenarios

/// The limits that objectives set, read from their texts, for lines in charts.
struct ObjectiveLimits {
    private let objectives: [Objective]

    /// The limits of a result; of an objective in which a secret was replaced there may be none.
    init(_ result: RunResult) {
        let names = (
            steps: Array(result.steps.keys), flows: (result.flows ?? [:]).map(\.key),
            probes: (result.probes ?? [:]).map(\.key)
        )
        objectives = result.objectives.compactMap {
            try? Objective(parsing: $0.objective, steps: names.steps, flows: names.flows, probes: names.probes)
        }
    }

    /// Limits of a measure, each height once: of the whole run and of parts of it, or of what some names stand for.
    func limits(
        of measure: Objective.Measure, named names: [String]? = nil, atMost count: Int = 4
    ) -> [LineChart.Limit] {
        var limits: [LineChart.Limit] = []
        for objective in objectives where objective.measure == measure {
            if let names {
                guard names.contains(where: { objective.selector == .name($0) }) else { continue }
            }
            for value in values(objective.comparison) where value.isFinite {
                if let index = limits.firstIndex(where: { $0.y == value }) {
                    // Two at the same height share a line.
                    let label = limits[index].label
                    limits[index].label = label.hasSuffix(" …") ? label : label + " …"
                } else {
                    limits.append(LineChart.Limit(y: value, label: shortened(objective.source)))
                }
            }
        }
        return Array(limits.prefix(count))
    }

    private func values(_ comparison: Objective.Comparison) -> [Double] {
        switch comparison {
        case .less(let value), .lessOrEqual(let value), .greater(let value), .greaterOrEqual(let value),
            .equal(let value):
            [value]
        case .within(let range): [range.lowerBound, range.upperBound]
        }
    }

    private func shortened(_ text: String) -> String { text.count > 44 ? text.prefix(43) + "…" : text }
}

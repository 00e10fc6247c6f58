import Generator
import Scenarios

extension Scenario {
    /// What one of several processes carries out that share the load.
    ///
    /// Only the first one has what is done once, beside or after the load: services, probes, verifications. None may end all because
    /// its own part of the load is smaller than what an objective asks of the whole.
    func ofWorker(_ segment: LoadRun.Segment) -> Scenario {
        var scenario = self
        for index in scenario.objectives.indices where scenario.objectives[index].wantsEnough {
            scenario.objectives[index].abortAfter = nil
        }
        guard segment.index > 0 else { return scenario }
        scenario.services = []
        scenario.probes = []
        scenario.verifications = []
        scenario.objectives.removeAll(where: \.measure.isBesideLoad)
        return scenario
    }
}

extension Scenario {
    /// Why the load can't be dealt to so many processes; nil: it can.
    func problem(ofSegments count: Int) -> String? {
        if let least = loads.map(maxUsers).min(), count > least {
            return "\(count) segments can't share limits.max_users \(least)"
        }
        if count > 1, loads.contains(where: { $0.stages.dropLast().contains { $0.duration == nil } }) {
            return "a stage of iterations ends when its own process is done with it, so it must be the last"
        }
        return nil
    }
}

extension Objective {
    /// True where it asks for a count or rate of at least so much: a part of the load has less than the whole.
    fileprivate var wantsEnough: Bool {
        switch statistic {
        case .count, .rate: break
        default: guard measure == .throughput || measure == .reconnects || measure == .dropped else { return false }
        }
        switch comparison {
        case .less, .lessOrEqual: return false
        case .greater, .greaterOrEqual, .equal, .within: return true
        }
    }
}

/// An objective, and where it stands.
struct PlacedObjective {
    var objective: Objective
    var location: TextLocation
}

/// What objectives need of a drill, and a drill of the rest.
extension Reading {
    /// Reports what a drill lacks, and what lacks a drill.
    func requireDrill(_ keys: KeyValues<ScenarioKeys>, _ objectives: [PlacedObjective], _ drill: Drill?) {
        guard keys.has(\.drill) else {
            if keys.has(\.names) { report(keys.location(of: \.names), "\"names\" needs \"drill\" beside it") }
            if keys.has(\.proxies) { report(keys.location(of: \.proxies), "\"proxies\" needs \"drill\" beside it") }
            for placed in objectives where placed.objective.measure.isOfDrills {
                report(
                    placed.location,
                    "\(quoted(placed.objective.source)) is measured by a drill, and the scenario has none: add \"drill\""
                )
            }
            return
        }
        if !keys.has(\.load) { report(keys.location(of: \.drill), "\"drill\" needs \"flows\" and \"load\" beside it") }
        let audits = keys.drill?.has(\.audit) == true
        for placed in objectives {
            let objective = placed.objective
            if objective.measure.isOfWrites, !audits {
                report(
                    placed.location,
                    "\(quoted(objective.source)) needs \"audit\" in the drill: without it no write is found again")
            } else if let drill, let lack = Self.lack(of: objective, in: drill, beside: objectives.map(\.objective)) {
                report(placed.location, "\(quoted(objective.source)) \(lack)")
            }
            warnUnlessJudged(placed)
        }
    }

    /// What an objective needs of a drill to mean anything, in words; nil: nothing is missing.
    private static func lack(of objective: Objective, in drill: Drill, beside all: [Objective]) -> String? {
        switch objective.measure {
        case .failback where !drill.restoresSomething:
            return
                "needs something that is restored while the load goes on: add {at: …, restore: NAME} to the timeline, "
                + "of a fault that has an undo"
        case .budget where !all.contains(where: \.isBudget):
            return
                "needs an objective that says how much may fail: add availability >= 99.9%, or what you promise, below 100%"
        case .duplicates:
            guard let read = drill.audit?.read, read.applied == nil, read.list?.applied == nil else { return nil }
            return "needs \"applied\" in the audit's read: where an answer says how often a write was applied"
        case .unexpected:
            guard let read = drill.audit?.read, read.list == nil else { return nil }
            return "needs \"list\" in the audit's read: what nobody wrote is found by no id"
        default: return nil
        }
    }

    /// What a drill's load shows is judged over its steady stretches; the rest would leave each drill inconclusive.
    private func warnUnlessJudged(_ placed: PlacedObjective) {
        let objective = placed.objective
        guard !objective.measure.isOfDrills else { return }
        let reason: String
        if objective.window != nil {
            reason = "the faults are in its windows"
        } else if objective.measure.isOfBlocks {
            reason =
                "a drill looks at exchanges one by one, and a group or an until is several of them, before, in and behind a fault"
        } else if !objective.isJudgedInDrills {
            reason = "it is measured over the whole run, which holds the faults"
        } else {
            return
        }
        warn(
            placed.location,
            "\(quoted(objective.source)) is not judged in a drill, which is inconclusive at best with it: \(reason)")
    }
}

extension Objective {
    /// True for what the attempts of a drill tell: it is judged before the faults and after them.
    public var isJudgedInDrills: Bool {
        switch measure {
        case .availability, .errors, .throughput, .responseTime, .serviceTime: true
        default: false
        }
    }

    /// True where it says how much of the whole load may fail.
    public var isBudget: Bool { budget != nil }

    /// The share of the whole load that must succeed, below 1; nil where it does not say that.
    public var budget: Double? {
        guard measure == .availability, selector == nil else { return nil }
        switch comparison {
        case .greater(let value), .greaterOrEqual(let value): return value < 1 ? value : nil
        default: return nil
        }
    }
}

extension Drill {
    /// True where the timeline restores a fault that has an undo.
    var restoresSomething: Bool {
        timeline.contains { event in
            guard case .restore(let name) = event.action else { return false }
            return timeline.contains { other in
                guard case .fault(let rule) = other.action, other.at <= event.at else { return false }
                return (other.name == name || rule.subject.name == name) && rule.leavesSomething
            }
        }
    }
}

extension FaultRule {
    /// False where nothing is left to undo.
    fileprivate var leavesSomething: Bool {
        switch self {
        case let fault as ProcessFault: fault.action != .restart
        case let fault as CommandFault: if case .nothing = fault.undo { false } else { true }
        case let fault as RequestFault: if case .nothing = fault.undo { false } else { true }
        default: true
        }
    }
}

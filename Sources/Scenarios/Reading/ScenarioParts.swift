/// What of a scenario needs what else: load, flows, verifications, probes and the target.
extension Reading {
    /// How long probes are read where a scenario has nothing else.
    static let usualWatch = Duration.seconds(60)

    /// Reports what is missing: load needs flows, and without both of them there is something to verify or to watch.
    func requireParts(_ keys: KeyValues<ScenarioKeys>) {
        let (hasFlows, hasLoad) = (keys.has(\.flows), keys.has(\.load))
        guard hasFlows || hasLoad || verifies(keys) || watches(keys) else {
            report(keys.location, "missing key \"flows\"")
            report(
                keys.location,
                "missing key \"load\" (a scenario without flows and load needs \"verify\", or \"probes\" and \"objectives\")"
            )
            return
        }
        if hasFlows, !hasLoad {
            report(keys.location(of: \.flows), "missing key \"load\": without load no flow is run")
        }
        if hasLoad, !hasFlows { report(keys.location, "missing key \"flows\": load is iterations through them") }
        guard !hasFlows, !hasLoad else { return }
        for key in keys.present(keys.declared.login, keys.declared.baseline) {
            report(key.location, "\(quoted(key.name)) needs \"flows\" and \"load\" beside it")
        }
        if !verifies(keys), !keys.has(\.objectives) {
            report(keys.location, "missing key \"objectives\": probes alone show numbers, objectives judge them")
        }
    }

    /// Reports that there is no target where a request may go to it.
    func requireTarget(_ keys: KeyValues<ScenarioKeys>) {
        var needs = keys.has(\.flows) || keys.has(\.load) || !(verifies(keys) || watches(keys))
        if case .list(let entries)? = keys.node(\.verify)?.content {
            for case .mapping(let entry) in entries.map(\.content) {
                // What isn't known is reported by name; of a reading that is wrong elsewhere, this would be noise.
                needs = needs || entry.contains { kinds.verifications[$0.key]?.sendsRequests ?? true }
            }
        }
        if case .mapping(let probes)? = keys.node(\.probes)?.content {
            for case .mapping(let keys) in probes.map(\.value.content) {
                needs = needs || keys.contains { $0.key == "get" && ($0.value.scalar?.text.hasPrefix("/") ?? false) }
            }
        }
        if needs { report(keys.location, "missing key \"target\"") }
    }

    /// How long probes are read without load; nil where there is load, and where only verifications may ask for them.
    func watch(_ keys: KeyValues<ScenarioKeys>) -> Duration? {
        guard !keys.has(\.flows), !keys.has(\.load) else {
            if keys.has(\.watch) {
                report(
                    keys.location(of: \.watch),
                    "\"watch\" is for scenarios without load: beside load, probes are read as long as it lasts")
            }
            return nil
        }
        guard keys.has(\.watch) else { return watches(keys) && !verifies(keys) ? Self.usualWatch : nil }
        if !watches(keys) {
            report(keys.location(of: \.watch), "\"watch\" needs \"probes\" beside it: it is how long they are read")
        }
        return duration(keys.node(\.watch))
    }

    /// Reports objectives of a scenario without load that only load, or probes that are watched, could show.
    func requireLoad(_ objectives: [Objective], _ watch: Duration?, _ keys: KeyValues<ScenarioKeys>) {
        for objective in objectives where !objective.measure.isOfVerifications && !objective.measure.isOfDrills {
            if objective.measure.isOfProbe {
                guard watch == nil, !keys.has(\.watch) else { continue }
                report(
                    keys.location(of: \.objectives),
                    "\(quoted(objective.source)) needs a probe that is read over time: say how long, for example \"watch: 60s\""
                )
            } else {
                report(
                    keys.location(of: \.objectives),
                    "\(quoted(objective.source)) needs load to be measured, and the scenario has none")
            }
        }
    }

    private func verifies(_ keys: KeyValues<ScenarioKeys>) -> Bool { isFilled(keys.node(\.verify)) }

    private func watches(_ keys: KeyValues<ScenarioKeys>) -> Bool { isFilled(keys.node(\.probes)) }

    /// Whether a key has a value that is not an empty list or mapping.
    private func isFilled(_ node: SourceNode?) -> Bool {
        switch node?.content {
        case nil: false
        case .list(let nodes): !nodes.isEmpty
        case .mapping(let entries): !entries.isEmpty
        default: true
        }
    }
}

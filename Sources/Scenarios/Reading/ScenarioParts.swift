/// What of a scenario needs what else: load, flows, verifications, probes and the target.
extension Reading {
    /// How long probes are read where a scenario has nothing else.
    static let usualWatch = Duration.seconds(60)

    /// Reports what is missing: load needs flows, and without both of them there is something to verify or to watch.
    func requireParts(_ fields: Fields) {
        let (hasFlows, hasLoad) = (fields["flows"] != nil, fields["load"] != nil)
        guard hasFlows || hasLoad || verifies(fields) || watches(fields) else {
            report(fields.place, "missing key \"flows\"")
            report(
                fields.place,
                "missing key \"load\" (a scenario without flows and load needs \"verify\", or \"probes\" and \"objectives\")"
            )
            return
        }
        if hasFlows, !hasLoad {
            report(fields.place(of: "flows"), "missing key \"load\": without load no flow is run")
        }
        if hasLoad, !hasFlows { report(fields.place, "missing key \"flows\": load is iterations through them") }
        guard !hasFlows, !hasLoad else { return }
        for key in fields.present(["login", "baseline"]) {
            report(fields.place(of: key), "\(quoted(key)) needs \"flows\" and \"load\" beside it")
        }
        if !verifies(fields), fields["objectives"] == nil {
            report(fields.place, "missing key \"objectives\": probes alone show numbers, objectives judge them")
        }
    }

    /// Reports that there is no target where a request may go to it.
    func requireTarget(_ fields: Fields) {
        var needs = fields["flows"] != nil || fields["load"] != nil || !(verifies(fields) || watches(fields))
        if case .list(let entries)? = fields["verify"]?.content {
            for case .mapping(let entry) in entries.map(\.content) {
                // What isn't known is reported by name; of a reading that is wrong elsewhere, this would be noise.
                needs = needs || entry.contains { kinds[$0.key]?.sendsRequests ?? true }
            }
        }
        if case .mapping(let probes)? = fields["probes"]?.content {
            for case .mapping(let keys) in probes.map(\.value.content) {
                needs = needs || keys.contains { $0.key == "get" && ($0.value.scalar?.text.hasPrefix("/") ?? false) }
            }
        }
        if needs { report(fields.place, "missing key \"target\"") }
    }

    /// How long probes are read without load; nil where there is load, and where only verifications may ask for them.
    func watch(_ fields: Fields) -> Duration? {
        guard fields["flows"] == nil, fields["load"] == nil else {
            if fields["watch"] != nil {
                report(
                    fields.place(of: "watch"),
                    "\"watch\" is for scenarios without load: beside load, probes are read as long as it lasts")
            }
            return nil
        }
        guard fields["watch"] != nil else { return watches(fields) && !verifies(fields) ? Self.usualWatch : nil }
        if !watches(fields) {
            report(fields.place(of: "watch"), "\"watch\" needs \"probes\" beside it: it is how long they are read")
        }
        return duration(fields["watch"])
    }

    /// Reports objectives of a scenario without load that only load, or probes that are watched, could show.
    func requireLoad(_ objectives: [Objective], _ watch: Duration?, _ fields: Fields) {
        for objective in objectives where !objective.measure.isOfVerifications {
            if objective.measure.isOfProbe {
                guard watch == nil, fields["watch"] == nil else { continue }
                report(
                    fields.place(of: "objectives"),
                    "\(quoted(objective.source)) needs a probe that is read over time: say how long, for example \"watch: 60s\""
                )
            } else {
                report(
                    fields.place(of: "objectives"),
                    "\(quoted(objective.source)) needs load to be measured, and the scenario has none")
            }
        }
    }

    private func verifies(_ fields: Fields) -> Bool { isFilled(fields["verify"]) }

    private func watches(_ fields: Fields) -> Bool { isFilled(fields["probes"]) }

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

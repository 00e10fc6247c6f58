extension Scenario {
    /// Keeps only the parts of a run that are named: `load`, `verify` (all verifications) and `verify.NAME`. What only
    /// other parts could show, such as objectives on latencies where no load is sent, goes, too.
    ///
    /// - Throws: All problems, of the file `command line`.
    public mutating func keepOnly(_ parts: [String]) throws(InvalidScenario) {
        guard !parts.isEmpty else { return }
        let names = verifications.map { "verify.\($0.name)" }
        var problems: [Problem] = []
        for part in parts where !(["load", "verify"] + names).contains(part) {
            let hint = Suggestion.hint(for: part, among: ["load", "verify"] + names, otherwise: "there are")
            problems.append(
                Problem(
                    file: Self.commandLine, line: 1, column: 1,
                    message: "--only \(quoted(part)): the scenario has no such part\(hint)"))
        }
        if parts.contains("verify"), verifications.isEmpty {
            problems.append(
                Problem(
                    file: Self.commandLine, line: 1, column: 1,
                    message: "--only verify: the scenario verifies nothing"))
        }
        if parts.contains("load"), load.isEmpty {
            problems.append(
                Problem(
                    file: Self.commandLine, line: 1, column: 1,
                    message: "--only load: the scenario sends no load, \(whatItDoes)"))
        }
        guard problems.isEmpty else { throw InvalidScenario(problems: problems) }

        if !parts.contains("verify") { verifications.removeAll { !parts.contains("verify.\($0.name)") } }
        if !parts.contains("load") { load = [] }
        watch = nil
        let kept = Set(verifications.map(\.name))
        let sendsNothing = loads.isEmpty
        objectives.removeAll { objective in
            guard objective.measure.isOfVerifications else { return sendsNothing }
            if case .name(let name)? = objective.selector { return !kept.contains(name) }
            return kept.isEmpty
        }
    }

    /// True where some part of the run asks something that runs beside it: load, probes over time, or a verification of
    /// answers.
    public var usesServices: Bool {
        !load.isEmpty || watch != nil || verifications.contains { !$0.requests.isEmpty }
    }

    /// What a scenario without load does, in words.
    public var whatItDoes: String { verifications.isEmpty ? "it only reads probes" : "it only verifies" }
}

extension Objective.Measure {
    /// True for ratios that verifications measure.
    public var isOfVerifications: Bool { self == .hitRatio || self == .byteHitRatio }

    /// True for what is found beside or after the load: by probes and verifications.
    public var isBesideLoad: Bool {
        if case .probe = self { return true }
        return isOfVerifications
    }

    /// True for the number of a probe.
    public var isOfProbe: Bool { if case .probe = self { true } else { false } }
}

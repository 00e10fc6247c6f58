internal import Failover
internal import Scenarios
internal import VerificationKit

/// A drill's result in words, the same in all reports.
extension DrillResult {
    /// The figures, each with what it says, and how far off it may be in seconds.
    var figures: [(name: String, value: String, resolution: Double?, meaning: String)] {
        var figures: [(String, String, Double?, String)] = []
        func add(_ name: String, _ seconds: Double?, _ resolution: Double? = nil, _ meaning: String) {
            guard let seconds else { return }
            figures.append((name, "\(Figure.short(seconds, decimals: 2)) s", resolution, meaning))
        }
        add("outage", outage, outageResolution, "the longest time without a success")
        add("on new connections", freshOutage, nil, "the same of exchanges for which a connection was opened")
        add("on kept connections", pooledOutage, nil, "the same of exchanges over connections from before")
        add("detection", detection, detectionResolution, "from the fault to the first failure or change of a role")
        add("rto_first", rtoFirst, rtoFirstResolution, "from the fault to the first success after the first failure")
        add("rto", rto, rtoResolution ?? resolution, "from the fault to the first window that meets all objectives")
        add("failback", failback, failbackResolution, "the same after what was broken had been restored")
        add("rpo", rpo, nil, "from the oldest lost write's acknowledgement to the fault")
        if let budget {
            figures.append(("budget", Figure.short(budget, decimals: 4), nil, "of the failures that 30 days allow"))
        }
        return figures
    }

    /// A measure where it was taken.
    struct Bracket {
        /// What it is, in words.
        var words: String
        /// Its beginning, in seconds of the load.
        var from: Double
        /// Its end; nil: it was not seen.
        var to: Double?
        /// How far off the end may be.
        var resolution: Double?
    }

    /// The measures with where they were taken, in the order of the documentation.
    var brackets: [Bracket] {
        var brackets: [Bracket] = []
        func add(_ name: String, _ from: Double?, _ length: Double?, _ resolution: Double?, of what: String = "") {
            guard let from, let length else { return }
            let precision = resolution.map { " ± \(Self.time($0))" } ?? ""
            brackets.append(
                Bracket(
                    words:
                        "\(name) \(Self.time(length))\(precision)\(what): \(Self.time(from)) to \(Self.time(from + length))",
                    from: from, to: from + length, resolution: resolution))
        }
        let began = faults.compactMap(\.applied).min() ?? t0 ?? 0
        let struck = outages.filter { $0.end ?? .infinity >= began }
        if let open = struck.filter({ $0.end == nil }).min(by: { $0.start < $1.start }) {
            brackets.append(
                Bracket(
                    words: "outage of \(open.flow): from \(Self.time(open.start)) on, without an end", from: open.start,
                    to: nil,
                    resolution: nil))
        } else if let longest = struck.max(by: { ($0.end ?? 0) - $0.start < ($1.end ?? 0) - $1.start }) {
            add(
                "outage", longest.start, longest.end.map { $0 - longest.start }, outageResolution,
                of: " of \(longest.flow)")
        }
        add("detection", t0, detection, detectionResolution)
        add("rto_first", t0, rtoFirst, rtoFirstResolution)
        add("rto", t0, rto, rtoResolution ?? resolution)
        add("failback", faults.compactMap(\.undone).max(), failback, failbackResolution)
        if let t0, let rpo, rpo > 0 { add("rpo", t0 - rpo, rpo, nil) }
        return brackets
    }

    /// A line for each phase of the steady state.
    var hypothesisLines: [String] {
        (hypothesis ?? []).map { phase in
            let when = "\(phase.phase.words), \(Self.time(phase.from)) to \(Self.time(phase.to))"
            guard phase.holds else { return "steady state \(when): did not hold: \(phase.because ?? "")" }
            let figures = phase.objectives.compactMap { judged in
                judged.observed.map { "\(judged.objective): \(Figure.measured($0, judged.unit))" }
            }
            return "steady state \(when): held" + (figures.isEmpty ? "" : " (\(figures.joined(separator: "; ")))")
        }
    }

    /// The counts of the audit; empty where writes were not audited.
    var counts: [(name: String, value: UInt64, isBad: Bool)] {
        guard let writes else { return [] }
        let counts: [(String, UInt64?, Bool)] = [
            ("writes", writes, false), ("acknowledged", acknowledged, false), ("refused", refused, false),
            ("lost", lostWrites, true),
            ("lost after the fault", splitBrainLoss, true), ("indeterminate", indeterminate, false),
            ("recovered", recovered, false), ("duplicates", duplicates, true), ("stale reads", staleReads, true),
            ("unexpected", unexpected, true), ("undecided", undecided, true),
        ]
        return counts.compactMap { name, count, isBad in count.map { (name, $0, isBad && $0 > 0) } }
    }

    /// A line for each fault.
    var faultLines: [String] {
        faults.map { fault in
            var parts = [fault.fault]
            if let effective = fault.effective {
                parts.append("took effect at \(Self.time(effective))\(fault.evidence.map { " (\($0))" } ?? "")")
            } else {
                parts.append(fault.problem ?? "was not brought about")
            }
            if let undone = fault.undone {
                parts.append("undone at \(Self.time(undone))\(fault.undo.map { " (\($0))" } ?? "")")
            } else if let undo = fault.undo {
                parts.append(undo)
            }
            return parts.joined(separator: "; ")
        }
    }

    /// A line for who answered until when; empty where it was not told.
    var answererLines: [String] {
        (answeredBy ?? []).map { answerer in
            let total = counted(answerer.good.reduce(0, &+), "answer")
            let last = answerer.lastAfterT0.map {
                "the last before the restore within \(Figure.short($0, decimals: 1)) s after the fault"
            }
            return "\(answerer.name): \(total), \(last ?? "none between fault and restore")"
        }
    }

    /// A line for what each address got; empty where there was one only.
    var addressLines: [String] {
        (addresses ?? []).prefix(Self.mostAddresses).map { entry in
            func last(_ seconds: Double?) -> String { seconds.map { "\(Figure.short($0, decimals: 2)) s" } ?? "none" }
            let total = counted(entry.sent.reduce(0, +), "request")
            let failed = entry.failed.reduce(0, +)
            let when =
                entry.lastAfterT0 == nil
                ? "none between fault and restore"
                : "the last before the restore \(last(entry.lastAfterT0)) after the fault "
                    + "(on a new connection \(last(entry.lastFresh)), on a kept one \(last(entry.lastPooled)))"
            return "\(entry.address): \(total), \(failed) failed, \(when)"
        } + ((addresses ?? []).count > Self.mostAddresses ? ["more addresses are in result.json"] : [])
    }

    private static let mostAddresses = 16

    static func time(_ seconds: Double) -> String { "\(Figure.short(seconds, decimals: 2)) s" }
}

extension DrillReport.Phase.Name {
    /// The phase in words.
    var words: String {
        switch self {
        case .before: "before the first fault"
        case .recovered: "recovered"
        case .after: "at the end"
        }
    }
}

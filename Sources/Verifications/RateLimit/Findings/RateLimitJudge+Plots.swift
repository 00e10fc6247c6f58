internal import Measures
import VerificationKit

/// Pictures of what the limiter decided.
extension RateLimitJudge {
    /// Decisions over time, a plot for each client whose requests tell a limiter's way of counting, and for those whose
    /// requests, released together, were admitted too often.
    func plots() -> [VerificationPlot] {
        let kinds: [ProbeScript.Kind] = [.persistent, .halves, .boundary, .clockBoundary]
        let races = [ProbeScript.Kind.raceCold, .raceAgain, .racePrimed].filter { kind in
            guard let history = reader.history(reader.run(kind)), case .excess = explanation(of: [history]) else {
                return false
            }
            return true
        }
        return (kinds + races).compactMap { kind in
            reader.run(kind).flatMap { plot($0, shownCount(of: reader.history($0))) }
        }
    }

    /// The way of counting that decisions are shown beside: the first that explains them, else the first declared one.
    private func shownCount(of history: ClientHistory?) -> (name: String, count: ModelLimiter)? {
        let declared = declaredAccounts.first.map { LimiterCandidate($0.model, parameters) }
        guard let candidate = basis.models.first ?? declared else { return nil }
        var phase = 0.0
        let histories = basis.explainsPersistent ? plain : others
        if candidate.model.isClockAligned {
            // Of windows whose place is not known nothing can be said.
            guard let arc = LimiterModel.phases(explaining: histories, candidate.parameters).first else { return nil }
            phase = arc.start + arc.width / 2
        } else if candidate.model == .clientWindow {
            guard let history, let arc = LimiterModel.phases(explaining: [history], candidate.parameters).first
            else { return nil }
            phase = arc.start + arc.width / 2
        } else if let tick = candidate.parameters.tick {
            let arc = PhaseSearch.first(window: tick, finest: tick / 128) { candidate.explains(histories, tickAt: $0) }
            guard let arc else { return nil }
            phase = arc.start + arc.width / 2
        }
        let name = basis.models.isEmpty ? "\(candidate.shown), as declared, would admit" : "\(candidate.shown) admits"
        return (name, ModelLimiter(candidate.model, candidate.parameters, phase: phase))
    }

    private func plot(_ run: ProbeRun, _ shown: (name: String, count: ModelLimiter)?) -> VerificationPlot? {
        let decisions = run.answers.compactMap { reader.decision($0) }.sorted { $0.earliest < $1.earliest }
        guard let first = decisions.first else { return nil }
        var admitted: [[Double]] = []
        var rejected: [[Double]] = []
        var counted: [[Double]] = []
        var allowed = 0
        var count = shown?.count
        for decision in decisions {
            let instant = (decision.earliest + decision.latest) / 2
            // A thousandth of a second is what can be seen.
            let x = ((instant - (first.earliest + first.latest) / 2) * 1_000).rounded() / 1_000
            if decision.isAdmitted {
                admitted.append([x, Double(admitted.count + 1)])
            } else {
                rejected.append([x, Double(admitted.count)])
            }
            if count?.admits(at: instant) == true { allowed += 1 }
            counted.append([x, Double(allowed)])
        }
        func line(_ name: String, _ kind: VerificationPlot.Kind, _ points: [[Double]]) -> VerificationPlot.Line? {
            let sorted = points.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
            return points.isEmpty
                ? nil : VerificationPlot.Line(name: name, kind: kind, points: VerificationPlot.thinned(sorted))
        }
        return VerificationPlot(
            name: "decisions_\(run.kind.rawValue)", title: "Decisions: \(run.kind.purpose)",
            x: "seconds since the first request", y: "requests admitted so far",
            lines: [
                shown.flatMap { line($0.name, .steps, counted) }, line("admitted", .dots, admitted),
                line("rejected", .crosses, rejected),
            ].compactMap { $0 })
    }
}

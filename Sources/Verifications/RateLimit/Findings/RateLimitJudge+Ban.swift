internal import Scenarios
import VerificationKit

/// Bans, as far as the probes of a limit show them.
extension RateLimitJudge {
    /// Each client's decisions, with when it would have been banned.
    private func banned(after count: Int) -> [(decisions: [LimiterDecision], begin: ClosedRange<Double>)] {
        record.runs.compactMap { run in
            guard run.pending == 0 else { return nil }
            let decisions = run.answers.compactMap { reader.decision($0) }
            return BanReader.begin(decisions, after: count).map { (decisions, $0) }
        }
    }

    /// Whether what came after each rejection agrees with a ban.
    func banFinding(_ penalty: PenaltyRule) -> VerificationFinding {
        let length = penalty.seconds
        let clients = banned(after: penalty.after)
        var finding = VerificationFinding(
            check: "penalty", verdict: .pass, expected: "refused for \(Figure.short(length, decimals: 3)) s",
            observed: "\(clients.count) clients", evidence: "What followed on rejections agrees with a ban.")
        for (decisions, begin) in clients {
            let early = decisions.first {
                $0.isAdmitted && $0.earliest > begin.upperBound && $0.latest < begin.lowerBound + length
            }
            // By then the limit itself admits again, too.
            let over = begin.upperBound + max(length, 1.25 * parameters.window)
            let late = rule.prolongs ? nil : decisions.first { $0.earliest > over }.flatMap { $0.isAdmitted ? nil : $0 }
            guard let wrong = early ?? late else { continue }
            finding.verdict = .fail
            finding.evidence =
                "A request at \(Self.span(wrong.earliest, wrong.latest)) was \(wrong.isAdmitted ? "admitted" : "rejected"), where "
                + "the ban began at \(Self.span(begin.lowerBound, begin.upperBound))."
            return finding
        }
        return finding
    }

    /// How long bans would have to be for what followed on the first rejections: longer than the first number, and no longer than the
    /// second one, where a client was admitted again. nil: nothing looks like one.
    var possibleBan: (longer: Double, most: Double?)? {
        var longer = 0.0
        var most: Double?
        for (decisions, begin) in banned(after: 1) {
            let later = decisions.filter { $0.earliest > begin.upperBound }.sorted { $0.earliest < $1.earliest }
            let refused = later.prefix { !$0.isAdmitted }
            if let last = refused.last { longer = max(longer, last.earliest - begin.upperBound) }
            if let next = later.first(where: \.isAdmitted) {
                most = min(most ?? .infinity, next.latest - begin.lowerBound)
            }
        }
        guard longer > 0, most.map({ $0 > longer }) ?? true else { return nil }
        return (longer, most)
    }

    /// Bans that a scenario could declare, the roundest first, and whether longer ones would do as well.
    var banCandidates: (penalties: [PenaltyRule], isLeast: Bool) {
        guard let (longer, most) = possibleBan, longer < 3600 else { return ([], false) }
        let window = parameters.window
        let round = [window, 2 * window, 60, 300, 600, 900, 3600, longer.rounded(.up), (longer * 10).rounded(.up) / 10]
        var found: [PenaltyRule] = []
        for length in round.sorted() where length > longer && length <= most ?? 3600 && length >= 0.1 {
            let rule = PenaltyRule(duration: .milliseconds(Int((length * 1000).rounded())))
            if !found.contains(rule) { found.append(rule) }
        }
        return (Array(found.prefix(3)), most == nil)
    }
}

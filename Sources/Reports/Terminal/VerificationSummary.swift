internal import Scenarios
internal import VerificationKit

/// The verifications of a run as lines for a terminal: a row each, and below it what did not pass, with its evidence.
struct VerificationSummary {
    var verifications: [VerificationResult]
    var style: TerminalSummary.Style
    var width: Int

    /// The most findings that are told of one verification.
    private static let findingLimit = 6
    /// The most columns that expected, observed and evidence take each.
    private static let textLimit = 240

    var lines: [String] {
        guard !verifications.isEmpty else { return [] }
        var table = TextTable(
            [
                .init(title: "verdict", right: false), .init(title: "verification", right: false),
                .init(title: "checks", right: false), .init(title: "exchanges"), .init(title: "took"),
            ], flexible: 1)
        for verification in verifications {
            let advisory = verification.severity == .hard ? "" : " (advisory)"
            table.add(
                [
                    .init(verification.verdict.shown, verification.verdict.colour),
                    .init(verification.title + advisory),
                    .init(Self.checks(verification)), .init(Figure.grouped(UInt64(max(0, verification.exchanges)))),
                    .init("\(Figure.fixed(verification.seconds, decimals: 1)) s"),
                ], notes: Self.notes(verification))
        }
        return [style.paint("Verifications", .bold)] + table.lines(width: width, style: style)
    }

    /// `14 pass, 1 fail`: of the checks that count.
    static func checks(_ verification: VerificationResult) -> String {
        let counts = [Verdict.pass, .fail, .invalid, .noData, .inconclusive].compactMap { verdict in
            let count = verification.hardCount(verdict)
            return count > 0 ? "\(count) \(verdict.shown.lowercased())" : nil
        }
        return counts.isEmpty ? "none" : counts.joined(separator: ", ")
    }

    /// What did not pass: what counts with its evidence, the rest by name.
    private static func notes(_ verification: VerificationResult) -> [String] {
        let open = verification.findings.filter { $0.verdict != .pass }
        let hard = open.filter { $0.severity == .hard }
        var notes = hard.prefix(findingLimit).flatMap { finding in
            [
                "\(finding.verdict.shown) \(finding.check): expected \(short(finding.expected)); observed "
                    + short(finding.observed), short(finding.evidence),
            ]
        }
        if hard.count > findingLimit { notes.append("… and \(hard.count - findingLimit) more in result.json") }
        let advisory = open.filter { $0.severity != .hard }.map(\.check)
        if !advisory.isEmpty { notes.append("advisory, in result.json: \(advisory.joined(separator: ", "))") }
        return notes
    }

    private static func short(_ text: String) -> String {
        DisplayWidth.cut(DisplayWidth.printable(text), to: textLimit)
    }
}

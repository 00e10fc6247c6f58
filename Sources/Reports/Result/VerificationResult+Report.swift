internal import Measures
internal import Scenarios
internal import VerificationKit

extension VerificationResult {
    /// The result of a report, secrets replaced.
    init(_ report: VerificationReport, _ declared: DeclaredVerification, redact: (String) -> String) {
        self.init(
            kind: report.kind, name: redact(report.name), verdict: report.verdict,
            severity: declared.severity, section: declared.section.map(redact),
            criterion: declared.criterion.map(redact), seconds: Rounding.thousandths(report.duration.seconds),
            exchanges: report.exchanges,
            figures: report.figures.isEmpty
                ? nil
                : report.figures.map { figure in
                    Figure(
                        name: figure.name, value: Rounding.decimals(figure.value, of: figure.unit), unit: figure.unit)
                },
            plots: report.plots.isEmpty ? nil : report.plots,
            findings: report.findings.map { Finding($0, redact: redact) })
    }
}

extension VerificationResult.Finding {
    init(_ finding: VerificationFinding, redact: (String) -> String) {
        self.init(
            check: finding.check, verdict: finding.verdict, severity: finding.severity,
            expected: redact(finding.expected), observed: redact(finding.observed),
            evidence: redact(finding.evidence),
            exhibits: finding.exhibits.isEmpty
                ? nil
                : finding.exhibits.map { exhibit in
                    VerificationResult.Exhibit(
                        request: redact(exhibit.request), answer: redact(exhibit.answer),
                        sent: Rounding.milliseconds(exhibit.sent), received: Rounding.milliseconds(exhibit.received))
                })
    }
}

import BrowserVerification
import CacheVerification
import InputVerification
import RateLimitVerification
public import Reports
public import Scenarios
import SecretsManager
import SourceScan
public import VerificationKit

/// What a scenario can say and what a run leaves: the kinds of verification, of fault, of what probes read, and of report. A
/// program that has kinds of its own adds them: `.standard.adding(verifications: [Greeting.self])`.
public struct Kinds: Sendable {
    /// What can stand in `verify:`, in the order of the documentation.
    public var verifications: [any Verification.Type]
    /// What a drill can break, in the order of the documentation.
    public var faults: [any FaultRule.Type]
    /// What a probe's `read:` can say, in the order of the documentation.
    public var probeFormats: [any ProbeFormat.Type]
    /// The files that a run leaves beside `result.json`. The first one is what a person opens.
    public var reports: [ReportFiles.Entry]

    /// Makes a set of kinds.
    public init(
        verifications: [any Verification.Type], faults: [any FaultRule.Type], probeFormats: [any ProbeFormat.Type],
        reports: [ReportFiles.Entry]
    ) {
        self.verifications = verifications
        self.faults = faults
        self.probeFormats = probeFormats
        self.reports = reports
    }

    /// Those of Loadgate.
    public static let standard = Kinds(
        verifications: [
            RateLimitRule.self, CacheRule.self, HeaderRule.self, CORSRule.self, InputRule.self, CredentialRule.self,
            SecretRule.self,
        ],
        faults: FaultKinds.builtIn.types, probeFormats: ProbeFormats.builtIn.types,
        reports: ReportFiles.all)

    /// These and some more.
    public func adding(
        verifications: [any Verification.Type] = [], faults: [any FaultRule.Type] = [],
        probeFormats: [any ProbeFormat.Type] = [], reports: [ReportFiles.Entry] = []
    ) -> Kinds {
        Kinds(
            verifications: self.verifications + verifications, faults: self.faults + faults,
            probeFormats: self.probeFormats + probeFormats, reports: self.reports + reports)
    }

    /// What the language takes.
    public var ofScenarios: ScenarioKinds {
        ScenarioKinds(
            verifications: VerificationKinds(verifications), faults: FaultKinds(faults),
            probeFormats: ProbeFormats(probeFormats))
    }
}

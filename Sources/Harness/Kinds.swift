import BrowserVerification
import CacheVerification
import InputVerification
import RateLimitVerification
public import Reports
import Scenarios
import SecretsManager
import SourceScan
public import VerificationKit

/// What a scenario can say and what a run leaves: the kinds of verification and of report. A program that has kinds of its
/// own adds them: `.standard.adding(verifications: [Greeting.self])`.
public struct Kinds: Sendable {
    /// What can stand in `verify:`, in the order of the documentation.
    public var verifications: [any Verification.Type]
    /// The files that a run leaves beside `result.json`. The first one is what a person opens.
    public var reports: [ReportFiles.Entry]

    /// Makes a set of kinds.
    public init(verifications: [any Verification.Type], reports: [ReportFiles.Entry]) {
        self.verifications = verifications
        self.reports = reports
    }

    /// Those of Loadgate.
    public static let standard = Kinds(
        verifications: [
            RateLimitRule.self, CacheRule.self, HeaderRule.self, CORSRule.self, InputRule.self, CredentialRule.self,
            SecretRule.self,
        ],
        reports: ReportFiles.all)

    /// These and some more.
    public func adding(
        verifications: [any Verification.Type] = [], reports: [ReportFiles.Entry] = []
    ) -> Kinds {
        Kinds(verifications: self.verifications + verifications, reports: self.reports + reports)
    }
}

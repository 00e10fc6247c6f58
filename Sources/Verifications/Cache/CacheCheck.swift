internal import Scenarios
import VerificationKit

/// The checks of a cache's verification, in the order of its findings.
enum CacheCheck: String, CaseIterable, Sendable {
    /// The request that empties the cache was taken.
    case clear
    /// All requests of the mix were answered, and with no error.
    case answers
    /// Each answer says what the cache did.
    case statusFields = "status_fields"
    /// The cache may keep what is asked for.
    case eligible
    /// The cache was empty when the first pass began.
    case coldStart = "cold_start"
    /// The share of hits, in the first pass.
    case hitRatio = "hit_ratio"
    /// The share of hits in the second pass, over the cache that the first one warmed.
    case warmHitRatio = "warm_hit_ratio"
    /// What answers say agrees with what the origin counted, in the first pass.
    case originAgreement = "origin_agreement"
    /// The same in the second pass.
    case warmOriginAgreement = "warm_origin_agreement"
    /// Something else than the field speaks for hits; where no origin's counter is read.
    case plausible
    /// Hits have the contents that were fetched.
    case content
    /// `Age` is on hits alone, and runs with the clock.
    case age
    /// No hit sets a cookie.
    case setCookie = "set_cookie"
    /// No error is kept that should not be.
    case errorsCached = "errors_cached"
    /// Variants of an object are not mixed up.
    case vary
    /// `Vary` names the fields by which they differ.
    case varyField = "vary_field"
    /// Queries name the objects they should.
    case query
    /// A purged object is fetched again in time.
    case purge
    /// Its old version is not seen again.
    case staleAfterPurge = "stale_after_purge"
    /// Another object is still there.
    case neighbour
}

extension VerificationFinding {
    /// A finding of a cache's verification.
    init(
        _ check: CacheCheck, _ verdict: Verdict, severity: Objective.Severity = .hard, expected: String,
        observed: String, evidence: String, exhibits: [Exhibit] = []
    ) {
        self.init(
            check: check.rawValue, verdict: verdict, severity: severity, expected: expected, observed: observed,
            evidence: evidence, exhibits: exhibits)
    }
}

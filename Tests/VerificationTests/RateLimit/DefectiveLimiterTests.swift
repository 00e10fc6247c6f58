import Measures
import TestSupport
import Testing
import VerificationKit

/// The verification against limiters that are wrong in a known way.
@Suite("Rate limit: defective limiters", .serialized)
struct DefectiveLimiterTests {
    /// A defect, the model that has it, what the scenario says of the model, and the check that must fail.
    private struct Case {
        var defect: LimiterSettings.Defect
        var model: LimiterSettings.Model
        var declared = "any"
        var check: String
        /// Checks that may fail in its place.
        var others: Set<String> = []
    }

    private static let cases = [
        Case(defect: .race, model: .slidingLog, check: "race_cold"),
        Case(defect: .race, model: .tokenBucket, check: "race_cold"),
        Case(defect: .offByOne, model: .firstRequestWindow, check: "over_admission"),
        Case(defect: .offByOne, model: .tokenBucket, check: "over_admission"),
        Case(defect: .windowRenewedByRequests, model: .firstRequestWindow, check: "recovery"),
        Case(defect: .doubleRate, model: .slidingLog, declared: "sliding_log", check: "over_admission"),
        Case(defect: .doubleRate, model: .tokenBucket, declared: "token_bucket", check: "over_admission"),
        Case(defect: .spoofable, model: .firstRequestWindow, declared: "fixed_window", check: "spoofing"),
        Case(defect: .spoofable, model: .gcra, declared: "leaky_bucket", check: "spoofing"),
        Case(defect: .sharedByAll, model: .slidingLog, check: "isolation"),
        Case(defect: .sharedByAll, model: .tokenBucket, check: "isolation"),
        Case(defect: .prolongedByRejections, model: .slidingLog, declared: "sliding_log", check: "prolongation"),
        Case(defect: .prolongedByRejections, model: .tokenBucket, declared: "token_bucket", check: "prolongation"),
        Case(defect: .retryAfterTooEarly, model: .firstRequestWindow, check: "recovery"),
        Case(defect: .remainingStuck, model: .slidingLog, check: "ratelimit_fields"),
        Case(defect: .rejectionCached, model: .slidingLog, check: "not_cached"),
        Case(defect: .unlimitedHEAD, model: .slidingLog, declared: "sliding_log", check: "methods"),
        Case(defect: .unlimitedPOST, model: .tokenBucket, declared: "token_bucket", check: "methods"),
        // Where a busy machine lets eight requests of all probes pile up, it is open in probes that release nothing together,
        // too. Then no model explains those, and what was admitted too much shows there instead of in the races.
        Case(
            defect: .failsOpen, model: .slidingLog, check: "race_cold",
            others: ["race_primed", "over_admission", "limit", "model", "prolongation"]),
        Case(defect: .resetInPast, model: .slidingLog, check: "ratelimit_fields"),
        Case(defect: .resetGarbage, model: .slidingLog, check: "ratelimit_fields"),
        Case(defect: .limitLies, model: .slidingLog, check: "ratelimit_fields"),
    ]

    @Test("Each defect fails the check that is about it")
    func defects() throws {
        var servers: [LimiterServer] = []
        var trials: [LimiterTrial] = []
        for item in Self.cases {
            var settings = LimiterSettings(item.model, limit: 20, window: 2, defect: item.defect)
            if item.defect == .resetInPast { settings.fields = [.draft, .legacyEpoch] }
            let server = try LimiterServer(settings)
            servers.append(server)
            trials.append(
                LimiterTrial(
                    name: "\(item.defect) of \(item.model)", url: server.url,
                    keys: "limit: 20/2s, methods: [HEAD, POST], model: \(item.declared)"))
        }
        let reports = try LimiterTrial.run(trials)
        for (item, report) in zip(Self.cases, reports) {
            #expect(
                !report.failures.isDisjoint(with: item.others.union([item.check])),
                "\(item.defect) of \(item.model): \(report.failures.sorted())")
        }
        servers.forEach { $0.stop() }
    }
}

import TestSupport
import Testing
import Verification

/// The verification against real limiters that are wrong in a known way: each must be caught, by a finding that names it.
@Suite("Rate limit: defective limiters", .serialized)
struct DefectiveLimiterTests {
    /// For each defect the findings of which at least one must fail.
    private static func expected(_ defect: LimiterSettings.Defect) -> Set<String> {
        switch defect {
        case .race, .failsOpen: ["race_cold", "race_primed"]
        case .offByOne, .doubleRate: ["limit", "burst", "window", "over_admission"]
        case .windowRenewedByRequests, .prolongedByRejections:
            ["prolongation", "recovery", "under_admission", "window"]
        case .spoofable: ["spoofing"]
        case .sharedByAll: ["isolation"]
        case .retryAfterTooEarly: ["recovery", "retry_after", "ratelimit_fields"]
        case .remainingStuck, .resetInPast, .resetGarbage, .limitLies: ["ratelimit_fields"]
        case .rejectionCached: ["not_cached"]
        case .unlimitedHEAD, .unlimitedPOST: ["methods"]
        }
    }

    @Test("Each defect is caught by the finding that is made for it")
    func defects() throws {
        var servers: [LimiterServer] = []
        var trials: [LimiterTrial] = []
        for defect in LimiterSettings.Defect.allCases {
            var settings = LimiterSettings(.firstRequestWindow, limit: 20, window: 2, defect: defect)
            if defect == .resetInPast || defect == .resetGarbage { settings.fields = [.draft, .legacyEpoch] }
            let server = try LimiterServer(settings)
            servers.append(server)
            trials.append(
                LimiterTrial(name: "\(defect)", url: server.url, keys: "limit: 20/2s, methods: [HEAD, POST]"))
        }
        let reports = try LimiterTrial.run(trials)
        for (defect, report) in zip(LimiterSettings.Defect.allCases, reports) {
            #expect(report.verdict == .fail, "\(defect): \(report.told)")
            #expect(
                !report.failures.isDisjoint(with: Self.expected(defect)),
                "\(defect): \(report.failures)\n\(report.told)")
        }
        servers.forEach { $0.stop() }
    }
}

import Foundation
import Measures
import TestSupport
import Testing
import Verification

@Suite("Rate limit: defective limiters", .serialized)
struct DefectiveLimiterTests {
    static func name(_ model: LimiterSettings.Model) -> String {
        switch model {
        case .firstRequestWindow, .clockWindow: "fixed_window"
        case .slidingLog: "sliding_log"
        case .slidingCounter: "sliding_counter"
        case .tokenBucket: "token_bucket"
        case .gcra: "leaky_bucket"
        }
    }

    @Test("explore")
    func explore() throws {
        var servers: [LimiterServer] = []
        var trials: [LimiterTrial] = []
        for defect in LimiterSettings.Defect.allCases {
            for model in LimiterSettings.Model.allCases {
                if defect == .windowRenewedByRequests, ![.firstRequestWindow, .clockWindow].contains(model) {
                    continue
                }
                let only = ProcessInfo.processInfo.environment["ONLY"]?.split(separator: ",") ?? []
                if !only.isEmpty, !only.contains("\(defect):\(model)") { continue }
                var settings = LimiterSettings(model, limit: 20, window: 2, defect: defect)
                if defect == .resetInPast { settings.fields = [.draft, .legacyEpoch] }
                let server = try LimiterServer(settings)
                servers.append(server)
                trials.append(
                    LimiterTrial(
                        name: "\(defect) \(model)", url: server.url,
                        keys: "limit: 20/2s, methods: [HEAD, POST]"
                            + (ProcessInfo.processInfo.environment["MATRIX"] == "declared"
                                ? ", model: \(Self.name(model))" : "")))
            }
        }
        let reports = try LimiterTrial.run(trials)
        for (trial, report) in zip(trials, reports) {
            print("##", trial.name, report.verdict, report.failures.sorted())
            for finding in report.findings {
                print(
                    finding.check, finding.verdict, finding.severity, "|", finding.expected, "|", finding.observed, "|",
                    finding.evidence)
            }
        }
        servers.forEach { $0.stop() }
    }
}

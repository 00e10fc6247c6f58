import Foundation
import Measures
import TestSupport
import Testing
import VerificationKit

/// The verification against real limiters that do as they say: nothing may be found wrong with them.
@Suite("Rate limit: exact limiters", .serialized)
struct ExactLimiterTests {
    /// The trials of each limiter's own model, and what the verification may take it for.
    private func check(_ trials: [(LimiterTrial, models: [String])]) throws {
        let repeated = (0..<LimiterTrial.repetitions).flatMap { _ in trials }
        let reports = try LimiterTrial.run(repeated.map(\.0))
        var alarms = 0
        for ((trial, models), report) in zip(repeated, reports) {
            if !report.alarms.isEmpty { alarms += 1 }
            #expect(report.alarms.isEmpty, "\(trial.name): \(report.told)")
            for model in models {
                #expect(report.observed("model").contains(model), "\(trial.name): \(report.observed("model"))")
            }
        }
        if LimiterTrial.repetitions > 2 { print("\(alarms) false alarms of \(reports.count) trials") }
    }

    @Test("Every model passes, declared and undeclared, and is named")
    func models() throws {
        let names: [(LimiterSettings.Model, declared: String)] = [
            (.firstRequestWindow, "fixed_window"), (.clockWindow, "fixed_window"), (.slidingLog, "sliding_log"),
            (.slidingCounter, "sliding_counter"), (.tokenBucket, "token_bucket"), (.gcra, "leaky_bucket"),
        ]
        var servers: [LimiterServer] = []
        var trials: [(LimiterTrial, models: [String])] = []
        for (model, declared) in names {
            for keys in ["limit: 20/2s", "limit: 20/2s, model: \(declared), methods: [HEAD, POST]"] {
                var settings = LimiterSettings(model, limit: 20, window: 2)
                settings.fields = keys.contains("model") ? [.draft, .legacyEpoch] : [.draft, .legacy]
                let server = try LimiterServer(settings)
                servers.append(server)
                trials.append((LimiterTrial(name: "\(model) \(keys)", url: server.url, keys: keys), [declared]))
            }
        }
        try check(trials)
        servers.forEach { $0.stop() }
    }
}

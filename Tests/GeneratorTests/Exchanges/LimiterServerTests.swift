import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// The limiters that verifications are tried on do what they say: 4 requests in 2 seconds, on a clock of the test's own.
@Suite("Limiter server")
struct LimiterServerTests {
    private final class Trial {
        private let now = NIOLockedValueBox<Int64>(100_000_000_000)
        private let run: SenderRun
        private let server: LimiterServer

        init(_ model: LimiterSettings.Model, _ defect: LimiterSettings.Defect? = nil, burst: Int? = nil) throws {
            var settings = LimiterSettings(model, limit: 4, window: 2, burst: burst, defect: defect)
            let now = now
            settings.clock = { now.withLockedValue { $0 } }
            server = try LimiterServer(settings)
            run = try SenderRun(server.url)
        }

        func pass(_ seconds: Double) { now.withLockedValue { $0 += Int64(seconds * 1e9) } }

        func observe(
            _ count: Int, _ method: String = "GET", key: String? = nil,
            _ change: (inout PlannedExchange) -> Void = { _ in }
        ) -> [ObservedExchange] {
            run.send(
                (0..<count).map { _ in
                    run.exchange(method, lane: .kept(0)) { planned in
                        if let key { planned.fields.append(HeaderLine("X-API-Key", key)) }
                        change(&planned)
                    }
                })
        }

        /// How many of so many requests are admitted.
        func admitted(_ count: Int, _ method: String = "GET", key: String? = nil) -> Int {
            observe(count, method, key: key).filter { $0.status == 200 }.count
        }
    }

    @Test("A window begins with a client's first request, or with the clock's")
    func windows() throws {
        for (model, later) in [(LimiterSettings.Model.firstRequestWindow, 0), (.clockWindow, 4)] {
            let trial = try Trial(model)
            trial.pass(1.5)
            #expect(trial.admitted(6) == 4)
            // The clock's window ends at 2 s, the client's at 3.5 s.
            trial.pass(1)
            #expect(trial.admitted(6) == later)
            trial.pass(1.01)
            #expect(trial.admitted(6) == 4 - later)
            #expect(trial.admitted(6, key: "other") == 4)
        }
    }

    @Test("A sliding log admits again what has left the window")
    func log() throws {
        let trial = try Trial(.slidingLog)
        #expect(trial.admitted(1) == 1)
        trial.pass(1)
        #expect(trial.admitted(6) == 3)
        trial.pass(0.99)
        #expect(trial.admitted(1) == 0)
        trial.pass(0.01)
        #expect(trial.admitted(6) == 1)
        trial.pass(1)
        #expect(trial.admitted(6) == 3)
    }

    @Test("A sliding counter lets the window before fade")
    func slidingCounter() throws {
        let trial = try Trial(.slidingCounter)
        #expect(trial.admitted(6) == 4)
        trial.pass(2)
        // 4 × (1 − 0) + 0 is not less than 4; a quarter later it is 3.
        #expect(trial.admitted(1) == 0)
        trial.pass(0.5)
        #expect(trial.admitted(6) == 1)
        trial.pass(1)
        #expect(trial.admitted(6) == 2)
    }

    @Test("A bucket gains two tokens a second, and never more than it holds", arguments: ["tokenBucket", "gcra"])
    func buckets(_ name: String) throws {
        let model = try #require(LimiterSettings.Model(rawValue: name))
        let trial = try Trial(model, burst: 3)
        #expect(trial.admitted(6) == 3)
        trial.pass(0.49)
        #expect(trial.admitted(1) == 0)
        trial.pass(0.01)
        #expect(trial.admitted(6) == 1)
        trial.pass(1)
        #expect(trial.admitted(6) == 2)
        trial.pass(60)
        #expect(trial.admitted(6) == 3)
    }

    @Test(
        "Who waits as long as Retry-After says is admitted, and the fields agree",
        arguments: LimiterSettings.Model.allCases)
    func promises(_ model: LimiterSettings.Model) throws {
        for pause in [0, 0.3, 1.2, 1.9] {
            let trial = try Trial(model)
            trial.pass(pause)
            let observed = trial.observe(5)
            #expect(observed.prefix(4).map { $0.value("X-RateLimit-Remaining") } == ["3", "2", "1", "0"])
            #expect(observed.allSatisfy { $0.value("Cache-Control") == "no-store" })
            let rejected = observed[4]
            let seconds = try #require(rejected.value("Retry-After").flatMap(Int.init))
            #expect((1...2).contains(seconds) || model == .slidingCounter && seconds <= 3)
            #expect(rejected.value("RateLimit") == "\"default\";r=0;t=\(seconds)")
            #expect(rejected.value("RateLimit-Policy") == "\"default\";q=4;w=2")
            #expect(rejected.value("X-RateLimit-Reset") == "\(seconds)")
            trial.pass(Double(seconds))
            #expect(trial.admitted(1) == 1)
        }
    }

    @Test("Clients are told apart by key, else by address, and by nothing else")
    func clients() throws {
        let trial = try Trial(.slidingLog)
        #expect(trial.admitted(6, key: "a") == 4)
        #expect(trial.admitted(6, key: "b") == 4)
        #expect(trial.admitted(6) == 4)
        #expect(trial.observe(1) { $0.source = "127.0.0.9" }.map(\.status) == [200])
        #expect(trial.observe(1) { $0.fields = [HeaderLine("X-Forwarded-For", "1.2.3.4")] }.map(\.status) == [429])
        #expect(trial.observe(1, "HEAD").map(\.status) == [429])
        #expect(trial.observe(1, "POST") { $0.body = Array(repeating: 65, count: 40_000) }.map(\.status) == [429])
    }

    @Test("Requests that are released together are counted exactly", arguments: LimiterSettings.Model.allCases)
    func together(_ model: LimiterSettings.Model) throws {
        let server = try LimiterServer(LimiterSettings(model, limit: 20, window: 60))
        let run = try SenderRun(server.url)
        let observed = run.send((0..<200).map { _ in run.exchange(at: 0.1, group: 1) })
        #expect(observed.filter { $0.status == 200 }.count == 20)
        #expect(observed.filter { $0.status == 429 }.count == 180)
        #expect(server.counts == (20, 180))
    }

    @Test("Each defect is one")
    func defects() throws {
        #expect(try Trial(.tokenBucket, .offByOne).admitted(9) == 5)
        #expect(try Trial(.slidingLog, .unlimitedHEAD).admitted(9, "HEAD") == 9)
        #expect(try Trial(.slidingLog, .unlimitedPOST).admitted(9, "POST") == 9)
        #expect(try Trial(.slidingLog, .unlimitedPOST).admitted(9, "GET") == 4)
        let shared = try Trial(.gcra, .sharedByAll)
        #expect([shared.admitted(3, key: "a"), shared.admitted(3, key: "b")] == [3, 1])
        let spoofed = try Trial(.gcra, .spoofable)
        #expect(spoofed.admitted(9) == 4)
        #expect(spoofed.observe(1) { $0.fields = [HeaderLine("X-Forwarded-For", "1.2.3.4")] }.map(\.status) == [200])
        let double = try Trial(.firstRequestWindow, .doubleRate)
        #expect(double.admitted(9) == 4)
        double.pass(1)
        #expect(double.admitted(9) == 4)
        for defect in [LimiterSettings.Defect.windowRenewedByRequests, .prolongedByRejections] {
            let renewed = try Trial(.firstRequestWindow, defect)
            #expect(renewed.admitted(4) == 4)
            for _ in 0..<4 {
                renewed.pass(1)
                #expect(renewed.admitted(1) == 0)
            }
            renewed.pass(2)
            #expect(renewed.admitted(1) == 1)
        }
        let early = try Trial(.firstRequestWindow, .retryAfterTooEarly)
        early.pass(0.5)
        #expect(early.observe(5).last?.value("Retry-After") == "1")
        early.pass(1)
        #expect(early.admitted(1) == 0)
        let stuck = try Trial(.slidingLog, .remainingStuck).observe(5)
        #expect(stuck.allSatisfy { $0.value("X-RateLimit-Remaining") == "4" })
        #expect(try Trial(.slidingLog, .limitLies).observe(1).first?.value("X-RateLimit-Limit") == "8")
        #expect(try Trial(.slidingLog, .resetGarbage).observe(1).first?.value("X-RateLimit-Reset") == "soon")
        #expect(try Trial(.slidingLog, .resetInPast).observe(1).first?.value("X-RateLimit-Reset") == "-1")
        let cached = try Trial(.slidingLog, .rejectionCached)
        #expect(cached.admitted(5) == 4)
        let innocent = cached.observe(1, key: "other")[0]
        #expect(innocent.status == 429)
        #expect(innocent.value("Age") == "0")
        #expect(innocent.value("Cache-Control") == "public, max-age=2")
    }

    @Test("A race, or a limiter that fails open, lets requests through that are released together and no others")
    func parallelDefects() throws {
        for defect in [LimiterSettings.Defect.race, .failsOpen] {
            let server = try LimiterServer(LimiterSettings(.slidingLog, limit: 20, window: 60, defect: defect))
            let run = try SenderRun(server.url)
            let single = run.send((0..<30).map { _ in run.exchange(lane: .kept(0)) { $0.source = "127.0.0.2" } })
            #expect(single.filter { $0.status == 200 }.count == 20)
            let group = run.send((0..<100).map { _ in run.exchange(at: 0.1, group: 1) })
            #expect(group.filter { $0.status == 200 }.count > 20)
        }
    }
}

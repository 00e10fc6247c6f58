import Fetch
import Foundation
import Loadgate
import TestSupport
import Testing

/// A kind of push from outside the product: how many metrics there are, as a plain number.
private struct CountPush: PushFormat {
    static let name = "count"
    static let example = "count=http://127.0.0.1:1/"

    let isCumulative = true

    static func target(
        _ address: PushAddress?, environment: [String: String]
    ) throws(UnusablePush) -> PushTarget {
        guard let address else { throw UnusablePush(name, "wants a URL") }
        return PushTarget(format: CountPush(), address: address)
    }

    func message(_ snapshot: PushSnapshot) -> [UInt8] {
        let metrics: MetricSet
        let end: String
        switch snapshot.content {
        case .second(let total, _): (metrics, end) = (total.metrics, "second")
        case .end(let all): (metrics, end) = (all, "end")
        }
        return Array("\(end) \(metrics.families.map(\.metric.base).contains("verdict"))".utf8)
    }

    func reception(of answer: FetchAnswer) -> Reception { answer.status == 200 ? .taken : .refused(reason: "no") }
}

@Suite("Kinds of push from outside") struct PushKindTests {
    @Test("get what a run measures, and stand in its result") func kind() async throws {
        let folder = try TemporaryFolder()
        let target = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK"))] }
        let receiver = try ScriptedServer(always: ScriptedServer.response("200 OK"))
        defer {
            target.stop()
            receiver.stop()
        }
        let file = try folder.write(
            "scenario.yaml",
            """
            name: library
            target: \(target.url)
            flows: {ask: {steps: [{get: /}]}}
            load: [{iterations: 20, users: 2}]
            """)
        var settings = RunSettings()
        settings.out = folder.path + "/out"
        settings.reactors = 1
        settings.push = [
            try PushTarget("count=\(receiver.url)/here", formats: [CountPush.self], environment: [:])
        ]
        let result = try await Loadgate.run(file, settings: settings)
        let push = try #require(result.push?.first)
        #expect(push.to == "count \(receiver.url)/here")
        #expect(push.isComplete)
        #expect(receiver.requests.last?.body == "end true")
        #expect(receiver.requests.first?.body == "second false")
        #expect(throws: UnusablePush.self) {
            try PushTarget("count", formats: [CountPush.self], environment: [:])
        }
        let stored = try ResultFile.read(folder.path + "/out/result.json")
        #expect(stored.push == result.push)
    }
}

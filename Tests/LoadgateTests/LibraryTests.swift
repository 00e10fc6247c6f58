import Foundation
import Loadgate
import TestSupport
import Testing

@Suite("The library") struct LibraryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func scenario(_ text: String, target: String) throws -> String {
        let path = "\(folder.path)/scenario.yaml"
        try "name: library\ntarget: \(target)\n\(text)".write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private var settings: RunSettings {
        var settings = RunSettings()
        settings.out = "\(folder.path)/out"
        settings.reactors = 1
        return settings
    }

    @Test("runs a scenario file and gives its typed result") func typedResult() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK"))] }
        defer { server.stop() }
        let file = try scenario(
            """
            flows: {ask: {steps: [{get: /}]}}
            load: [{iterations: 20, users: 2}]
            objectives: [errors == 0]
            """, target: "http://127.0.0.1:\(server.port)")
        let result = try await Loadgate.run(file, settings: settings)
        #expect(result.verdict == .pass)
        // All of the 20 iterations' exchanges are in the result, and the same result is in the file.
        #expect(result.steps.values.reduce(0) { $0 + $1.count } == 20)
        let stored = try ResultFile.read("\(folder.path)/out/result.json")
        #expect(stored.verdict == .pass)
        #expect(stored.steps.values.reduce(0) { $0 + $1.count } == 20)
    }

    @Test("gives a failed run as a result, not as an error") func failedRun() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("500 Oops"))] }
        defer { server.stop() }
        let file = try scenario(
            "flows: {ask: {steps: [{get: /}]}}\nload: [{iterations: 3, users: 1}]\n",
            target: "http://127.0.0.1:\(server.port)")
        let result = try await Loadgate.run(file, settings: settings)
        #expect(result.verdict == .fail)
    }

    @Test("throws all problems of a scenario that is not valid") func invalidScenario() async throws {
        let file = try scenario("flow: 1\nload: 2\n", target: "http://127.0.0.1:1")
        await #expect(throws: InvalidScenario.self) { try await Loadgate.run(file, settings: settings) }
    }

    @Test("ends the load in order where its task is cancelled") func cancelled() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK"))] }
        defer { server.stop() }
        let file = try scenario(
            "flows: {ask: {steps: [{get: /}]}}\nload: [{users: 1, for: 60s}]\n",
            target: "http://127.0.0.1:\(server.port)")
        let began = Beginning()
        let task = Task { [settings] in try await Loadgate.run(file, settings: settings, listener: began) }
        await began.wait()
        task.cancel()
        let result = try await task.value
        #expect(result.partial)
        #expect(result.verdict != .pass)
    }

    @Test("reads the file once: digest, text and load are of one content") func oneReading() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK"))] }
        defer { server.stop() }
        let text = "flows: {ask: {steps: [{get: /}]}}\nload: [{iterations: 3, users: 1}]\n"
        let file = try scenario(text, target: "http://127.0.0.1:\(server.port)")
        let read = try String(contentsOfFile: file, encoding: .utf8)
        let result = try await Loadgate.run(file, settings: settings, listener: Rewriting(file: file))
        #expect(try String(contentsOfFile: file, encoding: .utf8) != read)
        #expect(result.scenario?.text == read)
        try read.write(toFile: file, atomically: true, encoding: .utf8)
        let undisturbed = try await Loadgate.run(file, settings: settings)
        #expect(result.scenario?.sha256 == undisturbed.scenario?.sha256)
    }

    @Test("runs kinds of verification and of report from outside, from the file to result.json") func outsideKinds()
        async throws
    {
        let server = try ScriptedServer(record: false) { request in
            let greeting = request.path == "/polite" ? "hello" : "what?"
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\(greeting)")]
        }
        defer { server.stop() }
        let kinds = Kinds.standard.adding(
            verifications: [Greeting.self], reports: [ReportFiles.Entry(name: "word", format: WordReport.self)])
        for (path, verdict) in [("/polite", Verdict.pass), ("/rude", .fail)] {
            let file = try scenario(
                "verify: [{greeting: {get: \(path), says: hell}}]\n", target: "http://127.0.0.1:\(server.port)")
            let result = try await Loadgate.run(file, settings: settings, kinds: kinds)
            #expect(result.verdict == verdict)
            let stored = try ResultFile.read("\(folder.path)/out/result.json")
            #expect(stored.verifications?.map(\.kind) == ["greeting"])
            #expect(stored.verdict == verdict)
            let word = try String(contentsOfFile: "\(folder.path)/out/verdict.txt", encoding: .utf8)
            #expect(word == "\(verdict.rawValue)\n")
        }
        // Without its registration nobody knows the kind.
        let file = try scenario("verify: [{greeting: {get: /, says: x}}]\n", target: "http://127.0.0.1:1")
        await #expect(throws: InvalidScenario.self) { try await Loadgate.run(file, settings: settings) }
    }

    @Test("reads probes in a format from outside") func outsideFormat() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "a b c"))] }
        defer { server.stop() }
        let file = try scenario(
            """
            probes: {length: {get: /, read: words, every: 50ms}}
            load: [{arrivals: 20/s, for: 1s}]
            flows: {ask: {steps: [{get: /}]}}
            objectives: [min length == 3, max length == 3]
            """, target: "http://127.0.0.1:\(server.port)")
        let kinds = Kinds.standard.adding(probeFormats: [WordCount.self])
        #expect(try await Loadgate.run(file, settings: settings, kinds: kinds).verdict == .pass)
        await #expect(throws: InvalidScenario.self) { try await Loadgate.run(file, settings: settings) }
    }

    @Test("breaks things by a fault from outside, and undoes it") func outsideFault() throws {
        let lock = "\(folder.path)/lock"
        let server = try ScriptedServer(record: false) { _ in
            let isLocked = FileManager.default.fileExists(atPath: lock)
            return [.send(ScriptedServer.response(isLocked ? "503 Service Unavailable" : "200 OK"))]
        }
        defer { server.stop() }
        var request = RunRequest(
            file: try scenario(
                """
                flows: {ask: {steps: [{get: /}]}}
                load: [{arrivals: 50/s, for: 5s}]
                drill:
                  steady: 1s
                  settle: 1s
                  timeline:
                    - {at: 1500ms, name: stop, fault: "lock \(lock)"}
                    - {at: 2500ms, restore: stop}
                objectives: [errors < 1%, outage < 3s]
                """, target: "http://127.0.0.1:\(server.port)"))
        request.drill = DrillRequest()
        // What undoes the fault should this process be killed.
        request.environment["LOADGATE_PROGRAM"] = Binary.url(of: "loadgate").path
        let kinds = Kinds.standard.adding(faults: [LockFault.self])
        let result = try request.run(settings: settings, kinds: kinds).result
        let drill = try #require(result.drill)
        #expect(drill.faults.map(\.fault) == ["lock \(lock)"])
        #expect(drill.faults.first?.evidence == "\(lock) is there")
        // From the first refused exchange to the first success after it: the lock's second, within two arrivals and a look.
        let outage = try #require(drill.outage)
        #expect(outage > 0.8)
        #expect(outage < 2)
        #expect(!FileManager.default.fileExists(atPath: lock))
        #expect(throws: InvalidScenario.self) { try request.run(settings: settings) }
    }
}

@Suite("The page about the library") struct LibraryPageTests {
    private static func file(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("shows the kind of verification that these tests run, word for word") func example() throws {
        let blocks = try Self.file("docs/library.md").components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let shown = try #require(blocks.first { $0.contains("struct Greeting") })
        let start = try #require(shown.firstRange(of: "struct Greeting"))
        #expect(try Self.file("Tests/LoadgateTests/Greeting.swift").contains(shown[start.lowerBound...]))
    }
}

/// Changes the scenario's file as soon as it was read.
private struct Rewriting: RunListener {
    let file: String

    func didRead(_ scenario: Scenario) {
        try? "name: other".write(toFile: file, atomically: true, encoding: .utf8)
    }
}

/// Tells when the load begins.
private final class Beginning: RunListener {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func loadBegins() { continuation.yield() }

    func wait() async { for await _ in stream { return } }
}

import Foundation
import Glibc
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// scripts/signoff, with small drills against a server of the tests' own.
@Suite("The sign-off by drills", .serialized)
struct SignoffTests {
    /// A package whose scenarios are those of a test.
    private final class Package {
        let folder: TemporaryFolder
        private let server: ScriptedServer
        var path: String { folder.path }

        init() throws {
            folder = try TemporaryFolder()
            let broken = folder.path + "/broken"
            server = try ScriptedServer(record: false) { _ in
                [.send(ScriptedServer.response(access(broken, F_OK) == 0 ? "503 Service Unavailable" : "200 OK"))]
            }
            let files = FileManager.default
            for location in ["scenarios/drills", ".build"] {
                try files.createDirectory(atPath: "\(path)/\(location)", withIntermediateDirectories: true)
            }
            try files.createSymbolicLink(
                atPath: path + "/scripts", withDestinationPath: Binary.package.appendingPathComponent("scripts").path)
            try files.createSymbolicLink(
                atPath: path + "/.build/release",
                withDestinationPath: Binary.url(of: "loadgate").deletingLastPathComponent().path)
        }

        deinit { server.stop() }

        var isBroken: Bool { access(path + "/broken", F_OK) == 0 }

        /// Adds a drill. It is called `first-…`, since for others packages of systems would be looked for.
        func add(
            _ name: String, _ objectives: String, fault: String = "[touch, broken]", length: String = "5s",
            restore: String = "3s"
        ) throws {
            _ = try folder.write(
                "scenarios/drills/first-\(name).yaml",
                """
                name: \(name)
                target: \(server.url)
                flows: {main: {steps: [{name: show, get: /}]}}
                load: [{arrivals: 40/s, for: \(length)}]
                drill:
                  steady: 1s
                  settle: 1s
                  timeline:
                  - {at: 2s, name: shop, fault: {run: \(fault)}, undo: {run: [rm, -f, broken]}}
                  - {at: \(restore), restore: shop}
                objectives: [\(objectives)]
                """)
        }

        func signoff(_ drills: String..., limit: Int = 120) throws -> Binary {
            try Binary(
                "/usr/bin/python3", ["scripts/signoff", "out"], in: folder.url,
                environment: [
                    "LOAD": "0", "DRILLS": drills.map { "first-" + $0 }.joined(separator: " "), "LIMIT": String(limit),
                ])
        }
    }

    private static let row = "{objective: rto < 30m, section: Reliability, criterion: RTO < 30 min}"

    @Test("It has passed where every row did")
    func passes() throws {
        let package = try Package()
        try package.add("good", "\(Self.row), errors < 90%")
        let ended = try package.signoff("good").wait()
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(ended.output.hasSuffix("PASS  sign-off: 1 of 1 rows\n"))
        let text = try String(contentsOfFile: package.path + "/out/signoff.txt", encoding: .utf8)
        #expect(text == ended.output)
        #expect(text.contains(/PASS +Reliability +RTO < 30 min +first-good +rto < 30m: [0-9.]+ s\n/))
        #expect(text.contains("  first-good: out/first-good/report.html\n"))
        #expect(!package.isBroken)
    }

    @Test("What did not pass is named with its drill and why, and stops none of the others")
    func fails() throws {
        let package = try Package()
        // Its row holds, and another objective doesn't: the drill has not passed, so neither has the row. What holds of the last
        // seconds alone, as errors do, doesn't see what failed while it was broken.
        try package.add("bad", "\(Self.row), errors == 0, availability > 50%, budget == 0")
        try package.add("silent", Self.row, fault: "[\"false\"]")
        try package.add("wrong", "nothing < 1")
        try package.add("rowless", "errors < 90%")
        try package.add("good", Self.row)
        let ended = try package.signoff("bad", "silent", "wrong", "rowless", "good").wait()
        #expect(ended.code == 1, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains(/FAIL .* first-bad +rto < 30m: [0-9.]+ s; but budget == 0 did not pass\n/))
        #expect(ended.output.contains(/INCONCLUSIVE .* first-silent +rto < 30m/))
        #expect(ended.output.contains(/NO RESULT .* first-wrong +ended with code 65: .*nothing/))
        #expect(ended.output.contains(/NO DATA .* first-rowless +none of its objectives has a criterion\n/))
        #expect(ended.output.contains(/PASS .* first-good +rto < 30m: [0-9.]+ s\n/))
        let closing = ended.output.split(separator: "\n").last ?? ""
        #expect(closing.hasPrefix("FAIL  sign-off: 4 of 5 rows did not pass: "), "\(closing)")
        for name in ["bad: FAIL", "silent: INCONCLUSIVE", "wrong: NO RESULT", "rowless: NO DATA"] {
            #expect(closing.contains("by first-\(name)"), "\(closing)")
        }
    }

    @Test("Without a failure, what was not shown has not passed either")
    func notShown() throws {
        let package = try Package()
        try package.add("silent", Self.row, fault: "[\"false\"]")
        let ended = try package.signoff("silent").wait()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        #expect(
            ended.output.contains(
                "NOT SHOWN  sign-off: 1 of 1 rows did not pass: RTO < 30 min by first-silent: INCONCLUSIVE"))
    }

    @Test("Ctrl-C and a run's time heal what is broken; nothing that was cut off has passed")
    func cutOff() throws {
        let package = try Package()
        try package.add("long", Self.row, length: "5m", restore: "4m")
        try package.add("good", Self.row)
        let interrupted = try package.signoff("long", "good")
        #expect(Wait.until(within: 60) { package.isBroken })
        interrupted.signal(SIGINT)
        let ended = try interrupted.wait(seconds: 60)
        #expect(ended.code == 130, "\(ended.output)\(ended.errors)")
        #expect(!package.isBroken)
        #expect(ended.output.contains(/NOT RUN .* first-good +interrupted before\n/))
        #expect(!ended.output.contains("PASS"))
        let late = try package.signoff("long", limit: 5).wait(seconds: 60)
        #expect(late.code == 3 || late.code == 1, "\(late.output)\(late.errors)")
        #expect(!package.isBroken)
        #expect(!late.output.contains("PASS"))
    }
}

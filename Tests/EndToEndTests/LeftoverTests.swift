import Foundation
import Glibc
import TestSupport
import Testing

/// Nothing that Loadgate starts outlives it, whatever ends it.
@Suite("What is left of a run's programs", .serialized)
struct LeftoverTests {
    private static let ok = ScriptedServer.response()

    /// Programs that write their ids to a file: a service with a child of its own shell and with a daemon, its `ready` command
    /// with both, and a probe that is not done.
    private static func scenario(_ folder: TemporaryFolder, target: String, load: String) throws -> String {
        let told = "echo $$ >> \(folder.path)/ids"
        return try folder.write(
            "scenario.yaml",
            """
            name: leftovers
            target: \(target)
            services:
              helper:
                command:
                - sh
                - -c
                - "sh -c '\(told); sleep 300; true' & setsid -f sh -c '\(told); exec sleep 300'; \(told); wait"
                ready:
                - sh
                - -c
                - "(\(told); sleep 300; true) & setsid -f sh -c '\(told); exec sleep 300';
                  until [ $(wc -l < \(folder.path)/ids) -ge 5 ]; do sleep 0.01; done"
            probes:
              slow: {command: [sh, -c, "\(told); sleep 300; true"], timeout: 300s}
            flows: {main: {steps: [{name: step, get: /}]}}
            load: [\(load)]
            objectives: [errors == 0, max response_time < 100s]
            baseline: {file: kept.json}
            """)
    }

    private static func ids(_ folder: TemporaryFolder) -> [Int32] {
        ((try? String(contentsOfFile: folder.path + "/ids", encoding: .utf8)) ?? "").split(separator: "\n")
            .compactMap { Int32($0) }
    }

    /// True while the process is there and no zombie that waits for its reaper.
    private static func isAlive(_ process: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return !status.isEmpty && !status.contains(") Z ")
    }

    @Test(
        "Services, `ready` commands and probes end with the run, with their children and daemons",
        arguments: [nil, SIGTERM, SIGKILL])
    func end(signal: Int32?) throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let load = signal == nil ? "{iterations: 2, users: 1}" : "{arrivals: 20/s, for: 5m}"
        let file = try Self.scenario(folder, target: server.url, load: load)
        let binary = try Binary("loadgate", ["run", file, "--out", folder.path + "/out", "--no-baseline"])
        if let signal {
            // Three of the service, and one of the probe: what a `ready` command leaves is gone with it.
            let isComplete = Wait.until { server.requestCount > 3 && Self.ids(folder).filter(Self.isAlive).count == 4 }
            #expect(isComplete, "\(binary.errors)")
            binary.signal(signal)
        }
        let code = try binary.wait(seconds: 60).code
        #expect(code == (signal == nil ? 0 : signal == SIGTERM ? 130 : 128 + SIGKILL), "\(binary.errors)")
        let ids = Self.ids(folder)
        #expect(ids.count >= 5)
        #expect(Wait.until { !ids.contains(where: Self.isAlive) }, "\(ids.filter(Self.isAlive))")
    }

    @Test("A killed gate leaves nothing of the run that it had begun")
    func killedGate() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try Self.scenario(folder, target: server.url, load: "{arrivals: 20/s, for: 5m}")
        let targets = ["--target", server.url, "--against", server.url]
        let binary = try Binary("loadgate", ["gate", file, "--out", folder.path + "/out"] + targets)
        #expect(Wait.until { server.requestCount > 3 && Self.ids(folder).count >= 6 }, "\(binary.errors)")
        binary.signal(SIGKILL)
        _ = try binary.wait(seconds: 30)
        let count = server.requestCount
        let ids = Self.ids(folder)
        #expect(Wait.until { !ids.contains(where: Self.isAlive) }, "\(ids.filter(Self.isAlive))")
        // The run itself, too: no request comes any more, though ten would have in the meantime.
        let last = Wait.until(within: 0.5) { server.requestCount > count + 3 }
        #expect(!last)
    }

    @Test("Values of --set reach the runs of a series, and stand in no command line of theirs")
    func values() throws {
        let server = try ScriptedServer { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let secret = ["s3cr", "et of ", UUID().uuidString].joined()
        // The service reads the command lines of the runs, which have --no-baseline.
        let script =
            "for p in /proc/[0-9]*/cmdline; do tr '\\\\0' ' ' < $p; echo; done | grep -e ' --no-base' "
            + ">> \(folder.path)/lines; exec sleep 300"
        let file = try folder.write(
            "scenario.yaml",
            """
            name: values
            target: ${env:PLACE}
            services: {look: {command: [sh, -c, "\(script)"], ready: [test, -s, \(folder.path)/lines]}}
            flows: {main: {steps: [{get: /, headers: {X-API-Key: "${env:SECRET}"}}]}}
            load: [{iterations: 3, users: 1}]
            objectives: [errors == 0, max response_time < 100s]
            baseline: {file: kept.json}
            """)
        let binary = try Binary(
            "loadgate",
            [
                "baseline", "record", file, "--calibrate-for", "100ms", "--out", folder.path + "/out", "--set",
                "PLACE=\(server.url)", "--set", "SECRET=\(secret)",
            ])
        #expect(Wait.until { server.requestCount > 0 }, "\(binary.errors)")
        binary.signal(SIGTERM)
        #expect(try binary.wait(seconds: 60).code == 130)
        let lines = try String(contentsOfFile: folder.path + "/lines", encoding: .utf8)
        #expect(lines.contains("run --out"))
        #expect(!lines.contains("SECRET") && !lines.contains(server.url), "\(lines)")
        #expect(server.requests.last?.header("X-API-Key") == secret)
    }
}

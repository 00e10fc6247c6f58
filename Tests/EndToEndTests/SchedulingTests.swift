import Foundation
import Glibc
import TestSupport
import Testing

/// Real-time scheduling: granted, refused, and not inherited.
@Suite("Scheduling of a run", .serialized)
struct SchedulingTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")
    /// Without any capability, as an ordinary user has none.
    private static let unprivileged = ["--bounding-set=-all", "--inh-caps=-all", "--"]
    private static let canDrop = geteuid() == 0 && (try? Binary.path(of: "setpriv")) != nil

    private func scheduling(_ folder: TemporaryFolder) throws -> [String: Any] {
        let generator = try #require(try folder.json("result.json")["generator"] as? [String: Any])
        return try #require(generator["scheduling"] as? [String: Any])
    }

    @Test(
        "Where it is not granted, auto goes on with normal scheduling and says why; realtime refuses, and says what to do",
        .enabled(if: canDrop, "setpriv is missing, or nothing can be dropped"))
    func refused() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let setpriv = try Binary.path(of: "setpriv")
        let loadgate = Binary.url(of: "loadgate").path
        let folder = try TemporaryFolder()
        let command = [loadgate, server.url, "--iterations", "5", "--users", "1", "--out", folder.path]
        let auto = try Binary(setpriv, Self.unprivileged + command).wait()
        #expect([0, 3].contains(auto.code), "\(auto.errors)")
        let seen = try scheduling(folder)
        #expect(seen["asked"] as? String == "auto")
        #expect(seen["used"] as? String == "normal")
        #expect(
            seen["reason"] as? String == "it is not granted: the process has neither CAP_SYS_NICE nor RLIMIT_RTPRIO")
        let sent = server.requestCount
        let other = try TemporaryFolder()
        let demanded = try Binary(
            setpriv, Self.unprivileged + command.dropLast() + [other.path, "--scheduling", "realtime"]
        ).wait()
        #expect(demanded.code == 64)
        #expect(demanded.errors.contains("--scheduling realtime: it is not granted:"), "\(demanded.errors)")
        #expect(demanded.errors.contains("setcap cap_sys_nice+ep"), "\(demanded.errors)")
        #expect(server.requestCount == sent)
        let doctor = try Binary(setpriv, Self.unprivileged + [loadgate, "doctor"]).wait()
        #expect(doctor.output.contains("reactors get normal scheduling: it is not granted"), "\(doctor.output)")
    }

    @Test("Services, their children, probes and the keeper have normal scheduling, whatever the reactors have")
    func children() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "children.yaml",
            """
            name: children
            target: \(server.url)
            services:
              service:
                command: [sh, -c, "(cat /proc/self/stat > '\(folder.path)/child'; touch '\(folder.path)/there'); exec sleep 60"]
                ready: [test, -e, '\(folder.path)/there']
            probes:
              policy: {command: [sh, -c, "cat /proc/self/stat | cut -d ' ' -f 41"], every: 200ms}
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 50/s, for: 1500ms}]
            objectives: [{objective: count dropped == 0, severity: advisory}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(Wait.until { server.requestCount > 20 })
        // All of the process' own children, and theirs.
        let policies = try Binary.shell(
            "for id in $(cat /proc/\(binary.identifier)/task/*/children); do "
                + "for one in $id $(cat /proc/$id/task/*/children); do cut -d ')' -f 2 /proc/$one/stat; done; done")
        let ended = try binary.wait()
        #expect([0, 3].contains(ended.code), "\(ended.errors)")
        // Behind the name the state is the third field, so the policy, the 41st, is at place 38.
        let seen = policies.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(seen.count >= 2, "\(policies.output)")
        for fields in seen { #expect(fields.count > 38 && fields[38] == "0", "\(fields)") }
        let child = try String(contentsOfFile: folder.path + "/child", encoding: .utf8)
        #expect(child.split(separator: " ")[40] == "0")
        let probe = try #require(
            (try folder.json("result.json")["probes"] as? [String: [String: Any]])?["policy"], "\(ended.errors)")
        #expect(probe["max"] as? Double == 0, "\(probe)")
    }

    @Test(
        "A server of the authority that SSL_CERT_FILE names is trusted, whatever carries the request",
        arguments: ["native", "curl"])
    func authorities(transport: String) throws {
        let certificates = try TestCertificates()
        let nginx = try Nginx(certificates.nginx + #"location / { return 200 "ok"; }"#, listening: "ssl")
        for (environment, outcome) in [
            (["SSL_CERT_FILE": certificates.authority], "ok"), ([:], "tls"),
        ] {
            let folder = try TemporaryFolder()
            _ = try Binary(
                "loadgate",
                [nginx.url, "--transport", transport, "--iterations", "3", "--users", "1", "--out", folder.path],
                environment: environment
            ).wait()
            let outcomes = try folder.json("result.json")["outcomes"] as? [String: Int]
            #expect(outcomes == [outcome: 3])
        }
    }
}

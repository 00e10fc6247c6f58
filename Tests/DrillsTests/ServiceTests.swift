import CLinux
import ChildProcesses
import Drills
import Foundation
import Glibc
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@Suite("Services", .serialized)
struct ServiceTests {
    private func service(_ command: String..., change: (inout Service) -> Void = { _ in }) -> Service {
        var service = Service(name: "test", command: command.map { Text($0) })
        change(&service)
        return service
    }

    @Test("A stopped service is gone, with what it started")
    func stopsWithChildren() throws {
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        let running = try RunningService(
            service("sh", "-c", "sleep 300 & echo $!; wait") { $0.log = Text(log) }, onExit: { _ in })
        func child() -> Int32? {
            (try? String(contentsOfFile: log, encoding: .utf8)).flatMap { Int32($0.trimmingCharacters(in: .newlines)) }
        }
        #expect(Wait.until { child() != nil })
        let process = try #require(child())
        #expect(kill(process, 0) == 0)
        running.stop()
        #expect(!running.isRunning)
        #expect(Wait.until { kill(process, 0) < 0 })
    }

    @Test("A service that ignores SIGTERM is killed after its grace")
    func stubborn() throws {
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        let running = try RunningService(
            service("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done") { $0.log = Text(log) },
            onExit: { _ in })
        #expect(Wait.until { FileManager.default.contents(atPath: log)?.isEmpty == false })
        running.stop(grace: 0.2)
        #expect(running.ending == .signalled(SIGKILL))
    }

    @Test("A program that doesn't exist is named")
    func missingProgram() {
        let error = #expect(throws: ServiceFailure.self) {
            try RunningService(service("no-such-program-here"), onExit: { _ in })
        }
        #expect(error?.description == "service test: can't start no-such-program-here: No such file or directory")
    }

    @Test("A service that ends by itself is reported, a stopped one isn't")
    func reportsExit() throws {
        let ended = NIOLockedValueBox<[String]>([])
        let running = try RunningService(service("sh", "-c", "exit 7")) { service in
            ended.withLockedValue { $0.append(service.ending?.description ?? "") }
        }
        #expect(Wait.until { ended.withLockedValue { !$0.isEmpty } })
        #expect(ended.withLockedValue { $0 } == ["exited with code 7"])
        running.stop()
        let quiet = try RunningService(service("sleep", "300")) { _ in ended.withLockedValue { $0.append("stopped") } }
        quiet.stop()
        #expect(ended.withLockedValue { $0.count } == 1)
    }

    @Test("Services become ready by HTTP, by TCP and by a command")
    func readiness() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        for ready: Service.Readiness in [
            .http(try ConstantURL(Text(server.url))), .tcp(host: "127.0.0.1", port: server.port),
            .command([Text("true")]),
        ] {
            let supervisor = ServiceSupervisor()
            try supervisor.start([service("sleep", "300") { $0.ready = ready }], onExit: { _ in })
            supervisor.stop()
        }
    }

    @Test(
        "A service with a certificate of the scenario's own authority becomes ready, and by the scenario's settings only"
    )
    func readinessByTLS() throws {
        let certificates = try TestCertificates()
        let server = try ScriptedServer(tls: try ServerTLS(certificates)) { _ in [.send(ScriptedServer.response())] }
        defer { server.stop() }
        let url = try ConstantURL(Text(server.url + "/ready?x=1"))
        func obstacle(_ change: (inout TLSSettings) -> Void) -> String? {
            var tls = TLSSettings()
            change(&tls)
            let supervisor = ServiceSupervisor()
            defer { supervisor.stop() }
            do throws(ServiceFailure) {
                let asked = service("sleep", "300") {
                    $0.ready = .http(url)
                    $0.startTimeout = .milliseconds(400)
                }
                try supervisor.start([asked], tls: tls, onExit: { _ in })
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(obstacle { $0.authorities = certificates.authority } == nil)
        #expect(obstacle { $0.verifies = false } == nil)
        #expect(obstacle { _ in }?.contains("certificate") == true)
        // The name is asked for and verified; the request is for the host all the same.
        #expect(
            obstacle {
                $0.authorities = certificates.authority
                $0.serverName = "paintbox.test"
            } == nil)
        let request = try #require(server.requests.last)
        #expect(request.serverName == "paintbox.test")
        #expect(request.header("Host") == "127.0.0.1:\(server.port)")
        #expect(request.path == "/ready?x=1")
        #expect(
            obstacle {
                $0.authorities = certificates.authority
                $0.serverName = "another.test"
            }?.hasSuffix("certificate not accepted: hostname mismatch") == true)
    }

    @Test("A service that isn't ready in time stops the start, and those before it")
    func neverReady() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("503 Service Unavailable"))
        defer { server.stop() }
        let supervisor = ServiceSupervisor()
        let url = try ConstantURL(Text(server.url))
        let late = service("sleep", "300") {
            $0.ready = .http(url)
            $0.startTimeout = .milliseconds(200)
        }
        let error = #expect(throws: ServiceFailure.self) {
            try supervisor.start([service("sleep", "300"), late], onExit: { _ in })
        }
        #expect(error?.reason == "not ready within 0.2 seconds: it answers with status 503")
    }

    @Test("A service that ends before it is ready says how, and where its log is")
    func endsEarly() throws {
        let supervisor = ServiceSupervisor()
        let broken = service("sh", "-c", "exit 3") {
            $0.ready = .tcp(host: "127.0.0.1", port: 1)
            $0.log = Text("/dev/null")
        }
        let error = #expect(throws: ServiceFailure.self) { try supervisor.start([broken], onExit: { _ in }) }
        #expect(error?.reason == "exited with code 3 before it was ready; see /dev/null")
    }
}

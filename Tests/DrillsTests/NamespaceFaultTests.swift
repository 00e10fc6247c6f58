import Drills
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

/// Namespaces that the tests make themselves; only where root.
@Suite("Faults of network namespaces", .serialized, .enabled(if: geteuid() == 0))
struct NamespaceFaultTests {
    /// A namespace with a link `lg0`, which is up and has 10.213.0.1/24.
    private final class Namespace {
        let name = "lgtest\(getpid())x\(UInt16.random(in: 0 ... .max))"

        init?() throws {
            let commands = [
                "ip netns add \(name)", "ip -n \(name) link add lg0 type dummy", "ip -n \(name) link set lg0 up",
                "ip -n \(name) addr add 10.213.0.1/24 dev lg0",
            ]
            // Where a container has no right to.
            guard try Binary.shell(commands.joined(separator: " && ")).code == 0 else { return nil }
        }

        deinit { _ = try? Binary.shell("ip netns del \(name)") }

        func ip(_ arguments: String) throws -> String { try Binary.shell("ip -n \(name) \(arguments)").output }
    }

    private func stage(_ namespace: Namespace, _ cuts: NamespaceFault.Cut...) throws -> Stage {
        try Stage(cuts.map { event(0, NamespaceFault(namespace: namespace.name, cut: $0)) })
    }

    @Test("A link is cut and goes up again; one that is down already isn't cut, and stays down")
    func link() throws {
        guard let namespace = try Namespace() else { return }
        let stage = try stage(namespace, .link("lg0"))
        #expect(stage.conductor.faults.map(\.outlivesProcess) == [true])
        #expect(stage.conductor.faults.map(\.undo) == ["run: ip -n \(namespace.name) link set lg0 up"])
        stage.begin()
        #expect(stage.waitFor(.effective))
        #expect(try !namespace.ip("link show lg0").contains(",UP"))
        let record = try #require(stage.conductor.finish().first)
        #expect(record.evidence == "the link lg0 of \(namespace.name) is down")
        #expect(record.isUndone)
        #expect(try namespace.ip("link show lg0").contains(",UP"))
        _ = try namespace.ip("link set lg0 down")
        let other = try #require(try self.stage(namespace, .link("lg0")).run().first)
        #expect(
            other.problem == "not brought about: not possible here, because the link lg0 is down already")
        #expect(try !namespace.ip("link show lg0").contains(",UP"))
    }

    @Test(
        "What goes to a network is thrown away, also where a route to it is there, which stays",
        arguments: [
            "10.213.0.0/24", "10.213.0.9", "fd00:213::/64",
        ])
    func route(_ network: String) throws {
        guard let namespace = try Namespace() else { return }
        _ = try namespace.ip("addr add fd00:213::1/64 dev lg0 nodad")
        let before = try namespace.ip("-4 route") + namespace.ip("-6 route")
        let stage = try stage(namespace, .route(network))
        stage.begin()
        #expect(stage.waitFor(.effective))
        let target = network.contains(":") ? "fd00:213::9" : "10.213.0.9"
        // The kernel refuses to say where a black hole leads to.
        #expect(try Binary.shell("ip -n \(namespace.name) route get \(target)").code != 0)
        let record = try #require(stage.conductor.finish().first)
        #expect(record.evidence == "\(network) is a black hole of \(namespace.name)")
        #expect(record.isUndone, "\(record.undo)")
        let after = try namespace.ip("-4 route") + namespace.ip("-6 route")
        #expect(after == before)
        #expect(try Binary.shell("ip -n \(namespace.name) route get \(target)").code == 0)
    }

    @Test("Recovery mends a namespace, and takes one that is gone for mended")
    func recovery() throws {
        guard let namespace = try Namespace() else { return }
        let stage = try stage(namespace, .link("lg0"), .route("10.213.0.0/24"))
        stage.begin()
        #expect(stage.waitFor(.effective, 1))
        // As a run leaves it that was killed.
        let copy = try TemporaryFolder()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: stage.folder.path + "/faults.jsonl"))
        try bytes.write(to: URL(fileURLWithPath: copy.path + "/faults.jsonl"))
        let outcomes = try FaultRecovery.recover(folder: copy.path, environment: ["PATH": "/usr/sbin:/usr/bin"])
        #expect(
            outcomes.map(\.evidence) == [
                "10.213.0.0/24 is no black hole of \(namespace.name)", "the link lg0 of \(namespace.name) is up",
            ])
        let records = stage.conductor.finish()
        #expect(records.map(\.isUndone) == [true, true])
        _ = try Binary.shell("ip netns del \(namespace.name)")
        try bytes.write(to: URL(fileURLWithPath: copy.path + "/faults.jsonl"))
        let gone = try FaultRecovery.recover(folder: copy.path, environment: [:])
        #expect(gone.map(\.evidence) == Array(repeating: "the network namespace \(namespace.name) is gone", count: 2))
    }

    @Test("A namespace that doesn't exist is told before the drill")
    func missing() throws {
        let stage = try Stage([event(0, NamespaceFault(namespace: "nosuch", cut: .link("eth0")))])
        let obstacle = "not possible here, because there is no network namespace nosuch, unless a service makes it"
        #expect(stage.conductor.faults.first?.obstacle == obstacle)
        #expect(stage.run().first?.undo == .open)
    }
}

import Foundation
import TestSupport
import Testing

@Suite("The sign-off on real parts", .serialized) struct StackTests {
    @Test(
        "nginx, PostgreSQL behind PgBouncer and Redis carry the load of the sign-off, shortened, and are gone after it")
    func load() throws {
        let folder = try TemporaryFolder()
        let products = Binary.url(of: "loadgate").deletingLastPathComponent().path
        let ended = try Binary(
            "/usr/bin/env",
            [
                "STACK=1", "BUILD=\(products)", "scripts/loadtest", "run", "scenarios/signoff.yaml", "--only", "load",
                "--for", "8s", "--no-baseline", "--out", folder.path,
            ], in: Binary.package
        ).wait(seconds: 150)
        // How fast the parts are, and whether the generator could keep up, is the machine's: that they answer right is not.
        #expect([0, 1, 3].contains(ended.code), "\(ended.output)\(ended.errors)")
        let result = try folder.json("result.json")
        let outcomes = try #require(result["outcomes"] as? [String: Int])
        #expect(Set(outcomes.filter { $0.value > 0 }.keys) == ["ok"], "\(outcomes)\n\(ended.output)")
        let steps = try #require(result["steps"] as? [String: [String: Any]])
        #expect(Set(steps.keys) == ["list-projects", "show-project", "estimate", "asset", "live-update"])
        for (name, step) in steps { #expect((step["count"] as? Int ?? 0) > 0, "\(name)") }
        for port in [8090, 8091, 8081, 6432, 15_432, 16_379, 16_380] {
            #expect(try Binary.shell("exec 3<>/dev/tcp/127.0.0.1/\(port)").code != 0, "something listens on \(port)")
        }
        #expect(
            !FileManager.default.fileExists(
                atPath: Binary.package.appendingPathComponent("reports/stack.folder").path))
    }
}

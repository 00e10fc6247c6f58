import Foundation
import TestSupport
import Testing

@Suite("Recipes for drills", .serialized)
struct RecipeTests {
    /// What each recipe has its programs do, in their order.
    private static let recipes: [(name: String, calls: [String])] = [
        (
            "fly-machine",
            ["fly machine stop 148e21 --app paintbox", "fly machine start 148e21 --app paintbox"]
        ),
        (
            "fly-cordon",
            ["fly machine cordon 148e21 --app paintbox", "fly machine uncordon 148e21 --app paintbox"]
        ),
        ("kubernetes-pod", ["kubectl --namespace paint delete pod paintbox-0 --grace-period=0 --force"]),
        (
            "kubernetes-node",
            [
                "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --timeout=90s",
                "kubectl uncordon node-1",
            ]
        ),
        ("aws-rds", ["aws rds reboot-db-instance --db-instance-identifier paintbox-db --force-failover"]),
        ("full-disk", ["disk fill /srv/app", "disk free /srv/app"]),
        (
            "cpu-quota",
            [
                "systemctl --host root@db set-property --runtime app.service CPUQuota=5%",
                "systemctl --host root@db set-property --runtime app.service CPUQuota=",
            ]
        ),
        (
            "memory-high",
            [
                "systemctl --host root@db set-property --runtime app.service MemoryHigh=64M",
                "systemctl --host root@db set-property --runtime app.service MemoryHigh=infinity",
            ]
        ),
    ]

    private static let values = [
        "FLY_MACHINE": "148e21", "FLY_APP": "paintbox", "NAMESPACE": "paint", "POD": "paintbox-0", "NODE": "node-1",
        "DB_INSTANCE": "paintbox-db", "DISK": "/srv/app", "UNIT": "app.service", "HOST": "root@db", "MEMORY": "64M",
    ]

    @Test("are all tested here")
    func complete() throws {
        let folder = Binary.package.appendingPathComponent("scenarios/drills/recipes")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files) == Set(Self.recipes.map { $0.name + ".yaml" }))
    }

    @Test("call what they say, and what undoes it", arguments: recipes.map(\.name))
    func calls(_ name: String) throws {
        let recipe = try #require(Self.recipes.first { $0.name == name })
        let folder = try TemporaryFolder()
        // Stand-ins that write down how they were called.
        let log = folder.path + "/calls"
        for program in ["fly", "kubectl", "aws", "disk", "systemctl"] {
            // A question is none of the calls.
            let text = """
                #!/bin/sh
                if [ "$1" = is-full ]; then tail -n 1 '\(log)' | grep -q fill; exit; fi
                echo "\(program) $*" >>'\(log)'
                """
            let path = try folder.write(program, text)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        // The same in seconds.
        var text = try String(
            contentsOf: Binary.package.appendingPathComponent("scenarios/drills/recipes/\(name).yaml"), encoding: .utf8)
        for (long, short) in [
            ("steady: 30s", "steady: 1s"), ("settle: 30s", "settle: 1s"), ("at: 60s", "at: 2s"), ("at: 180s", "at: 3s"),
            ("for: 5m", "for: 5s"), ("scenarios/drills/disk", "disk"),
        ] {
            text = text.replacingOccurrences(of: long, with: short)
        }
        let scenario = try folder.write("\(name).yaml", text)
        let server = try Paintbox("--rate-limit", "off")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let environment = Self.values.merging(["DRILL_URL": server.url, "PATH": "\(folder.path):\(path)"]) { $1 }
        let ended = try Binary(
            "loadgate", ["drill", scenario, "--yes", "--out", folder.path + "/run"], environment: environment
        ).wait()
        let called = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(called == recipe.calls, "\(ended.errors)")
        #expect([0, 1, 3].contains(ended.code), "\(ended.output)\(ended.errors)")
    }
}

import Foundation
import TestSupport
import Testing

/// A drill of scenarios/drills that was carried out, with the real systems, in less time than there.
struct RealDrill {
    /// What its result says.
    var result: [String: Any]
    var output: String

    /// Carries a drill out, which must pass, and looks that nothing of it is left.
    ///
    /// - Parameter changes: What is shortened: texts of the file, which must be in it, and what takes their places.
    init(_ name: String, _ changes: [(String, String)] = []) throws {
        let folder = try TemporaryFolder()
        let file = Binary.package.appendingPathComponent("scenarios/drills/\(name).yaml")
        let products = Binary.url(of: "loadgate").deletingLastPathComponent().path
        // The programs under test; logs where they are of no one else.
        var text = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: ".build/release/", with: products + "/")
            .replacingOccurrences(of: "reports/latest/", with: folder.path + "/")
        for (old, new) in changes {
            try #require(text.contains(old), "\(name) has no \(old)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        // How fast the parts are beside other work is the machine's: the verdict here is about what they answer and keep. Of
        // times the tests say themselves what must hold on any machine.
        text.replace(/(response_time|outage|rto|failback) < (\d+)(ms|s)\b/) { match in
            "\(match.1) < \((Int(match.2) ?? 1) * 20)\(match.3)"
        }
        let scenario = try folder.write("\(name).yaml", text)
        let run = folder.path + "/run"
        let ended = try Binary("loadgate", ["drill", scenario, "--yes", "--out", run]).wait(seconds: 120)
        let result = try folder.json("run/result.json")
        // Where the machine was too busy to send in time, nothing is said of latencies, which no test asks for.
        let isVoid = result["verdict"] as? String == "invalid"
        #expect(ended.code == 0 || isVoid, "\(ended.output)\n\(ended.errors)")
        let drill = try #require(result["drill"] as? [String: Any], "\(ended.output)\n\(ended.errors)")
        for fault in try #require(drill["faults"] as? [[String: Any]]) {
            #expect(fault["problem"] == nil, "\(fault)")
            #expect(fault["effective"] != nil, "\(fault)")
            #expect(fault["undone"] != nil || fault["undo"] as? String == "nothing to undo", "\(fault)")
        }
        #expect(drill["t0_seconds"] != nil)
        #expect(drill["inconclusive"] == nil, "\(drill["inconclusive"] ?? "")")
        self.result = drill
        output = ended.output
        try expectNothingLeft(of: name, text)
    }

    func number(_ key: String) -> Double? { (result[key] as? NSNumber)?.doubleValue }
    func count(_ key: String) -> Int? { (result[key] as? NSNumber)?.intValue }
    /// Exchanges that failed, in all of its seconds; nil: that is not told.
    var failures: Int? { (result["bad"] as? [Int]).map { $0.reduce(0, +) } }

    /// No service listens any more, and the folder of the stack is gone.
    private func expectNothingLeft(of name: String, _ text: String) throws {
        let ports = text.matches(of: /\b28\d\d\d\b/).map { String($0.output) }
        for port in Set(ports) {
            let open = try Binary.shell("exec 3<>/dev/tcp/127.0.0.1/\(port)")
            #expect(open.code != 0, "something listens on \(port)")
        }
        let stack = String(name.prefix { $0 != "-" })
        let pointer = Binary.package.appendingPathComponent("reports/drills/\(stack).folder").path
        #expect(!FileManager.default.fileExists(atPath: pointer))
        for location in ["/tmp", "/dev/shm"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: location)
            #expect(!names.contains { $0.hasPrefix("loadgate-\(stack).") }, "\(location)")
        }
    }
}

/// The steady state and the windows of most drills in half of their time, and writes read again twice as fast.
func shortened(_ changes: (String, String)...) -> [(String, String)] {
    [("  steady: 4s", "  steady: 2s"), ("  settle: 3s", "  settle: 2s")] + changes
}

/// Writes read again twice as fast.
let readsFaster = ("  audit:\n", "  audit:\n    rate: 200/s\n")

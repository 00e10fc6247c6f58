package import Baselines
import CCurl
import COpenSSL
import Foundation
import Generator
import Scenarios

/// Finds out what a run is made with and on. Names no host, no user and no path.
package enum EnvironmentProbe {
    /// The environment of a scenario's run, without calibration.
    package static func environment(of scenario: Scenario) -> Environment {
        Environment(
            cpu: processor, cores: LoadRun.usableProcessors, memoryGiB: memoryGiB,
            kernel: text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines), swift: swift,
            libcurl: version(curl_version(), field: 0), openSSL: version(loadgate_openssl_version(), field: 1),
            loadgate: Version.text, build: build, scenarioSHA256: LoadDigest.sha256(of: scenario),
            target: kind(of: scenario))
    }

    private static func kind(of scenario: Scenario) -> Environment.TargetKind {
        if !scenario.services.isEmpty { return .service }
        guard let endpoint = scenario.targetURL?.endpoint else { return .remote }
        if let own = scenario.names.first(where: { $0.name == NameDeclaration.plain(endpoint.host) }) {
            return own.addresses.allSatisfy { $0.hasPrefix("127.") || $0 == "::1" } ? .loopback : .remote
        }
        // What needs no authorisation stays on this machine.
        let names = try? NameTable(scenario.defaults.dns)
        let isLocal =
            (try? Destinations([endpoint], authorised: [], http: scenario.defaults.http, names: names)) != nil
        return isLocal ? .loopback : .remote
    }

    /// x86 names the model; other processors say who made them, and which part they are.
    private static var processor: String {
        var values: [Substring: String] = [:]
        for line in text("/proc/cpuinfo").split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if values[name[...]] == nil, !value.isEmpty { values[name[...]] = value }
        }
        if let model = values["model name"] { return model }
        let parts = ["CPU implementer", "CPU part"].compactMap { name in
            values[name[...]].map { "\(name.dropFirst(4)) \($0)" }
        }
        return parts.isEmpty ? "unknown" : parts.joined(separator: ", ")
    }

    private static var memoryGiB: Int {
        let line = text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        let kibibytes = line?.split(separator: " ").compactMap { Double($0) }.first ?? 0
        return Int((kibibytes / 1_048_576).rounded())
    }

    /// The second word of `libcurl/8.14.1` or of `OpenSSL 3.5.4 30 Sep 2025`.
    private static func version(_ text: UnsafePointer<CChar>?, field: Int) -> String {
        guard let text else { return "unknown" }
        let words = String(cString: text).split(separator: " ")
        guard words.count > field else { return "unknown" }
        return words[field].split(separator: "/").last.map(String.init) ?? "unknown"
    }

    /// The compiler tells its version to conditions only.
    private static var swift: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #else
            "6.1"
        #endif
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

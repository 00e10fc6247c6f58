import Testing

@testable import Baselines

@Suite("Environments")
struct EnvironmentTests {
    private func differences(_ change: (inout Environment) -> Void) -> [EnvironmentDifference] {
        var environment = Records.environment
        change(&environment)
        return environment.differences(from: Records.environment)
    }

    @Test("that are the same differ in nothing")
    func same() {
        #expect(differences { _ in }.isEmpty)
    }

    @Test("another machine, load or kind of target makes a comparison impossible")
    func blocking() {
        #expect(
            differences { $0.cpu = "Other CPU" }.map(\.description) == [
                "the CPU model was \"Example CPU\" and is \"Other CPU\" (latencies of different processors can't be compared)"
            ])
        #expect(differences { $0.cores = 8 }.map(\.blocks) == [true])
        #expect(differences { $0.kernel = "6.12.1" }.map(\.blocks) == [true])
        #expect(differences { $0.build = "debug" }.map(\.blocks) == [true])
        #expect(differences { $0.target = .loopback }.map(\.blocks) == [true])
        let scenario = differences { $0.scenarioSHA256 = String(repeating: "f", count: 64) }
        #expect(scenario.map(\.blocks) == [true] && scenario.first?.was == "\"0123456789ab…\"")
        #expect(differences { $0.calibration = nil }.map(\.blocks) == [true])
        #expect(
            Records.environment.differences(
                from: {
                    var other = Records.environment
                    other.calibration = nil
                    return other
                }()
            ).map(\.blocks) == [false])
    }

    @Test("versions and patch levels are noted, after what makes a comparison impossible")
    func noted() {
        let all = differences {
            $0.kernel = "6.1.0-32-amd64"
            $0.swift = "6.4"
            $0.libcurl = "8.0"
            $0.openSSL = "3.5"
            $0.loadgate = "0.5.0"
            $0.memoryGiB = 16
        }
        #expect(all.map(\.name) == ["the memory", "the kernel", "Loadgate", "Swift", "libcurl", "OpenSSL"])
        #expect(all.allSatisfy { !$0.blocks })
        let both = differences {
            $0.cores = 2
            $0.memoryGiB = 4
        }
        #expect(both.map(\.blocks) == [true, false])
    }

    /// The baseline's runs had 9,800 to 10,400 requests/s and 19.5 to 21 µs each.
    @Test(
        "the calibration's median may lie 10 % beyond the range of the baseline's runs",
        arguments: [
            ([8_910.0], [20.0], 0), ([8_900.0], [20.0], 1), ([11_439.0], [20.0], 0), ([11_441.0], [20.0], 1),
            ([10_000.0], [17.8], 0), ([10_000.0], [17.7], 1), ([10_000.0], [23.09], 0), ([10_000.0], [23.2], 1),
            ([10_000.0, 10_000, 1], [20, 20, 900.0], 0), ([5_000.0], [40.0], 2),
        ])
    func calibration(_ throughput: [Double], _ time: [Double], _ expected: Int) {
        let differences = differences {
            $0.calibration = Calibration(throughput: throughput, cpuMicroseconds: time)
        }
        #expect(differences.count == expected)
        #expect(differences.allSatisfy { $0.blocks })
    }

    @Test("a calibration says whether the machine is slower or faster")
    func direction() {
        let slower = differences { $0.calibration = Calibration(throughput: [5_000], cpuMicroseconds: [40]) }
        #expect(
            slower.map(\.description) == [
                "the calibration's throughput was 9800 to 10400 requests/s and is 5000 requests/s "
                    + "(the machine is slower than it was)",
                "the calibration's CPU time was 19.5 to 21.0 µs per request and is 40.0 µs per request "
                    + "(the machine is slower than it was)",
            ])
        let faster = differences { $0.calibration = Calibration(throughput: [1e300], cpuMicroseconds: [0.1]) }
        #expect(faster.map(\.why) == ["the machine is faster than it was", "the machine is faster than it was"])
    }

    @Test("that differ in what matters give a reason instead of measures, else a note")
    func judging() {
        let groups = Records.groups(factor: 2)
        let baseline = Baseline(
            scenario: "a", accepted: "2026-01-31T12:00:00Z", environment: Records.environment, runs: groups.reference)
        func judge(_ change: (inout Environment) -> Void) -> Comparison {
            var environment = Records.environment
            change(&environment)
            return RunComparison.judge(groups.candidate, in: environment, against: baseline, file: "b.json")
        }
        let other = judge {
            $0.cpu = "Other CPU"
            $0.loadgate = "0.5.0"
        }
        #expect(other.verdict == .inconclusive && other.steps.isEmpty)
        #expect(other.reason?.hasPrefix("the baseline was made under other conditions: the CPU model was") == true)
        #expect(other.notes?.count == 1)
        let noted = judge { $0.loadgate = "0.5.0" }
        #expect(noted.verdict == .regression && noted.reason == nil)
        #expect(noted.notes == ["Loadgate was \"0.4.0\" and is \"0.5.0\" (the calibration would show another speed)"])
    }
}

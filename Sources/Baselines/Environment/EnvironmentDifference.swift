internal import Scenarios

/// Something in which two environments differ.
public struct EnvironmentDifference: Equatable, Sendable, CustomStringConvertible {
    /// What differs: `the CPU model`.
    public var name: String
    /// What it was for the baseline.
    public var was: String
    /// What it is now.
    public var isNow: String
    /// Why it matters.
    public var why: String
    /// True where it makes a comparison impossible; else it deserves a note.
    public var blocks: Bool

    /// `the CPU model was "A" and is "B" (latencies of different processors can't be compared)`
    public var description: String { "\(name) was \(was) and is \(isNow) (\(why))" }
}

extension Environment {
    /// In what this environment differs from a baseline's, what makes a comparison impossible first; empty: in nothing.
    ///
    /// A comparison is impossible where the machine, the load or the kind of target is another one. Versions of libraries
    /// and patch levels are noted only: what they change in the machine's speed the calibration load shows.
    public func differences(from baseline: Environment) -> [EnvironmentDifference] {
        var differences: [EnvironmentDifference] = []
        func compare(_ name: String, _ was: String, _ isNow: String, _ why: String, blocks: Bool) {
            guard was != isNow else { return }
            differences.append(
                EnvironmentDifference(name: name, was: quoted(was), isNow: quoted(isNow), why: why, blocks: blocks))
        }
        compare("the CPU model", baseline.cpu, cpu, "latencies of different processors can't be compared", blocks: true)
        compare(
            "the number of cores", "\(baseline.cores)", "\(cores)",
            "with another number of cores requests wait for each other in another way", blocks: true)
        compare(
            "the kernel series", Self.series(baseline.kernel), Self.series(kernel),
            "schedulers and network stacks differ from series to series", blocks: true)
        compare("the build", baseline.build, build, "a debug build measures itself", blocks: true)
        compare(
            "the load", Self.short(baseline.scenarioSHA256), Self.short(scenarioSHA256),
            "digests of what the scenario sends: another load can't be compared", blocks: true)
        compare(
            "the kind of target", baseline.target.rawValue, target.rawValue, "the way there is another", blocks: true)
        differences += calibrationDifferences(from: baseline)
        if baseline.memoryGiB != memoryGiB {
            compare(
                "the memory", "\(baseline.memoryGiB) GiB", "\(memoryGiB) GiB", "caches may hold more", blocks: false)
        }
        if Self.series(baseline.kernel) == Self.series(kernel) {
            compare("the kernel", baseline.kernel, kernel, "the same series", blocks: false)
        }
        let library = "the calibration would show another speed"
        compare("Loadgate", baseline.loadgate, loadgate, library, blocks: false)
        compare("Swift", baseline.swift, swift, library, blocks: false)
        compare("libcurl", baseline.libcurl, libcurl, library, blocks: false)
        compare("OpenSSL", baseline.openSSL, openSSL, library, blocks: false)
        return differences
    }

    private func calibrationDifferences(from baseline: Environment) -> [EnvironmentDifference] {
        switch (baseline.calibration, calibration) {
        case (nil, nil): return []
        case (.some, nil):
            return [
                EnvironmentDifference(
                    name: "the calibration", was: "made", isNow: "missing",
                    why: "without it nobody knows whether the machine is as fast as it was", blocks: true)
            ]
        case (nil, .some):
            return [
                EnvironmentDifference(
                    name: "the calibration", was: "missing", isNow: "made",
                    why: "the baseline can't say how fast the machine was", blocks: false)
            ]
        case (let was?, let isNow?): return isNow.differences(from: was)
        }
    }

    /// `6.1` of `6.1.0-31-amd64`.
    private static func series(_ release: String) -> String {
        release.split(separator: ".", maxSplits: 2).prefix(2).joined(separator: ".")
    }

    /// Enough of a digest to tell two apart.
    private static func short(_ digest: String) -> String { digest.count > 12 ? "\(digest.prefix(12))…" : digest }
}

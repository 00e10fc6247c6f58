internal import Measures
internal import Scenarios

extension BaselineReading {
    /// The baseline; nil where the file is of another version, or something in it can't be made one.
    mutating func baseline(_ node: SourceNode) -> Baseline? {
        // Of another version nothing else can be said.
        if case .mapping(let entries) = node.content, let version = entries.first(where: { $0.key == "version" })?.value
        {
            guard case .scalar(let scalar) = version.content, scalar.isPlain, scalar.text == "\(Baseline.formatVersion)"
            else {
                report(
                    version.location,
                    "the file's version is \(version.found), this Loadgate reads version "
                        + "\(Baseline.formatVersion)")
                return nil
            }
        }
        let ofRuns = ["environment", "runs", "steps"]
        // A file of a capacity alone has nothing of runs, and one without a capacity must have all of it.
        let hasRuns = ofRuns.contains { node.has($0) } || !node.has("capacity")
        let required = ["version", "scenario", "accepted"] + (hasRuns ? ofRuns : ["capacity"])
        guard let members = members(node, required: required, optional: ["note", "capacity"]) else { return nil }
        let scenario = text(members.values["scenario"])
        let accepted = instant(members.values["accepted"])
        let note = text(members.values["note"], maximum: Baseline.noteLengths.upperBound)
        let capacity = members.values["capacity"].flatMap { self.capacity($0) }
        if !hasRuns {
            guard problems.isEmpty, let scenario, let accepted, let capacity else { return nil }
            return Baseline(
                scenario: scenario, accepted: accepted, note: note, environment: capacity.environment, runs: [],
                capacity: capacity)
        }
        let environment = members.values["environment"].flatMap { self.environment($0) }
        var runs = elements(members.values["runs"], of: "runs", 1...Baseline.maximumRuns).compactMap { run($0) }
        let isComplete = problems.isEmpty
        steps(members.values["steps"], into: &runs)
        // A step's problems may all come from a run that could not be read.
        if isComplete, let location = members.values["runs"]?.location {
            for (index, run) in runs.enumerated() where run.steps.isEmpty {
                report(location, "run \(index + 1) has no step")
            }
        }
        guard problems.isEmpty, let scenario, let accepted, let environment else { return nil }
        return Baseline(
            scenario: scenario, accepted: accepted, note: note, environment: environment, runs: runs, capacity: capacity
        )
    }

    private mutating func capacity(_ node: SourceNode) -> CapacityRecord? {
        guard
            let members = members(
                node, required: ["started", "rate", "low", "environment"], optional: ["high", "limited_by"])
        else { return nil }
        let values = members.values
        let rates = 0.001...1e9
        let started = instant(values["started"])
        let (rate, low) = (number(values["rate"], rates), number(values["low"], rates))
        let high = values["high"].flatMap { number($0, rates) }
        let limitedBy = values["limited_by"].flatMap { text($0) }
        let environment = values["environment"].flatMap { self.environment($0) }
        guard let started, let rate, let low, let environment else { return nil }
        if low > rate || rate > high ?? rate {
            report(node.location, "expected low ≤ rate ≤ high, found \(low), \(rate)\(high.map { ", \($0)" } ?? "")")
            return nil
        }
        return CapacityRecord(
            started: started, rate: rate, low: low, high: high, limitedBy: limitedBy, environment: environment)
    }

    private mutating func environment(_ node: SourceNode) -> Environment? {
        let required = [
            "cpu", "cores", "memory_gib", "kernel", "swift", "libcurl", "openssl", "loadgate", "build",
            "scenario_sha256", "target",
        ]
        guard let members = members(node, required: required, optional: ["calibration"]) else { return nil }
        let values = members.values
        let (cpu, kernel, swift) = (text(values["cpu"]), text(values["kernel"]), text(values["swift"]))
        let (libcurl, openSSL, loadgate) = (text(values["libcurl"]), text(values["openssl"]), text(values["loadgate"]))
        let cores = integer(values["cores"], 1...65_536)
        let memory = integer(values["memory_gib"], 0...1_048_576)
        let build = choice(values["build"], ["debug", "release"])
        let digest = digest(values["scenario_sha256"])
        let target = choice(values["target"], Environment.TargetKind.allCases.map(\.rawValue))
            .flatMap(Environment.TargetKind.init(rawValue:))
        let calibration = values["calibration"].flatMap { self.calibration($0) }
        guard let cpu, let kernel, let swift, let libcurl, let openSSL, let loadgate, let cores, let memory, let build,
            let digest, let target
        else { return nil }
        return Environment(
            cpu: cpu, cores: cores, memoryGiB: memory, kernel: kernel, swift: swift, libcurl: libcurl, openSSL: openSSL,
            loadgate: loadgate, build: build, scenarioSHA256: digest, target: target, calibration: calibration)
    }

    private mutating func digest(_ node: SourceNode?) -> String? {
        guard let node, let digest = text(node) else { return nil }
        if digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) { return digest }
        report(node.location, "expected a SHA-256 of 64 hexadecimal digits, found \(quoted(digest))")
        return nil
    }

    private mutating func calibration(_ node: SourceNode) -> Calibration? {
        guard let members = members(node, required: ["per_second", "cpu_us"]) else { return nil }
        let count = 1...Baseline.maximumRuns
        let throughput = elements(members.values["per_second"], of: "numbers", count)
            .compactMap { number($0, 0.001...1e9) }
        let time = elements(members.values["cpu_us"], of: "numbers", count).compactMap { number($0, 0.001...1e9) }
        return Calibration(throughput: throughput, cpuMicroseconds: time)
    }

    private mutating func run(_ node: SourceNode) -> RunRecord? {
        guard let members = members(node, required: ["started", "seconds"]) else { return nil }
        guard let started = instant(members.values["started"]),
            let seconds = number(members.values["seconds"], 0.001...1e9)
        else { return nil }
        return RunRecord(started: started, seconds: seconds, steps: [])
    }

    // MARK: - Steps

    private mutating func steps(_ node: SourceNode?, into runs: inout [RunRecord]) {
        var names: Set<String> = []
        for step in elements(node, of: "steps", 1...100_000) {
            guard let members = members(step, required: ["name", "runs"]), let name = text(members.values["name"])
            else { continue }
            if !names.insert(name).inserted { report(step.location, "the step \(quoted(name)) occurs more than once") }
            var last = 0
            for line in elements(members.values["runs"], of: "runs", 1...Baseline.maximumRuns) {
                guard let record = record(line, step: name) else { continue }
                guard record.run > last else {
                    report(
                        line.location, "expected each run once and in order, found run \(record.run) after run \(last)")
                    continue
                }
                last = record.run
                if runs.indices.contains(record.run - 1) {
                    runs[record.run - 1].steps.append(record.step)
                } else if problems.isEmpty {
                    report(line.location, "there is no run \(record.run): the file has \(counted(runs.count, "run"))")
                }
            }
        }
    }

    private static let histogramKeys = ["p50_ms", "p95_ms", "p99_ms", "min_ns", "max_ns", "sum_ns", "counts_us"]

    private mutating func record(_ node: SourceNode, step name: String) -> (run: Int, step: StepRecord)? {
        let required = ["run", "per_second", "error_ratio", "of", "samples"]
        guard let members = members(node, required: required, optional: Self.histogramKeys) else { return nil }
        let values = members.values
        let run = integer(values["run"], 1...Baseline.maximumRuns)
        let throughput = number(values["per_second"], 0...1e9)
        let errorRatio = number(values["error_ratio"], 0...1)
        let measure = choice(values["of"], RecordedMeasure.allCases.map(\.label))
            .flatMap(RecordedMeasure.init(rawValue:))
        let samples: UInt64? = integer(values["samples"], 0...UInt64(1) << 53)
        var histogram: SparseHistogram?
        if let samples, samples > 0 {
            let missing = Self.histogramKeys.filter { values[$0] == nil }
            for key in missing { report(node.location, "missing key \(quoted(key))") }
            histogram = self.histogram(values, samples: samples)
            guard histogram != nil else { return nil }
        } else if samples == 0, let key = Self.histogramKeys.first(where: { values[$0] != nil }) {
            report(node.location, "\(quoted(key)) can't stand beside 0 samples")
        }
        guard let run, let throughput, let errorRatio, let measure, samples != nil else { return nil }
        let record = StepRecord(
            name: name, measure: measure, histogram: histogram, throughput: throughput, errorRatio: errorRatio)
        for percentile in StepRecord.Percentile.allCases {
            let key = "\(percentile.rawValue)_ms"
            guard let value = values[key], let written = number(value, 0...1e9), let counted = record[percentile] else {
                continue
            }
            // Who reviews the file reads the figure, so it must be the one that is judged.
            if written != counted {
                report(value.location, "\(quoted(key)) is \(written), but the latencies of this run give \(counted)")
            }
        }
        return (run, record)
    }

    /// The latencies of a line; nil, and reported, where they contradict each other.
    private mutating func histogram(_ values: [String: SourceNode], samples: UInt64) -> SparseHistogram? {
        let (least, most): (Int64?, Int64?) = (
            integer(values["min_ns"], 0...Int64.max), integer(values["max_ns"], 0...Int64.max)
        )
        let sum: Int64? = integer(values["sum_ns"], 0...Int64.max)
        guard let node = values["counts_us"], let text = self.text(node, maximum: 1 << 20), let least, let most, let sum
        else { return nil }
        let numbers = text.split(separator: " ").map { UInt64($0) }
        let counts = numbers.compactMap { $0 }
        let places = stride(from: 0, to: counts.count - 1, by: 2).map { (location: counts[$0], count: counts[$0 + 1]) }
        guard counts.count == numbers.count, counts.count.isMultiple(of: 2),
            places.allSatisfy({ $0.location <= 3_600_000_000 && 1...UInt64(UInt32.max) ~= $0.count }),
            zip(places, places.dropFirst()).allSatisfy({ $0.location < $1.location })
        else {
            report(node.location, "expected pairs of a latency in µs and its count, the latencies ascending")
            return nil
        }
        let total = places.reduce(UInt64(0)) { $0 + $1.count }
        guard total == samples else {
            report(node.location, "the counts add up to \(total), but \"samples\" is \(samples)")
            return nil
        }
        guard least <= most, Double(sum) >= Double(least) * Double(total), Double(sum) <= Double(most) * Double(total)
        else {
            report(node.location, "\"min_ns\", \"max_ns\" and \"sum_ns\" contradict each other")
            return nil
        }
        return SparseHistogram(counts: counts, min: least, max: most, sum: sum)
    }
}

extension SourceNode {
    /// True where it is an object with this member.
    fileprivate func has(_ key: String) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { $0.key == key }
    }
}

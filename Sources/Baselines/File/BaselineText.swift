internal import Measures
internal import Scenarios

/// Writes a baseline: the same text for the same baseline each time, a line for each step and run with what people read
/// first and the latencies themselves last, so that a diff shows what changed.
struct BaselineText {
    private(set) var text = ""

    init(_ baseline: Baseline) {
        text += "{\n"
        line("version", "\(Baseline.formatVersion)")
        line("scenario", JSONString.quoted(baseline.scenario))
        line("accepted", JSONString.quoted(baseline.accepted))
        if let note = baseline.note { line("note", JSONString.quoted(note)) }
        if let capacity = baseline.capacity { write(capacity, isLast: baseline.runs.isEmpty) }
        guard !baseline.runs.isEmpty else {
            text += "}\n"
            return
        }
        write(baseline.environment, indent: 2)
        text += ",\n  \"runs\": [\n"
        lines(
            baseline.runs.map { run in
                "    {\"started\": \(JSONString.quoted(run.started)), \"seconds\": \(Self.number(run.seconds))}"
            })
        text += "  ],\n  \"steps\": [\n"
        lines(Self.names(baseline.runs).map { step($0, runs: baseline.runs) })
        text += "  ]\n}\n"
    }

    private mutating func line(_ key: String, _ value: String, indent: Int = 2) {
        text += String(repeating: " ", count: indent) + "\"\(key)\": \(value),\n"
    }

    private mutating func lines(_ lines: [String]) {
        if !lines.isEmpty { text += lines.joined(separator: ",\n") + "\n" }
    }

    private mutating func write(_ capacity: CapacityRecord, isLast: Bool) {
        text += "  \"capacity\": {\n"
        line("started", JSONString.quoted(capacity.started), indent: 4)
        line("rate", Self.number(capacity.rate), indent: 4)
        line("low", Self.number(capacity.low), indent: 4)
        if let high = capacity.high { line("high", Self.number(high), indent: 4) }
        if let words = capacity.limitedBy { line("limited_by", JSONString.quoted(words), indent: 4) }
        write(capacity.environment, indent: 4)
        text += "\n  }\(isLast ? "" : ",")\n"
    }

    private mutating func write(_ environment: Environment, indent: Int) {
        let (outer, inner) = (String(repeating: " ", count: indent), String(repeating: " ", count: indent + 2))
        func line(_ key: String, _ value: String) { text += "\(inner)\"\(key)\": \(value),\n" }
        text += "\(outer)\"environment\": {\n"
        line("cpu", JSONString.quoted(environment.cpu))
        line("cores", "\(environment.cores)")
        line("memory_gib", "\(environment.memoryGiB)")
        line("kernel", JSONString.quoted(environment.kernel))
        line("swift", JSONString.quoted(environment.swift))
        line("libcurl", JSONString.quoted(environment.libcurl))
        line("openssl", JSONString.quoted(environment.openSSL))
        line("loadgate", JSONString.quoted(environment.loadgate))
        line("build", JSONString.quoted(environment.build))
        line("scenario_sha256", JSONString.quoted(environment.scenarioSHA256))
        text += "\(inner)\"target\": \"\(environment.target.rawValue)\""
        if let calibration = environment.calibration {
            text += ",\n\(inner)\"calibration\": {\n"
            text += "\(inner)  \"per_second\": [\(calibration.throughput.map(Self.number).joined(separator: ", "))],\n"
            text +=
                "\(inner)  \"cpu_us\": [\(calibration.cpuMicroseconds.map(Self.number).joined(separator: ", "))]\n\(inner)}"
        }
        text += "\n\(outer)}"
    }

    private func step(_ name: String, runs: [RunRecord]) -> String {
        let lines = runs.enumerated().compactMap { index, run in
            run[name].map { "      " + Self.line($0, run: index + 1) }
        }
        return "    {\"name\": \(JSONString.quoted(name)), \"runs\": [\n\(lines.joined(separator: ",\n"))\n    ]}"
    }

    private static func line(_ step: StepRecord, run: Int) -> String {
        var members = ["\"run\": \(run)"]
        for percentile in StepRecord.Percentile.allCases {
            if let value = step[percentile] { members.append("\"\(percentile.rawValue)_ms\": \(number(value))") }
        }
        members.append("\"per_second\": \(number(step.throughput))")
        members.append("\"error_ratio\": \(number(step.errorRatio))")
        members.append("\"of\": \"\(step.measure.label)\"")
        members.append("\"samples\": \(step.samples)")
        if let histogram = step.histogram {
            members.append("\"min_ns\": \(histogram.min)")
            members.append("\"max_ns\": \(histogram.max)")
            members.append("\"sum_ns\": \(histogram.sum)")
            members.append("\"counts_us\": \"\(histogram.counts.map(String.init).joined(separator: " "))\"")
        }
        return "{\(members.joined(separator: ", "))}"
    }

    /// The names of all steps, in the order in which they first occur.
    private static func names(_ runs: [RunRecord]) -> [String] {
        var seen: Set<String> = []
        return runs.flatMap { $0.steps.map(\.name) }.filter { seen.insert($0).inserted }
    }

    /// A number as JSON, whole ones without a point.
    static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

import Measures

@testable import Baselines

/// Records for tests, of a few values.
enum Records {
    /// A step whose latencies are all alike but for a tail: p50, p95 and p99 are those given, in milliseconds.
    static func step(
        _ name: String, p50: Double, p95: Double? = nil, p99: Double? = nil, measure: RecordedMeasure = .responseTime,
        throughput: Double = 10, errorRatio: Double = 0
    ) -> StepRecord {
        var histogram = LatencyHistogram()
        for rank in 1...100 {
            let latency = rank <= 50 ? p50 : rank <= 95 ? p95 ?? p50 : p99 ?? p95 ?? p50
            histogram.record(Span(nanoseconds: Int64((latency * 1e6).rounded())))
        }
        return StepRecord(
            name: name, measure: measure, histogram: SparseHistogram(histogram), throughput: throughput,
            errorRatio: errorRatio)
    }

    static func run(_ steps: StepRecord...) -> RunRecord {
        RunRecord(started: "2026-01-31T12:00:00Z", seconds: 10, steps: steps)
    }

    /// Ten runs near a latency, then five near it times a factor; they differ by 0.1 ms from one to the next.
    static func groups(
        _ latency: Double = 20, factor: Double = 1, _ name: String = "show", errorRatio: Double = 0
    ) -> (reference: [RunRecord], candidate: [RunRecord]) {
        let reference = (0..<10).map { run(step(name, p50: latency + Double($0) / 10)) }
        let candidate = (0..<5).map {
            run(step(name, p50: (latency + Double($0 * 2) / 10) * factor, errorRatio: errorRatio))
        }
        return (reference, candidate)
    }

    static let environment = Environment(
        cpu: "Example CPU", cores: 4, memoryGiB: 8, kernel: "6.1.0-31-amd64", swift: "6.3", libcurl: "7.88.1",
        openSSL: "3.0.15", loadgate: "0.4.0", build: "release",
        scenarioSHA256: String(repeating: "0123456789abcdef", count: 4), target: .service,
        calibration: Calibration(throughput: [9_800, 10_000, 10_400], cpuMicroseconds: [19.5, 20, 21]))
}

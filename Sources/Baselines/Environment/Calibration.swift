/// What a short closed load on the bundled reference target showed, once per run: how fast the machine was just then.
public struct Calibration: Codable, Equatable, Sendable {
    /// Requests per second, a value per run; above zero.
    public var throughput: [Double]
    /// CPU time of the generator per request in microseconds, a value per run; above zero.
    public var cpuMicroseconds: [Double]

    /// How far beyond the range of the baseline's runs the median of now may lie: 10 %, twice the tolerance for latencies.
    /// Two seconds of load vary by some percent on an idle machine; a machine that is a tenth slower or faster would show
    /// as a regression, or hide one.
    public static let tolerance = 0.1

    enum CodingKeys: String, CodingKey {
        case throughput = "requests_per_second"
        case cpuMicroseconds = "cpu_us_per_request"
    }

    /// Makes a calibration.
    public init(throughput: [Double], cpuMicroseconds: [Double]) {
        self.throughput = throughput
        self.cpuMicroseconds = cpuMicroseconds
    }

    /// What of it lies outside the range that a baseline's runs had, widened by the tolerance at both ends.
    func differences(from baseline: Calibration) -> [EnvironmentDifference] {
        let requests = Self.difference(
            "the calibration's throughput", "requests/s", baseline.throughput, throughput, higherIsFaster: true)
        let time = Self.difference(
            "the calibration's CPU time", "µs per request", baseline.cpuMicroseconds, cpuMicroseconds,
            higherIsFaster: false)
        return [requests, time].compactMap(\.self)
    }

    private static func difference(
        _ name: String, _ unit: String, _ was: [Double], _ isNow: [Double], higherIsFaster: Bool
    ) -> EnvironmentDifference? {
        guard let least = was.min(), let most = was.max(), !isNow.isEmpty else { return nil }
        let median = isNow.sorted().medianOfSorted
        if median >= least / (1 + tolerance), median <= most * (1 + tolerance) { return nil }
        let isFaster = (median > most) == higherIsFaster
        return EnvironmentDifference(
            name: name, was: "\(short(least)) to \(short(most)) \(unit)", isNow: "\(short(median)) \(unit)",
            why: "the machine is \(isFaster ? "faster" : "slower") than it was", blocks: true)
    }

    /// Three digits that count are enough to read.
    private static func short(_ value: Double) -> String {
        100..<1e15 ~= value ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    }
}

/// What a short closed load on the bundled reference target showed, once per run: how fast the machine was just then.
public struct Calibration: Equatable, Sendable {
    /// Requests per second, a value per run.
    public var throughput: [Double]
    /// CPU time of the generator per request in microseconds, a value per run.
    public var cpuMicroseconds: [Double]

    /// Makes a calibration.
    public init(throughput: [Double], cpuMicroseconds: [Double]) {
        self.throughput = throughput
        self.cpuMicroseconds = cpuMicroseconds
    }
}

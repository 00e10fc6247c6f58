public import FoundationEssentials

/// What a result says about a run besides what was measured.
public struct RunInfo: Sendable {
    /// When the load began, by the wall clock.
    public var started: Date
    /// The scenario file as it was named; nil where there was none.
    public var file: String?
    /// The SHA-256 of the scenario file's bytes, in hexadecimal; nil where there was none.
    public var scenarioSHA256: String?
    /// The scenario file's text, as it is; results replace the secrets in it. Nil where there was none.
    public var scenarioText: String?
    /// The target as shown, secrets replaced.
    public var target: String
    /// Loadgate's own version.
    public var version: String
    /// The most memory that the process had resident.
    public var peakMemoryBytes: UInt64
    /// CPU time of the whole process, user and system.
    public var cpuSeconds: Double
    /// For each step what carried it; `native` where there is none.
    public var transports: [String]
    /// Which part of the load the process carried; nil where it carried all of it.
    public var worker: WorkerRecord?

    /// Makes a run's circumstances.
    public init(
        started: Date, file: String? = nil, scenarioSHA256: String? = nil, scenarioText: String? = nil, target: String,
        version: String,
        peakMemoryBytes: UInt64, cpuSeconds: Double, transports: [String] = [], worker: WorkerRecord? = nil
    ) {
        self.started = started
        self.file = file
        self.scenarioSHA256 = scenarioSHA256
        self.scenarioText = scenarioText
        self.target = target
        self.version = version
        self.peakMemoryBytes = peakMemoryBytes
        self.cpuSeconds = cpuSeconds
        self.transports = transports
        self.worker = worker
    }
}

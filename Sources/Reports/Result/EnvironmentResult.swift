public import Baselines

/// What a run was made with and on, as it stands in a result.
public struct EnvironmentResult: Codable, Equatable, Sendable {
    /// The processor's model.
    public var cpu: String
    /// Logical cores that the process may use.
    public var cores: Int
    /// The machine's memory in GiB, rounded.
    public var memoryGiB: Int
    /// The kernel's release.
    public var kernel: String
    /// The version of the Swift compiler that built Loadgate.
    public var swift: String
    /// The version of libcurl.
    public var libcurl: String
    /// The version of OpenSSL.
    public var openSSL: String
    /// Loadgate's own version.
    public var loadgate: String
    /// `debug` or `release`.
    public var build: String
    /// The SHA-256 of what shapes the load, in hexadecimal.
    public var loadSHA256: String
    /// `service`, `loopback` or `remote`.
    public var target: String
    /// What the calibration load showed; absent where there was none.
    public var calibration: CalibrationResult?

    /// The figures of calibration loads, a value per run.
    public struct CalibrationResult: Codable, Equatable, Sendable {
        /// Requests per second.
        public var throughput: [Double]
        /// CPU time of the generator per request in microseconds.
        public var cpuMicroseconds: [Double]

        /// The figures of a calibration.
        public init(_ calibration: Calibration) {
            throughput = calibration.throughput
            cpuMicroseconds = calibration.cpuMicroseconds
        }

        enum CodingKeys: String, CodingKey {
            case throughput = "requests_per_second"
            case cpuMicroseconds = "cpu_us_per_request"
        }
    }

    enum CodingKeys: String, CodingKey {
        case cpu, cores
        case memoryGiB = "memory_gib"
        case kernel, swift, libcurl
        case openSSL = "openssl"
        case loadgate, build
        case loadSHA256 = "load_sha256"
        case target, calibration
    }
}

extension EnvironmentResult {
    /// The environment as a result writes it.
    public init(_ environment: Environment) {
        self.init(
            cpu: environment.cpu, cores: environment.cores, memoryGiB: environment.memoryGiB,
            kernel: environment.kernel, swift: environment.swift, libcurl: environment.libcurl,
            openSSL: environment.openSSL, loadgate: environment.loadgate, build: environment.build,
            loadSHA256: environment.scenarioSHA256, target: environment.target.rawValue,
            calibration: environment.calibration.map(CalibrationResult.init))
    }

    /// The environment that stands in a result; nil where its target is of a kind that this version doesn't know.
    public var environment: Environment? {
        guard let target = Environment.TargetKind(rawValue: target) else { return nil }
        return Environment(
            cpu: cpu, cores: cores, memoryGiB: memoryGiB, kernel: kernel, swift: swift, libcurl: libcurl,
            openSSL: openSSL, loadgate: loadgate, build: build, scenarioSHA256: loadSHA256, target: target,
            calibration: calibration.map { Calibration(throughput: $0.throughput, cpuMicroseconds: $0.cpuMicroseconds) }
        )
    }
}

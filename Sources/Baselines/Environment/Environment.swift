/// What runs were made with and on, so that only like is compared with like, as it stands in a
/// result, too. It names no host, no user and no path.
public struct Environment: Codable, Equatable, Sendable {
    /// The processor's model, as the system names it: `AMD EPYC 7B13`.
    public var cpu: String
    /// Logical cores that the process may use.
    public var cores: Int
    /// The machine's memory in GiB, rounded.
    public var memoryGiB: Int
    /// The kernel's release: `6.1.0-31-amd64`.
    public var kernel: String
    /// The version of the Swift compiler that built Loadgate.
    public var swift: String
    /// The version of libcurl in use.
    public var libcurl: String
    /// The version of OpenSSL in use.
    public var openSSL: String
    /// Loadgate's own version.
    public var loadgate: String
    /// `debug` or `release`.
    public var build: String
    /// The SHA-256 of what the scenario says of the load, in hexadecimal.
    public var scenarioSHA256: String
    /// Where the load went.
    public var target: TargetKind
    /// What the calibration load showed on this machine; nil where none was carried out.
    public var calibration: Calibration?

    /// Where load goes, without its name.
    public enum TargetKind: String, Codable, CaseIterable, Sendable {
        /// To a service that the scenario starts.
        case service
        /// To something else on this machine.
        case loopback
        /// To another machine.
        case remote
    }

    enum CodingKeys: String, CodingKey {
        case cpu, cores
        case memoryGiB = "memory_gib"
        case kernel, swift, libcurl
        case openSSL = "openssl"
        case loadgate, build
        case scenarioSHA256 = "load_sha256"
        case target, calibration
    }

    /// Makes an environment.
    public init(
        cpu: String, cores: Int, memoryGiB: Int, kernel: String, swift: String, libcurl: String, openSSL: String,
        loadgate: String, build: String, scenarioSHA256: String, target: TargetKind, calibration: Calibration? = nil
    ) {
        self.cpu = cpu
        self.cores = cores
        self.memoryGiB = memoryGiB
        self.kernel = kernel
        self.swift = swift
        self.libcurl = libcurl
        self.openSSL = openSSL
        self.loadgate = loadgate
        self.build = build
        self.scenarioSHA256 = scenarioSHA256
        self.target = target
        self.calibration = calibration
    }
}

// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// The thread sanitizer sees through these locks; the standard library's Mutex it takes for a race.
let locks: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")

let package = Package(
    name: "loadgate",
    products: [
        .library(name: "Loadgate", targets: ["Loadgate", "Import"]),
        .executable(name: "loadgate", targets: ["loadgate"]),
        .executable(name: "paintbox-target", targets: ["paintbox-target"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    ],
    targets: [
        // System modules: a module map and a shim that wraps what Swift can't call (variadics, macros).
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Starts programs that don't outlive the process that started them; only after a fork of it, so in C.
        .target(name: "CKeeper"),

        // The harness. Each module imports only modules above it.
        .target(
            name: "ChildProcesses",
            dependencies: ["CKeeper", "CLinux", locks],
            swiftSettings: settings),
        .target(name: "HTTPFields", swiftSettings: settings),
        .target(
            name: "Scenarios",
            dependencies: ["HTTPFields", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(
            name: "Credentials",
            dependencies: ["Scenarios"],
            swiftSettings: settings),
        .target(
            name: "Import",
            dependencies: ["Credentials", "Scenarios"],
            swiftSettings: settings),
        .target(name: "Measures", swiftSettings: settings),
        .target(name: "Capacity", swiftSettings: settings),
        .target(name: "TrustStore", dependencies: ["CCurl", "COpenSSL"], swiftSettings: settings),
        .target(name: "Scheduling", dependencies: ["CLinux", "Measures"], swiftSettings: settings),
        .target(
            name: "Generator",
            dependencies: [
                "CAres", "CCurl", "CLinux", "CNghttp2", "COpenSSL", "CZlib", "Credentials", "HTTPFields", "Scenarios",
                "Measures", "Scheduling", "TrustStore", locks,
            ],
            swiftSettings: settings),
        .target(
            name: "VerificationKit",
            dependencies: ["HTTPFields", "Scenarios", "Measures"],
            path: "Sources/Verifications/Kit",
            swiftSettings: settings),
        .target(
            name: "RateLimitVerification",
            dependencies: ["Generator", "Scenarios", "Measures", "VerificationKit"],
            path: "Sources/Verifications/RateLimit",
            swiftSettings: settings),
        .target(
            name: "CacheVerification",
            dependencies: ["HTTPFields", "Scenarios", "Measures", "VerificationKit"],
            path: "Sources/Verifications/Cache",
            swiftSettings: settings),
        .target(
            name: "BrowserVerification",
            dependencies: ["HTTPFields", "Scenarios", "Measures", "VerificationKit"],
            path: "Sources/Verifications/Browser",
            swiftSettings: settings),
        .target(
            name: "InputVerification",
            dependencies: ["HTTPFields", "Scenarios", "Measures", "VerificationKit"],
            path: "Sources/Verifications/Input",
            swiftSettings: settings),
        .target(
            name: "Objectives",
            dependencies: ["Capacity", "Scenarios", "Measures", "VerificationKit"],
            swiftSettings: settings),
        .target(
            name: "Fetch",
            dependencies: ["CCurl", "CLinux", "Scenarios", "Measures", "TrustStore"],
            swiftSettings: settings),
        .target(
            name: "Probes",
            dependencies: ["ChildProcesses", "CLinux", "Fetch", "Scenarios", "Measures", locks],
            swiftSettings: settings),
        .target(
            name: "SecretsManager",
            dependencies: ["Credentials", "Fetch", "Scenarios", "Measures", "VerificationKit", locks],
            path: "Sources/Verifications/Secrets",
            swiftSettings: settings),
        .target(
            name: "SourceScan",
            dependencies: [
                "ChildProcesses", "CLinux", "COpenSSL", "Credentials", "Scenarios", "Measures", "VerificationKit",
            ],
            path: "Sources/Verifications/Credentials",
            swiftSettings: settings),
        .target(name: "Serving", dependencies: ["CLinux"], swiftSettings: settings),
        .target(
            name: "FaultProxy",
            dependencies: ["CLinux", "HTTPFields", "Scenarios", "Serving", "Measures", "Scheduling", locks],
            swiftSettings: settings),
        .target(
            name: "NameServer",
            dependencies: ["CLinux", "Scenarios", locks],
            swiftSettings: settings),
        .target(
            name: "Failover",
            dependencies: ["CLinux", "Scenarios", "Measures", "Objectives", "VerificationKit", locks],
            swiftSettings: settings),
        .target(
            name: "Drills",
            dependencies: [
                "ChildProcesses", "CLinux", "FaultProxy", "Fetch", "HTTPFields", "NameServer", "Scenarios", "Measures",
                locks,
            ],
            swiftSettings: settings),
        .target(
            name: "Baselines",
            dependencies: ["Scenarios", "Measures"],
            swiftSettings: settings),
        .target(
            name: "Reports",
            dependencies: [
                "Capacity", "Scenarios", "Measures", "VerificationKit", "Objectives", "Failover", "Baselines",
            ],
            swiftSettings: settings),
        .target(
            name: "Push",
            dependencies: [
                "CLinux", "CZlib", "Fetch", "HTTPFields", "Measures", "Reports", "Scenarios", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        // The core as a library: a run from the scenario file to the result.
        .target(
            name: "Loadgate",
            dependencies: [
                "Capacity", "CCurl", "ChildProcesses", "CLinux", "COpenSSL", "Scenarios", "Measures", "Scheduling",
                "Generator",
                "VerificationKit",
                "RateLimitVerification", "CacheVerification", "BrowserVerification", "InputVerification", "Objectives",
                "Probes", "SecretsManager", "SourceScan", "FaultProxy", "NameServer", "Failover", "Drills", "Baselines",
                "Push", "Reports", "Serving",
                locks,
            ],
            path: "Sources/Harness",
            swiftSettings: settings),
        .executableTarget(
            name: "loadgate",
            dependencies: [
                "CCurl", "ChildProcesses", "CLinux", "COpenSSL", "Credentials", "Scenarios", "Import", "Measures",
                "Generator", "VerificationKit", "Objectives", "Fetch", "FaultProxy", "Failover", "Drills", "Baselines",
                "Scheduling",
                "Push", "Reports", "Loadgate",
                locks,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // The reference target: shares nothing with the harness.
        .target(
            name: "PaintboxTarget",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                "COpenSSL", locks,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "paintbox-target",
            dependencies: [
                "PaintboxTarget",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // For development: drives the WebSocket client through the Autobahn test suite (make conformance).
        .executableTarget(
            name: "websocket-conformance", dependencies: ["CLinux", "Generator"], swiftSettings: settings),
        // For development: mutated inputs for all that reads a server's bytes (make fuzz).
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "BrowserVerification", "CNghttp2", "Credentials", "Drills", "FaultProxy", "Fetch", "Generator",
                "HTTPFields",
                "Measures",
                "NameServer", "Probes", "Push",
                "RateLimitVerification", "Scenarios", "VerificationKit", locks,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["CLinux", "COpenSSL", locks], path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(
            name: "ChildProcessesTests", dependencies: ["ChildProcesses", "CLinux", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "HTTPFieldsTests", dependencies: ["HTTPFields", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ScenariosTests",
            dependencies: [
                "BrowserVerification", "CacheVerification", "InputVerification", "Measures", "RateLimitVerification",
                "Scenarios", "SecretsManager", "SourceScan", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(name: "CredentialsTests", dependencies: ["Credentials", "Scenarios"], swiftSettings: settings),
        .testTarget(
            name: "ImportTests", dependencies: ["Credentials", "Import", "Scenarios"], swiftSettings: settings),
        .testTarget(name: "CapacityTests", dependencies: ["Capacity"], swiftSettings: settings),
        .testTarget(
            name: "MeasuresTests",
            dependencies: ["Measures", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: settings),
        .testTarget(name: "SchedulingTests", dependencies: ["Measures", "Scheduling"], swiftSettings: settings),
        .testTarget(
            name: "GeneratorTests",
            dependencies: [
                "CCurl", "CLinux", "COpenSSL", "CZlib", "Generator", "Measures", "NameServer", "Scenarios",
                "Scheduling", "TestSupport", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "BrowserVerification", "CacheVerification", "Generator", "HTTPFields", "InputVerification", "Measures",
                "PaintboxTarget", "RateLimitVerification", "Scenarios", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ObjectivesTests", dependencies: ["Measures", "Objectives", "Scenarios", "VerificationKit"],
            swiftSettings: settings),
        .testTarget(
            name: "FetchTests", dependencies: ["CLinux", "Fetch", "Measures", "Scenarios", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ProbesTests",
            dependencies: [
                "CLinux", "Measures", "Objectives", "Probes", "Scenarios", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SecretsManagerTests",
            dependencies: [
                "Fetch", "Measures", "Scenarios", "SecretsManager", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SourceScanTests",
            dependencies: ["Credentials", "Measures", "Scenarios", "SourceScan", "TestSupport", "VerificationKit"],
            swiftSettings: settings),
        // For the tests of what kills a drill.
        .executableTarget(
            name: "drill-driver", dependencies: ["CLinux", "Drills", "Measures", "Scenarios"],
            path: "Tests/DrillDriver",
            swiftSettings: settings),
        .testTarget(
            name: "DrillsTests",
            dependencies: [
                "ChildProcesses", "CLinux", "Drills", "FaultProxy", "Measures", "NameServer", "Scenarios",
                "TestSupport",
                "drill-driver", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FaultProxyTests",
            dependencies: ["CLinux", "FaultProxy", "Measures", "Scenarios", "Scheduling", "TestSupport", locks],
            swiftSettings: settings),
        .testTarget(
            name: "NameServerTests", dependencies: ["CLinux", "NameServer", "Scenarios", "TestSupport", locks],
            swiftSettings: settings),
        .testTarget(
            name: "FailoverTests",
            dependencies: [
                "CLinux", "Failover", "Measures", "Objectives", "Scenarios", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BaselinesTests", dependencies: ["Baselines", "Measures", "Scenarios", "TestSupport"],
            exclude: ["oracle.py"],
            swiftSettings: settings),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Reports", "Baselines", "Failover", "Measures", "Objectives", "RateLimitVerification", "Scenarios",
                "TestSupport",
                "VerificationKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PushTests",
            dependencies: [
                "Fetch", "Measures", "Objectives", "Push", "Reports", "Scenarios", "TestSupport", "VerificationKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LoadgateTests",
            dependencies: [
                "CLinux", "Drills", "Failover", "Fetch", "Generator", "Import", "Loadgate", "Measures", "Objectives",
                "Reports", "Scenarios", "TestSupport", "VerificationKit", locks,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PaintboxTargetTests",
            dependencies: [
                "PaintboxTarget",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CLinux", "Measures", "TestSupport", "drill-driver", "loadgate", "paintbox-target", locks,
            ],
            swiftSettings: settings),
    ]
)

// `scripts/sanitize` builds these tests with what they need, and nothing else: all of it would double its time.
if let names = Context.environment["LOADGATE_TESTS"] {
    var needed = Set(names.split(separator: ",").map(String.init))
    // Every target stands below those that it depends on.
    for target in package.targets.reversed() where needed.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products = []
}

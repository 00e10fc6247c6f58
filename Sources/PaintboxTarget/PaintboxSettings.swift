/// How a ``PaintboxServer`` is set up.
public struct PaintboxSettings: Equatable, Sendable {
    /// The address to listen on, as a number or a name.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 has the system choose one.
    public var port = 8080
    /// The control port, always on 127.0.0.1; 0 has the system choose one.
    public var controlPort = 0
    /// Event loops, 1 to 64.
    public var threads = 1
    /// What the made-up projects and the faults' dice begin with.
    public var seed: UInt64 = 1
    /// The value of `X-Paintbox-Version`: 1 to 64 letters, digits and `.-_+`.
    public var appVersion = "1.0.0"
    /// Limits on `/api/v1/projects…` and `/api/v1/calculate`, for each client.
    public var rateLimit = RateLimitPolicy()
    /// Clients whose requests are counted, 1 to 1,000,000; beyond it the one silent for longest begins again.
    public var maxClients = 10_000
    /// Origins that may use the API from a browser.
    public var corsOrigins = ["https://app.paintbox.example"]
    /// How long assets may be kept by caches, in seconds, 0 to 31,536,000.
    public var assetMaxAgeSeconds = 3600
    /// Entries in the edge's cache, 0 (no cache) to 1,000,000.
    public var cacheEntries = 10_000
    /// Bytes in the edge's cache, 0 to 1 GiB.
    public var cacheBytes = 64 << 20
    /// How often the edge checks the regions' health, in milliseconds, 0 to 60,000; 0: it knows at once.
    public var healthIntervalMilliseconds = 200
    /// How long a connection may stay silent, in seconds, 1 to 3,600.
    public var idleTimeoutSeconds = 75
    /// Where projects are kept; nil: in memory, without a pool in front.
    public var database: DatabaseSettings?
    /// Where orders are kept.
    public var orders = OrderStore.memory
    /// The region that all answers name, 1 to 64 letters, digits and `.-_+`; nil: each that of its own.
    public var region: String?
    /// The Redis that counts requests against limits, so that several processes share them: then the algorithm must be
    /// `fixed`. nil: this process counts.
    public var redis: RedisAddress?
    /// Connections open at a time on the main port, 1 to 1,000,000; more are closed as they come.
    public var maxConnections = 10_000
    /// Bytes of requests' bodies that may wait at a time, of all connections, 1 MiB to 1 TiB; what goes beyond is answered 503.
    public var maxBodyBytes = 64 << 20
    /// Created projects that are kept, 1 to 1,000,000; beyond it the oldest is forgotten.
    public var maxProjects = 50_000

    /// The defaults.
    public init() {}

    /// Everything that is wrong with the settings, as sentences; empty if they can be used.
    public var problems: [String] {
        var problems: [String] = []
        func check(_ value: Int, _ range: ClosedRange<Int>, _ name: String) {
            if !range.contains(value) {
                problems.append("\(name) must be \(range.lowerBound) to \(range.upperBound)")
            }
        }
        check(port, 0...65_535, "the port")
        check(controlPort, 0...65_535, "the control port")
        check(threads, 1...64, "the number of threads")
        check(maxClients, 1...1_000_000, "the number of clients")
        check(assetMaxAgeSeconds, 0...31_536_000, "the assets' max-age")
        check(cacheEntries, 0...1_000_000, "the number of cache entries")
        check(cacheBytes, 0...(1 << 30), "the number of cache bytes")
        check(healthIntervalMilliseconds, 0...60_000, "the health interval")
        check(idleTimeoutSeconds, 1...3_600, "the idle timeout")
        check(maxConnections, 1...1_000_000, "the number of connections")
        check(maxBodyBytes, (1 << 20)...(1 << 40), "the number of bytes of waiting bodies")
        check(maxProjects, 1...1_000_000, "the number of projects")
        if let database {
            check(database.leastSessions, 1...1_000, "the number of first sessions")
            check(database.mostSessions, max(1, database.leastSessions)...1_000, "the number of sessions")
            if case .memory(let microseconds) = database.kind { check(microseconds, 0...1_000_000, "a query's time") }
        }
        if redis != nil, rateLimit.algorithm != .fixed { problems.append("Redis counts fixed windows only") }
        if let problem = rateLimit.problem { problems.append(problem) }
        if !isVersion(appVersion) { problems.append("the version must be 1 to 64 letters, digits and .-_+") }
        if let region, !isVersion(region) { problems.append("the region must be 1 to 64 letters, digits and .-_+") }
        for origin in corsOrigins where !isOrigin(origin) {
            problems.append("an origin is scheme://host or scheme://host:port: \(origin)")
        }
        return problems
    }

    /// The version and the region go into a header field as they are, so they must not hold line ends.
    private func isVersion(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return byte < 0x80 && (character.isLetter || character.isNumber || ".-_+".contains(character))
            }
    }

    private func isOrigin(_ text: String) -> Bool {
        let isScheme = text.hasPrefix("https://") || text.hasPrefix("http://")
        let host = text.dropFirst(text.hasPrefix("https://") ? 8 : 7)
        return isScheme && !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }
}

public import ArgumentParser
public import PaintboxTarget

extension RateLimitPolicy.Algorithm: ExpressibleByArgument {}
extension RedisAddress: ExpressibleByArgument {
    /// `host:port`
    public init?(argument: String) { self.init(argument) }
}

extension OrderStore: ExpressibleByArgument {
    /// `memory`, `postgres://…`, `redis://host:port` or `sentinel://host:port,…/name`
    public init?(argument: String) { self.init(argument) }
}

/// The server's options.
struct ServerOptions: ParsableArguments {
    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0: any.")
    var port = 8080

    @Option(help: "Control port, on 127.0.0.1 only; 0: any.")
    var controlPort = 0

    @Option(help: "Event loops.")
    var threads = 1

    @Option(help: "Begins the made-up projects and the faults' dice.")
    var seed: UInt64 = 1

    @Option(help: "Value of X-Paintbox-Version.")
    var appVersion = "1.0.0"

    @Option(help: "Value of X-Paintbox-Region in all answers (default: iad or ord, by region).")
    var region: String?

    @Option(help: "How requests are counted.")
    var rateLimit = RateLimitPolicy.Algorithm.fixed

    @Option(help: "Requests for each client and window.")
    var limit = 100

    @Option(help: "Window in seconds.")
    var window = 60

    @Option(help: "Size of the token bucket (default: the limit).")
    var burst: Int?

    @Option(help: "Clients whose requests are counted.")
    var maxClients = 10_000

    @Option(name: .customLong("cors-origin"), help: "Origin that may use the API; repeatable.")
    var corsOrigins: [String] = []

    @Option(help: "Seconds that assets may be kept by caches.")
    var assetMaxAge = 3600

    @Option(help: "Entries in the edge's cache; 0: no cache.")
    var cacheEntries = 10_000

    @Option(help: "Bytes in the edge's cache.")
    var cacheBytes = 64 << 20

    @Option(name: .customLong("health-interval-ms"), help: "Time between health checks of the regions; 0: at once.")
    var healthInterval = 200

    @Option(help: "Seconds that a connection may stay silent.")
    var idleTimeout = 75

    @Option(help: "Connections open at a time.")
    var maxConnections = 10_000

    @Option(help: "Bytes of requests' bodies that may wait at a time, of all connections.")
    var maxBodyBytes = 64 << 20

    @Option(help: "Created projects that are kept.")
    var maxProjects = 50_000

    @Option(
        help: ArgumentHelp(
            "Where projects are kept, behind a pool of sessions: memory, or a connection string of PostgreSQL (default: "
                + "in memory without a pool).", valueName: "where"))
    var database: String?

    @Option(help: "Sessions with the database from the start.")
    var poolMin = 5

    @Option(help: "Sessions with the database at a time.")
    var poolMax = 20

    @Option(name: .customLong("query-time-us"), help: "What a query takes with --database memory, in microseconds.")
    var queryTime = 500

    @Option(
        help: ArgumentHelp(
            "The Redis that counts requests against the limits (default: the process itself).", valueName: "host:port"))
    var redis: RedisAddress?

    @Option(
        help: ArgumentHelp(
            "Where orders are kept: memory, postgres://… or another connection string of PostgreSQL, redis://host:port, or "
                + "sentinel://host:port,host:port/name.", valueName: "where"))
    var orders = OrderStore.memory

    /// The options as settings; whether they can be used is for `problems` to say.
    var settings: PaintboxSettings {
        var settings = PaintboxSettings()
        settings.host = host
        settings.port = port
        settings.controlPort = controlPort
        settings.threads = threads
        settings.seed = seed
        settings.appVersion = appVersion
        settings.rateLimit = RateLimitPolicy(
            algorithm: rateLimit, limit: limit, windowSeconds: window, burst: burst)
        settings.maxClients = maxClients
        if !corsOrigins.isEmpty { settings.corsOrigins = corsOrigins }
        settings.assetMaxAgeSeconds = assetMaxAge
        settings.cacheEntries = cacheEntries
        settings.cacheBytes = cacheBytes
        settings.healthIntervalMilliseconds = healthInterval
        settings.idleTimeoutSeconds = idleTimeout
        settings.maxConnections = maxConnections
        settings.maxBodyBytes = maxBodyBytes
        settings.maxProjects = maxProjects
        settings.redis = redis
        settings.orders = orders
        settings.region = region
        settings.database = database.map { text in
            var database = DatabaseSettings(
                text == "memory" ? .memory(queryMicroseconds: queryTime) : .postgres(connection: text))
            database.leastSessions = poolMin
            database.mostSessions = poolMax
            return database
        }
        return settings
    }
}

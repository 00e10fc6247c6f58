internal import Measures

/// What metrics show of the generator, while a run goes on and at its end.
struct GeneratorMetrics {
    var name: String
    var target: String
    var version: String
    var isRunning: Bool
    var measuredSeconds: Double
    var started: UInt64
    var iterations: UInt64
    var givenUp: UInt64
    var dropped: UInt64
    var unfinished: UInt64
    var warmup: UInt64
    var exhausted: UInt64
    var reconnects: UInt64
    /// Seconds.
    var startLag: Double?
    /// Seconds.
    var generatorDelay: Double?
    /// Nil where the run is over.
    var users: Int?
}

extension GeneratorMetrics {
    /// Those of a run that is over.
    init(_ result: RunResult) {
        let generator = result.generator
        self.init(
            name: result.name, target: result.target, version: result.loadgate, isRunning: false,
            measuredSeconds: result.seconds, started: generator.started, iterations: generator.iterations,
            givenUp: generator.givenUp ?? 0,
            dropped: generator.dropped, unfinished: generator.unfinished, warmup: generator.warmup,
            exhausted: generator.exhausted, reconnects: generator.reconnects ?? 0,
            startLag: generator.startLag.map { $0.p99 / 1_000 },
            generatorDelay: generator.generatorDelay.map { $0.p99 / 1_000 })
    }
}

extension MetricSet {
    /// The families of the generator.
    mutating func add(_ generator: GeneratorMetrics) {
        add(.runInfo) {
            $0.add(
                UInt64(1), [("run", generator.name), ("target", generator.target), ("version", generator.version)])
        }
        add(.running, UInt64(generator.isRunning ? 1 : 0))
        add(.measured, generator.measuredSeconds)
        add(.started, generator.started)
        add(.iterations, generator.iterations)
        add(.givenUp, generator.givenUp)
        add(.dropped, generator.dropped)
        add(.unfinished, generator.unfinished)
        add(.warmup, generator.warmup)
        add(.exhausted, generator.exhausted)
        add(.reconnects, generator.reconnects)
        add(.startLag, generator.startLag)
        add(.generatorDelay, generator.generatorDelay)
        if let users = generator.users { add(.users, UInt64(max(0, users))) }
    }
}

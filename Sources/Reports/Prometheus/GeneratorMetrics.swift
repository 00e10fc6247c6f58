internal import Measures

/// What is shown of the generator to Prometheus, while a run goes on and at its end.
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

extension PrometheusText {
    /// The families of the generator.
    mutating func add(_ generator: GeneratorMetrics) {
        func family(_ name: String, _ kind: Kind, _ value: UInt64, _ help: String) {
            self.family(name, kind, help) { $0.add(value) }
        }
        func seconds(_ name: String, _ value: Double?, _ help: String) {
            guard let value else { return }
            self.family(name, .gauge, help) { $0.add(value) }
        }
        self.family("loadgate_run_info", .gauge, "The run: always 1.") {
            $0.add(
                UInt64(1), [("run", generator.name), ("target", generator.target), ("version", generator.version)])
        }
        family("loadgate_running", .gauge, generator.isRunning ? 1 : 0, "1 while the load is sent, else 0.")
        seconds("loadgate_measured_seconds", generator.measuredSeconds, "Length of the measured load so far.")
        family("loadgate_started_total", .counter, generator.started, "Arrivals and iterations begun.")
        family("loadgate_iterations_total", .counter, generator.iterations, "Iterations that came to their end.")
        family("loadgate_given_up_total", .counter, generator.givenUp, "Iterations that were given up.")
        family(
            "loadgate_dropped_total", .counter, generator.dropped, "Arrivals dropped, since all users were busy.")
        family(
            "loadgate_unfinished_total", .counter, generator.unfinished, "Exchanges that the end of the run cut off.")
        family(
            "loadgate_warmup_exchanges_total", .counter, generator.warmup, "Exchanges of warm-up, not measured.")
        family(
            "loadgate_exhausted_total", .counter, generator.exhausted,
            "Iterations given up for lack of descriptors or ports.")
        family("loadgate_reconnects_total", .counter, generator.reconnects, "WebSockets reopened.")
        seconds(
            "loadgate_start_lag_p99_seconds", generator.startLag,
            "99th percentile of actual minus intended start, over the run so far.")
        seconds(
            "loadgate_generator_delay_p99_seconds", generator.generatorDelay,
            "99th percentile of the time from the kernel's receive stamp to the read, over the run so far.")
        if let users = generator.users {
            family("loadgate_users", .gauge, UInt64(max(0, users)), "Users busy at the end of the last second.")
        }
    }
}

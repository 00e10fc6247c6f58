/// What is shown of one of several loads to Prometheus, besides its steps, which carry its name.
struct LoadMetrics {
    var name: String
    var started: UInt64
    var dropped: UInt64
    /// Nil where the run is over.
    var users: Int?
}

extension PrometheusText {
    /// The families of the loads; none where loads have no names.
    mutating func add(_ loads: [LoadMetrics]) {
        guard !loads.isEmpty else { return }
        family("loadgate_load_started_total", .counter, "Arrivals and iterations begun, by load.") { family in
            for load in loads { family.add(load.started, [("load", load.name)]) }
        }
        family("loadgate_load_dropped_total", .counter, "Arrivals dropped, by load.") { family in
            for load in loads { family.add(load.dropped, [("load", load.name)]) }
        }
        let busy = loads.filter { $0.users != nil }
        guard !busy.isEmpty else { return }
        family("loadgate_load_users", .gauge, "Users busy at the end of the last second, by load.") { family in
            for load in busy { family.add(UInt64(max(0, load.users ?? 0)), [("load", load.name)]) }
        }
    }
}

/// What metrics show of one of several loads, besides its steps, which carry its name.
struct LoadMetrics {
    var name: String
    var started: UInt64
    var dropped: UInt64
    /// Nil where the run is over.
    var users: Int?
}

extension MetricSet {
    /// The families of the loads; none where loads have no names.
    mutating func add(_ loads: [LoadMetrics]) {
        add(.loadStarted) { family in
            for load in loads { family.add(load.started, [("load", load.name)]) }
        }
        add(.loadDropped) { family in
            for load in loads { family.add(load.dropped, [("load", load.name)]) }
        }
        add(.loadUsers) { family in
            for load in loads {
                if let users = load.users { family.add(UInt64(max(0, users)), [("load", load.name)]) }
            }
        }
    }
}

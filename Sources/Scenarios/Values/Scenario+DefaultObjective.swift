extension Objective {
    /// What a load is held to where nothing else is said: no exchange may fail.
    public static var noErrors: Objective {
        Objective(source: "errors == 0", statistic: .count, measure: .errors, selector: nil, comparison: .equal(0))
    }
}

extension Scenario {
    /// Gives a load without objectives the one that holds by itself, `errors == 0`: a load of which nothing is asked would
    /// pass whatever came back.
    public mutating func takeDefaultObjective() {
        if objectives.isEmpty, !load.isEmpty { objectives = [.noErrors] }
    }
}

import Scenarios

/// Which hostile bodies are sent where more can be derived than the scenario allows.
enum CaseChoice {
    /// At most `bound` cases in their order. Kinds have equal shares; what one doesn't need goes to the others. The same
    /// seed chooses the same.
    static func chosen(_ cases: [HostileCase], atMost bound: Int, seed: Int) -> [HostileCase] {
        guard cases.count > bound else { return cases }
        // Multiplying by the golden ratio's bits spreads neighbours, which are of one member, far apart.
        func rank(_ index: Int) -> UInt64 { UInt64(truncatingIfNeeded: index &+ seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 }
        var queues = InputKind.allCases.map { kind in
            cases.indices.filter { cases[$0].kind == kind }.sorted { rank($0) > rank($1) }
        }
        var taken: Set<Int> = []
        while taken.count < bound {
            for kind in queues.indices where taken.count < bound {
                if let index = queues[kind].popLast() { taken.insert(index) }
            }
        }
        return cases.indices.filter(taken.contains).map { cases[$0] }
    }
}

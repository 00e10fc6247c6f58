import Scenarios

/// The places of named values: tables and their columns, and captures, as numbers.
struct VariableNames {
    /// The names of all captures of the scenario, each once; the place in it is the capture's number.
    let captures: [String]
    private let tables: [DataTable]
    /// What the run's writes have in common (`WriteID`).
    let run: UInt64

    init(_ scenario: Scenario, run: UInt64 = 0) {
        self.run = run
        tables = scenario.data
        var seen = Set<String>()
        captures = scenario.steps.flatMap(\.captures).map(\.name).filter { seen.insert($0).inserted }
    }

    /// A capture's number. The scenario was validated, so the name is one of `captures`.
    func capture(_ name: String) -> Int {
        guard let index = captures.firstIndex(of: name) else { preconditionFailure("no step captures \(name)") }
        return index
    }

    /// Makes something of the numbers of a table and its column. The scenario was validated, so both exist.
    func column<Made>(_ table: String, _ column: String, _ make: (Int, Int) -> Made) -> Made {
        guard let tableIndex = tables.firstIndex(where: { $0.name == table }),
            let columnIndex = tables[tableIndex].columns.firstIndex(of: column)
        else { preconditionFailure("no column \(table).\(column)") }
        return make(tableIndex, columnIndex)
    }
}

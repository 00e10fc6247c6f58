extension KeyTable {
    /// The scenario file itself.
    static let scenario = KeyTable(ScenarioKeys.self)

    /// What an entry of `steps:` can be.
    static var stepTables: [KeyTable] { [KeyTable(StepKeys.self), KeyTable(BlockKeys.self)] }

    /// All tables with the kinds that are registered, the file itself first, then those it leads to.
    static func all(_ kinds: ScenarioKinds) -> [KeyTable] {
        var found: [KeyTable] = []
        func visit(_ table: KeyTable) {
            guard !found.contains(where: { $0.name == table.name }) else { return }
            found.append(table.naming(kinds.probeFormats))
            for key in table.keys { visit(key.shape) }
        }
        func visit(_ shape: Shape) {
            switch shape {
            case .mapping(let table): visit(table)
            case .step: stepTables.forEach(visit)
            case .verification: visit(verification(kinds.verifications))
            case .list(let element, _): visit(element)
            case .names(let value): visit(value)
            case .oneOf(let shapes): shapes.forEach(visit)
            case .text, .name, .token, .boolean, .integer, .number, .choice, .numeral, .pattern, .exact, .probeFormat,
                .anything:
                break
            }
        }
        visit(scenario)
        return found
    }

    /// The table with the names of the formats where one of them can stand.
    private func naming(_ formats: ProbeFormats) -> KeyTable {
        var table = self
        for index in table.keys.indices {
            if case .probeFormat = table.keys[index].shape { table.keys[index].shape = .choice(formats.names) }
        }
        return table
    }
}

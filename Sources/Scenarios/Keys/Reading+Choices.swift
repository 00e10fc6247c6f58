extension Reading {
    /// Elements of a list, each one of the names and there once.
    package func choices(_ node: SourceNode, _ names: [String], of what: String) -> [String] {
        var found: [String] = []
        for element in elements(node, of: what) {
            guard let name = choice(element, names) else { continue }
            if found.contains(name) { report(element.location, "\(quoted(name)) occurs more than once") }
            found.append(name)
        }
        return found
    }

    /// Checks that don't count, each with the reason.
    package func waived<Name: RawRepresentable & CaseIterable & Hashable>(
        _ node: SourceNode?, _: Name.Type
    ) -> [Name: String] where Name.RawValue == String {
        var waived: [Name: String] = [:]
        for entry in entries(node, of: "reasons by check") {
            let reason = name(entry.value, "the reason why the check does not count")
            guard let check = Name(rawValue: entry.key) else {
                let hint = Suggestion.hint(for: entry.key, among: Name.allCases.map(\.rawValue))
                report(entry.location, "no check is called \(quoted(entry.key))\(hint)")
                continue
            }
            waived[check] = reason
        }
        return waived
    }
}

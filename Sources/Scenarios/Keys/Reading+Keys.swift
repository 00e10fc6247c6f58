/// A group whose declarations have been looked up once.
struct PreparedGroup {
    var keys: any KeySet
    var table: KeyTable
}

extension Reading {
    /// Reads a mapping: unknown and missing keys, wrong values and broken rules are reported. Nil where it is no mapping.
    public func read<Group: KeyGroup>(
        _ node: SourceNode, _ group: Group.Type, _ context: KeyContext = KeyContext()
    ) -> KeyValues<Group>? {
        let prepared = prepared(group)
        guard let keys = prepared.keys as? Group, let entries = entries(node, prepared.table) else { return nil }
        var given: [String: GivenKey] = [:]
        // What one rule has reported, another one doesn't look at.
        var meant = entries
        for rule in prepared.table.rules {
            for stranger in rule.check(meant, at: node.location, self) { meant[stranger] = nil }
        }
        for declared in prepared.table.keys {
            let name = declared.name
            guard let entry = entries[name] else { continue }
            let value = meant[name] == nil ? nil : declared.decode(self, entry.value, context)
            given[name] = GivenKey(entry: entry, value: value)
        }
        return KeyValues(location: node.location, context: context, keys: keys, given: given)
    }

    private func prepared<Group: KeyGroup>(_ group: Group.Type) -> PreparedGroup {
        if let known = preparedGroups[ObjectIdentifier(group)] { return known }
        let keys = Group()
        let declarations = KeyDeclarations(keys)
        let prepared = PreparedGroup(keys: keys, table: KeyTable(Group.about, declarations))
        preparedGroups[ObjectIdentifier(group)] = prepared
        return prepared
    }
}

extension KeyTable {
    /// What a group declares.
    package init<Group: KeyGroup>(_ group: Group.Type) { self.init(Group.about, KeyDeclarations(Group())) }

    fileprivate init(_ about: GroupAbout, _ declarations: KeyDeclarations) {
        self.init(name: about.name, summary: about.summary, keys: declarations.keys, rules: declarations.rules)
    }
}

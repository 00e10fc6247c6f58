/// A group whose declarations have been looked up once.
struct PreparedGroup {
    var keys: any KeySet
    var table: KeyTable
    var declared: [DeclaredKey]
    var rules: [KeyRule]
}

extension Reading {
    /// Reads a mapping: unknown and missing keys, wrong values and broken rules are reported. Nil where it is no mapping.
    public func read<Group: KeyGroup>(
        _ node: SourceNode, _ group: Group.Type, _ context: KeyContext = KeyContext()
    ) -> KeyValues<Group>? {
        let prepared = prepared(group)
        guard let keys = prepared.keys as? Group, let entries = entries(node, prepared.table) else { return nil }
        var given: [String: GivenKey] = [:]
        for declared in prepared.declared {
            guard let entry = entries[declared.description.name] else { continue }
            given[declared.description.name] = GivenKey(
                entry: entry, value: declared.decode(self, entry.value, context))
        }
        for rule in prepared.rules { check(rule, entries, node) }
        return KeyValues(place: node.place, context: context, keys: keys, given: given)
    }

    private func check(_ rule: KeyRule, _ entries: [String: SourceNode.Entry], _ node: SourceNode) {
        switch rule.kind {
        case .exactlyOne(let names):
            let given = names.compactMap { entries[$0] }.sorted { $0.place < $1.place }
            guard let first = given.first else {
                if let missing = rule.missing { report(node.place, missing) }
                return
            }
            guard let beside = rule.beside else { return }
            for other in given.dropFirst() { report(other.place, beside(other.key, first.key)) }
        }
    }

    private func prepared<Group: KeyGroup>(_ group: Group.Type) -> PreparedGroup {
        if let known = preparedGroups[ObjectIdentifier(group)] { return known }
        let keys = Group()
        let declarations = KeyDeclarations(keys)
        let prepared = PreparedGroup(
            keys: keys, table: KeyTable(group), declared: declarations.keys, rules: declarations.rules)
        preparedGroups[ObjectIdentifier(group)] = prepared
        return prepared
    }
}

extension KeyTable {
    /// What a group declares.
    init<Group: KeyGroup>(_ group: Group.Type) {
        let declarations = KeyDeclarations(Group())
        self.init(
            name: Group.about.name, summary: Group.about.summary, keys: declarations.keys.map(\.description))
        for case .exactlyOne(let names) in declarations.rules.map(\.kind) { exactlyOne = names }
    }
}

/// The keys of a probe that say what a format reads, and where problems with them are reported.
public struct ProbeFormatKeys {
    /// What the keys are read for.
    public let reading: Reading
    let keys: KeyValues<ProbeKeys>

    /// Where the probe stands.
    public var location: TextLocation { keys.location }
    /// The value of `value`; nil where there is none.
    public var value: SourceNode? { keys.value }
    /// The value of `where`; nil where there is none.
    public var filter: SourceNode? { keys.where }
    /// Where `where` stands.
    public var filterLocation: TextLocation { keys.location(of: \.where) }

    /// Reports each of the two keys that stands there though the format has no use for it.
    public func refuse(value: String? = nil, filter: String? = nil) {
        for (key, why) in [(keys.present(keys.declared.value), value), (keys.present(keys.declared.where), filter)] {
            guard let why else { continue }
            for key in key { reading.report(key.location, "\(quoted(key.name)) \(why)") }
        }
    }

    /// The names of the other formats that are registered: `json, csv or lines`.
    func formats(besides own: String) -> String {
        let names = reading.kinds.probeFormats.names.filter { $0 != own }
        guard let last = names.last, names.count > 1 else { return names.first ?? "another format" }
        return "\(names.dropLast().joined(separator: ", ")) or \(last)"
    }

    /// The names of a sum in `value`; nil where there is none or it is wrong. `what`: `a column`.
    func sum(of what: String) -> [ProbeGrammar.Name]? {
        guard let node = value, let text = reading.name(node, "the name of \(what)") else { return nil }
        do throws(GrammarError) {
            return try ProbeGrammar.sum(text, of: what)
        } catch {
            // What PromQL has in braces stands in a key of its own.
            let hint = what == "a metric" && text.contains("{") ? "; labels stand in where: name == value" : ""
            reading.report(node.location(at: error.offset), error.message + hint)
            return nil
        }
    }

    /// One filter or a list of them; nil where one is wrong. `what`: `a column`.
    func filters(of what: String) -> [(name: ProbeGrammar.Name, location: TextLocation, filter: Probe.Filter)]? {
        guard let node = filter else { return [] }
        let nodes = if case .list(let nodes) = node.content { nodes } else { [node] }
        if nodes.isEmpty { reading.report(node.location, "the list is empty") }
        let found = nodes.compactMap { node in
            reading.value(node, "expected \(what) and its value, such as name == value") { text throws(GrammarError) in
                let (name, filter) = try ProbeGrammar.filter(text, of: what)
                return (name: name, location: node.location(at: name.offset), filter: filter)
            }
        }
        return found.count == nodes.count && !nodes.isEmpty ? found : nil
    }
}

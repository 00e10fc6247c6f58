extension SourceNode {
    /// The sections that shape what is sent and when, in one form: without comments, quotes and layout, so that two files
    /// that mean the same load give the same text. Nothing is filled in: `${env:…}` stands as it was written.
    ///
    /// The load's own stages are left out, since the command line may change them, and so is what only judges the run
    /// or says where it goes.
    var loadSource: String {
        guard case .mapping(let entries) = content else { return "" }
        let sections = ["identities", "data", "defaults", "login", "flows", "limits", "probes"]
        return entries.filter { sections.contains($0.key) }.sorted { $0.key < $1.key }.map { entry in
            "\(JSONString.quoted(entry.key)): \(entry.value.canonical)\n"
        }.joined()
    }

    /// The value as JSON, every scalar a text; mappings keep their order, which numbers flows and steps.
    private var canonical: String {
        switch content {
        case .scalar(let scalar): JSONString.quoted(scalar.text)
        case .list(let nodes): "[\(nodes.map(\.canonical).joined(separator: ","))]"
        case .mapping(let entries):
            "{\(entries.map { "\(JSONString.quoted($0.key)):\($0.value.canonical)" }.joined(separator: ","))}"
        }
    }
}

extension Reading {
    /// Numbers that are read beside the load.
    func probes(_ node: SourceNode?) -> [Probe] {
        entries(node, of: "probes").compactMap { entry in
            guard let fields = fields(entry.value, .probe) else { return nil }
            let given = fields.present(KeyTable.probe.exactlyOne)
            guard given.count == 1 else {
                report(fields.place, "a probe has either command or get")
                return nil
            }
            let every = duration(fields["every"])
            let timeout = duration(fields["timeout"])
            guard let source = probeSource(fields, given[0]) else { return nil }
            var probe = Probe(name: entry.key, source: source, format: .number)
            if let every { probe.every = every }
            if let timeout { probe.timeout = timeout }
            return probe
        }
    }

    private func probeSource(_ fields: Fields, _ kind: String) -> Probe.Source? {
        if kind == "command" { return .command(command(fields["command"])) }
        let headers = headers(fields["headers"], .constant)
        return constant(fields["get"], "an http:// or https:// URL").map { .http(url: $0, headers: headers) }
    }
}

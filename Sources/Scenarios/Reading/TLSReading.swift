extension Reading {
    /// How TLS connections are made.
    func tls(_ node: SourceNode?) -> TLSSettings {
        var settings = TLSSettings()
        guard let node, let fields = fields(node, .tls) else { return settings }
        settings.authorities = readableFile(fields["ca"])
        settings.certificate = readableFile(fields["certificate"])
        settings.key = readableFile(fields["key"])
        for (one, other) in [("certificate", "key"), ("key", "certificate")]
        where fields[one] != nil && fields[other] == nil {
            report(fields.place(of: one), "\(quoted(one)) needs \(quoted(other)) beside it")
        }
        settings.verifies = boolean(fields["verify"]) ?? true
        settings.serverName = serverName(fields["server_name"])
        settings.resumes = boolean(fields["resume"]) ?? true
        let oldest = version(fields["min_version"]) ?? .tls12
        let newest = version(fields["max_version"]) ?? .tls13
        if oldest <= newest {
            settings.versions = oldest...newest
        } else {
            report(
                fields.place(of: "min_version"),
                "min_version \(oldest.rawValue) is above max_version \(newest.rawValue)")
        }
        return settings
    }

    private func version(_ node: SourceNode?) -> TLSSettings.Version? {
        choice(node, TLSSettings.Version.allCases.map(\.rawValue)).flatMap(TLSSettings.Version.init)
    }

    private func serverName(_ node: SourceNode?) -> String? {
        guard let node, let text = constant(node, "a host name"), let name = text.constant else { return nil }
        // RFC 6066 §3: names only, neither addresses nor ports.
        guard let endpoint = try? Endpoint(parsing: "http://\(name)"), endpoint.host == name.lowercased(),
            !NumericAddress.isNumeric(name)
        else {
            report(node.place, Self.message("expected a host name, without scheme and port", of: text))
            return nil
        }
        return name
    }
}

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
        settings.keyPassphrase = passphrase(fields, key: settings.key)
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

    /// What the key is opened with. An encrypted one without it is a problem: a library would ask for it on the terminal.
    private func passphrase(_ fields: Fields, key: String?) -> String? {
        let given = constant(fields["key_passphrase"], "a passphrase")
        if fields["key_passphrase"] != nil, fields["key"] == nil {
            report(fields.place(of: "key_passphrase"), "\(quoted("key_passphrase")) needs \(quoted("key")) beside it")
        }
        if let key, let node = fields["key"], fields["key_passphrase"] == nil, Self.isEncrypted(key) {
            let shown = node.scalar?.text ?? key
            report(node.place, "the key \(quoted(shown)) is encrypted: give key_passphrase")
        }
        guard let passphrase = given?.constant else { return nil }
        // OpenSSL's own buffer for it has 1,024 bytes (PEM_BUFSIZE), and C ends a text at NUL.
        guard 1...1023 ~= passphrase.utf8.count, !passphrase.utf8.contains(0) else {
            report(fields.place(of: "key_passphrase"), "expected a passphrase of 1 to 1023 bytes")
            return nil
        }
        return passphrase
    }

    /// Whether a PEM file holds an encrypted private key: PKCS #8 (RFC 7468 §11), or the older form (RFC 1421 §4.6.1.1).
    private static func isEncrypted(_ path: String) -> Bool {
        guard let bytes = try? SourceFile.read(path, maximumBytes: maximumValueBytes) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || text.contains("Proc-Type: 4,ENCRYPTED")
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

extension Reading {
    /// How TLS connections are made.
    func tls(_ keys: KeyValues<TLSKeys>) -> TLSSettings {
        var settings = TLSSettings()
        settings.authorities = keys.ca
        settings.certificate = keys.certificate
        settings.key = keys.key
        settings.keyPassphrase = passphrase(keys)
        settings.verifies = keys.verify ?? true
        settings.serverName = keys.serverName
        settings.resumes = keys.resume ?? true
        let oldest = keys.minVersion ?? .tls12
        let newest = keys.maxVersion ?? .tls13
        if oldest <= newest {
            settings.versions = oldest...newest
        } else {
            report(
                keys.location(of: \.minVersion),
                "min_version \(oldest.rawValue) is above max_version \(newest.rawValue)")
        }
        return settings
    }

    /// What the key is opened with. An encrypted one without it is a problem: a library would ask for it on the terminal.
    private func passphrase(_ keys: KeyValues<TLSKeys>) -> String? {
        if let key = keys.key, let node = keys.node(\.key), !keys.has(\.keyPassphrase), Self.isEncrypted(key) {
            let shown = node.scalar?.text ?? key
            report(node.location, "the key \(quoted(shown)) is encrypted: give key_passphrase")
        }
        guard let passphrase = keys.keyPassphrase?.constant else { return nil }
        // OpenSSL's own buffer for it has 1,024 bytes (PEM_BUFSIZE), and C ends a text at NUL.
        guard 1...1023 ~= passphrase.utf8.count, !passphrase.utf8.contains(0) else {
            report(keys.location(of: \.keyPassphrase), "expected a passphrase of 1 to 1023 bytes")
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

    fileprivate func serverName(_ node: SourceNode) -> String? {
        guard let text = constant(node, "a host name"), let name = text.constant else { return nil }
        // RFC 6066 §3: names only, neither addresses nor ports.
        guard let endpoint = try? Endpoint(parsing: "http://\(name)"), endpoint.host == name.lowercased(),
            !NumericAddress.isNumeric(name)
        else {
            report(node.location, Self.message("expected a host name, without scheme and port", of: text))
            return nil
        }
        return name
    }
}

extension KeyForm where Value == String {
    /// The name to ask for and to verify.
    static var serverName: KeyForm { KeyForm(.text) { reading, node, _ in reading.serverName(node) } }
}

extension Reading {
    /// How names are looked up.
    func dns(_ keys: KeyValues<DNSKeys>) -> DNSSettings {
        var settings = DNSSettings()
        settings.refresh = keys.refresh ?? settings.refresh
        settings.pick = keys.pick ?? settings.pick
        settings.server = keys.server
        return settings
    }

    /// The names that the drill's own name server answers for.
    func names(_ given: [NamedValue<KeyValues<NameKeys>>]?) -> [NameDeclaration] {
        var known: Set<String> = []
        return (given ?? []).compactMap { (entry) -> NameDeclaration? in
            let name = NameDeclaration.plain(entry.name)
            if let problem = Self.problem(ofName: name) {
                report(entry.location, "\(quoted(entry.name)) \(problem)")
            } else if !known.insert(name).inserted {
                report(entry.location, "the name \(quoted(name)) stands twice")
            }
            guard let keys = entry.value, let addresses = keys.address else { return nil }
            var declaration = NameDeclaration(name: name, addresses: addresses)
            if let ttl = keys.ttl {
                declaration.ttl = ttl
                // RFC 2181 §8: 31 bits of seconds.
                if ttl.components.attoseconds != 0 || ttl.components.seconds > Int64(Int32.max) {
                    report(keys.location(of: \.ttl), "a TTL is a whole number of seconds, such as 5s")
                }
            }
            return declaration
        }
    }

    /// Why nobody asks a name server for a name; nil: it can be asked.
    private static func problem(ofName name: String) -> String? {
        if NumericAddress.isNumeric(name) { return "is an address, not a host name" }
        if name == "localhost" || name.hasSuffix(".localhost") {
            return "means this machine, whatever a name server says"
        }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName =
            name.utf8.count <= 253 && labels.allSatisfy { 1...63 ~= $0.count }
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isName ? nil : "is not a host name"
    }

    /// `127.0.0.1:5353`
    fileprivate func nameServer(_ node: SourceNode) -> HostPort? {
        let what = "the address and port of a name server, such as 127.0.0.1:53"
        guard let text = constant(node, what), let source = text.constant else { return nil }
        guard let endpoint = Self.hostAndPort(source), NumericAddress.isNumeric(endpoint.host) else {
            report(node.location, Self.message("expected \(what)", of: text))
            return nil
        }
        return HostPort(host: endpoint.host, port: endpoint.port)
    }

    /// An address, or a list of them.
    fileprivate func addresses(_ node: SourceNode) -> [String]? {
        guard case .list = node.content else { return address(node).map { [$0] } }
        let nodes = elements(node, of: "addresses")
        if nodes.isEmpty { report(node.location, "a name has an address at least") }
        let addresses = nodes.compactMap { address($0) }
        return addresses.count == nodes.count && !nodes.isEmpty ? addresses : nil
    }
}

extension KeyForm where Value == DNSSettings.Refresh {
    /// `ttl`, `never`, or a duration.
    static var refresh: KeyForm {
        let expected = "expected ttl, never, or a duration such as 5s"
        // A schema can't say how long a duration is at least.
        var form = KeyForm.parsed(expected, .oneOf([.choice(["ttl", "never"]), .duration])) {
            text throws(GrammarError) in
            if text == "ttl" { return .ttl }
            if text == "never" { return .never }
            let duration: Duration
            do throws(GrammarError) {
                duration = try Quantity.duration(text)
            } catch {
                throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
            }
            guard duration >= .milliseconds(100) else {
                throw GrammarError(offset: 0, message: "expected a duration of at least 100ms, found \(quoted(text))")
            }
            return .every(duration)
        }
        form.isReadByHand = true
        return form
    }
}

extension KeyForm where Value == HostPort {
    /// The numeric address and the port of a name server.
    static var nameServer: KeyForm {
        // Nor what a numeric address is.
        var form = KeyForm(.pattern("[^\\s/]+:[0-9]+")) { reading, node, _ in reading.nameServer(node) }
        form.isReadByHand = true
        return form
    }
}

extension KeyForm where Value == [String] {
    /// A numeric address, or a list of them.
    static var addresses: KeyForm {
        KeyForm(.oneOf([.text, .list(.text, atLeast: 1)])) { reading, node, _ in reading.addresses(node) }
    }
}

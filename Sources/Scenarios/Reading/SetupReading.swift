extension Reading {
    /// Hosts that load may go to.
    fileprivate func authorised(_ node: SourceNode) -> [String] {
        elements(node, of: "host names").compactMap { element in
            guard let text = constant(element, "a host name"), let host = text.constant else { return nil }
            // The same rules as in a URL; an IPv6 address may stand without its brackets.
            let isHost = [host, "[\(host)]"].contains { candidate in
                guard let endpoint = try? Endpoint(parsing: "http://\(candidate)") else { return false }
                return endpoint.path.isEmpty && endpoint.port == 80 && !candidate.hasSuffix(":80")
            }
            guard isHost else {
                report(
                    element.location,
                    Self.message("expected a host name or address, without scheme and port", of: text))
                return nil
            }
            return host
        }
    }

    /// Local processes.
    func services(_ given: [NamedValue<KeyValues<ServiceKeys>>]?) -> [Service] {
        (given ?? []).compactMap { entry in
            guard let keys = entry.value else { return nil }
            var service = Service(name: entry.name, command: keys.command ?? [])
            service.ready = keys.ready
            service.unlessTarget = keys.unless != nil
            service.log = keys.log
            service.startTimeout = keys.startTimeout ?? service.startTimeout
            return service
        }
    }

    /// A program and its arguments.
    func command(_ node: SourceNode) -> [Text] {
        let words = elements(node, of: "a program and its arguments")
        if case .list = node.content, words.isEmpty { report(node.location, "the command is empty") }
        return words.compactMap { constant($0, "an argument") }
    }

    fileprivate func readiness(_ node: SourceNode) -> Service.Readiness? {
        if case .list = node.content { return .command(command(node)) }
        let what = "http://…, https://…, tcp://host:port or a command as a list"
        guard let text = constant(node, what), let url = text.constant else { return nil }
        if url.hasPrefix("tcp://") {
            guard let endpoint = Self.hostAndPort(url.dropFirst("tcp://".count)) else {
                report(node.location, Self.message("expected tcp://host:port", of: text))
                return nil
            }
            return .tcp(host: endpoint.host, port: endpoint.port)
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            report(node.location, Self.message("expected \(what)", of: text))
            return nil
        }
        return constantURL(text, at: node.location, what).map { .http($0) }
    }

    /// Who the iterations claim to be.
    func identities(_ keys: KeyValues<IdentitiesKeys>?) -> Identities? {
        guard let count = keys?.count, let header = keys?.header, let value = keys?.value else { return nil }
        return Identities(count: count, header: header, value: value)
    }

    /// Bounds of the run.
    func limits(_ keys: KeyValues<LimitsKeys>?) -> Limits {
        var limits = Limits()
        limits.maxUsers = keys?.maxUsers ?? limits.maxUsers
        limits.gracefulStop = keys?.gracefulStop ?? limits.gracefulStop
        return limits
    }

    /// True for a name that may stand in `${…}`.
    static func isVariableName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first else { return false }
        return (first == "_" || first.properties.isAlphabetic)
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0 == "_" || $0 == "-" || ("0"..."9").contains($0)
            }
    }

    /// Reports a name that can't stand in `${…}`, or that stands for something else there.
    func checkVariableName(_ name: String, at location: TextLocation) {
        if !Self.isVariableName(name) {
            report(location, "\(quoted(name)) can't stand in ${…}: expected letters, digits, _ and -, a letter first")
        } else if ["iteration", "user", "uuid", "random", "env", "file", "aws-secret"].contains(name) {
            report(location, "\(quoted(name)) has a meaning of its own in ${…}: choose another name")
        }
    }
}

extension Service {
    /// What makes a service needless.
    enum Unless: String, CaseIterable, Sendable {
        case target = "--target"
    }
}

extension KeyForm where Value == [String] {
    /// Hosts that load may go to.
    static var hosts: KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, _ in reading.authorised(node) }
    }
}

extension KeyForm where Value == [Text] {
    /// A program and its arguments.
    static var command: KeyForm {
        KeyForm(.list(.text, atLeast: 1)) { reading, node, _ in reading.command(node) }
    }
}

extension KeyForm where Value == Service.Readiness {
    /// How a service shows that it is ready.
    static var readiness: KeyForm {
        KeyForm(.oneOf([.pattern("(https?|tcp)://.+"), .list(.text, atLeast: 1)])) { reading, node, _ in
            reading.readiness(node)
        }
    }
}

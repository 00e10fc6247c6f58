extension Reading {
    /// Hosts that load may go to.
    func authorised(_ node: SourceNode?) -> [String] {
        elements(node, of: "host names").compactMap { element in
            guard let text = constant(element, "a host name"), let host = text.constant else { return nil }
            // The same rules as in a URL; an IPv6 address may stand without its brackets.
            let isHost = [host, "[\(host)]"].contains { candidate in
                guard let endpoint = try? Endpoint(parsing: "http://\(candidate)") else { return false }
                return endpoint.path.isEmpty && endpoint.port == 80 && !candidate.hasSuffix(":80")
            }
            guard isHost else {
                report(
                    element.place,
                    Self.message("expected a host name or address, without scheme and port", of: text))
                return nil
            }
            return host
        }
    }

    /// Local processes.
    func services(_ node: SourceNode?) -> [Service] {
        entries(node, of: "services").compactMap { entry in
            guard let fields = fields(entry.value, .service) else { return nil }
            var service = Service(name: entry.key, command: command(fields["command"]))
            if let ready = fields["ready"] { service.ready = readiness(ready) }
            if let unless = fields["unless"] { service.unlessTarget = choice(unless, ["--target"]) != nil }
            if let log = fields["log"] { service.log = constant(log, "a path") }
            if let timeout = duration(fields["start_timeout"]) { service.startTimeout = timeout }
            return service
        }
    }

    /// A program and its arguments.
    func command(_ node: SourceNode?) -> [Text] {
        guard let node else { return [] }
        let words = elements(node, of: "a program and its arguments")
        if case .list = node.content, words.isEmpty { report(node.place, "the command is empty") }
        return words.compactMap { constant($0, "an argument") }
    }

    private func readiness(_ node: SourceNode) -> Service.Readiness? {
        if case .list = node.content { return .command(command(node)) }
        let what = "http://…, https://…, tcp://host:port or a command as a list"
        guard let text = constant(node, what), let url = text.constant else { return nil }
        if url.hasPrefix("tcp://") {
            guard let endpoint = Self.hostAndPort(url.dropFirst("tcp://".count)) else {
                report(node.place, Self.message("expected tcp://host:port", of: text))
                return nil
            }
            return .tcp(host: endpoint.host, port: endpoint.port)
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            report(node.place, Self.message("expected \(what)", of: text))
            return nil
        }
        do throws(Endpoint.Malformed) {
            let endpoint = try Endpoint(parsing: url)
            guard !Self.hasForbiddenCharacter(endpoint.path) else {
                report(node.place, Self.message("a URL holds no spaces or control characters", of: text))
                return nil
            }
            return .http(text)
        } catch {
            report(node.place, Self.message(Self.problem(error), of: text))
            return nil
        }
    }

    /// Who the iterations claim to be.
    func identities(_ node: SourceNode?) -> Identities? {
        guard let node, let fields = fields(node, .identities) else { return nil }
        let count = integer(fields["count"], minimum: 1, maximum: 10_000_000)
        let header = name(fields["header"], "the name of a header field")
        if let header, let node = fields["header"], let problem = HeaderName.problem(header) {
            report(node.place, problem)
        }
        let value = headerValue(fields["value"], .user)
        guard let count, let header, let value else { return nil }
        return Identities(count: count, header: header, value: value)
    }

    /// Bounds of the run.
    func limits(_ node: SourceNode?) -> Limits {
        var limits = Limits()
        guard let node, let fields = fields(node, .limits) else { return limits }
        if let users = integer(fields["max_users"], minimum: 1, maximum: 10_000_000) { limits.maxUsers = users }
        if let stop = duration(fields["graceful_stop"], allowsZero: true) { limits.gracefulStop = stop }
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
    func checkVariableName(_ name: String, at place: Place) {
        if !Self.isVariableName(name) {
            report(place, "\(quoted(name)) can't stand in ${…}: expected letters, digits, _ and -, a letter first")
        } else if ["iteration", "user", "uuid", "random", "env", "file", "aws-secret"].contains(name) {
            report(place, "\(quoted(name)) has a meaning of its own in ${…}: choose another name")
        }
    }
}

extension Reading {
    /// Probes at most: each has a thread of its own while the load runs.
    static let maximumProbes = 64
    /// The shortest time from one sample to the next: more of them would be a load of their own.
    static let shortestProbing = Duration.milliseconds(10)

    /// Numbers that are read beside the load.
    ///
    /// - Parameter target: The scenario's; paths start there.
    func probes(_ keys: KeyValues<ScenarioKeys>, target: Text) -> [Probe] {
        let entries = keys.probes ?? []
        if entries.count > Self.maximumProbes, let node = keys.node(\.probes) {
            report(node.location, "more than \(Self.maximumProbes) probes")
        }
        return entries.compactMap { entry in
            if let problem = Self.problem(ofProbeName: entry.name) { report(entry.location, problem) }
            return entry.value.flatMap { probe(entry.name, $0, target) }
        }
    }

    /// What stands against a name in objectives: `p95 NAME < 5`.
    private static func problem(ofProbeName name: String) -> String? {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: byte >= 0x80
            }
        }
        guard isWord, let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else {
            return "a probe's name has letters, digits, _, - and ., a letter first: objectives name it"
        }
        if Objective.Measure.named.contains(where: { $0.name == name }) {
            return "\(quoted(name)) is a measure of objectives: choose another name"
        }
        if isStatistic(name) || ["of", "within", "in", "any"].contains(name) {
            return "\(quoted(name)) has a meaning of its own in objectives: choose another name"
        }
        return nil
    }

    private static func isStatistic(_ name: String) -> Bool {
        do throws(GrammarError) {
            return try ObjectiveParser.statistic(name, offset: 0) != nil
        } catch {
            // `p0` and `p101` look like one.
            return true
        }
    }

    private func probe(_ name: String, _ keys: KeyValues<ProbeKeys>, _ target: Text) -> Probe? {
        let given = keys.present(keys.declared.command, keys.declared.get)
        if given.count != 1 { report(keys.location, "a probe has either command or get") }
        if let every = keys.every, every < Self.shortestProbing, let node = keys.node(\.every) {
            report(
                node.location,
                "samples are taken every 10ms at most: each is work for this machine and for what it asks")
        }
        let source = given.count == 1 ? probeSource(keys, target) : nil
        guard let format = probeFormat(keys), let source else { return nil }
        var probe = Probe(name: name, source: source, format: format)
        probe.every = keys.every ?? probe.every
        probe.timeout = keys.timeout ?? probe.timeout
        return probe
    }

    // MARK: - Where samples come from

    private func probeSource(_ keys: KeyValues<ProbeKeys>, _ target: Text) -> Probe.Source? {
        if keys.has(\.command) {
            refuse(keys.present(keys.declared.headers), "doesn't fit a command")
            let command = keys.command ?? []
            if command.first?.constant == "", let node = keys.node(\.command) {
                report(node.location, "the program's name is empty")
            }
            return .command(command, environment: keys.environment ?? [])
        }
        refuse(keys.present(keys.declared.environment), "doesn't fit get: it is a command's")
        return probeURL(keys.get, target).map { .http(url: $0, headers: keys.headers ?? []) }
    }

    fileprivate func environment(_ node: SourceNode) -> [Probe.EnvironmentVariable] {
        entries(node, of: "environment variables").compactMap { entry in
            if entry.key.isEmpty || entry.key.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) {
                report(entry.location, "\(quoted(entry.key)) is not a valid variable name")
            }
            return constant(entry.value, "a text").map { Probe.EnvironmentVariable(name: entry.key, value: $0) }
        }
    }

    private func probeURL(_ node: SourceNode?, _ target: Text) -> ConstantURL? {
        let what = "an http:// or https:// URL, or a path on the target"
        guard let node, let text = constant(node, what, isURL: true), let url = text.constant else { return nil }
        // What is wrong with the target is reported there.
        if url.hasPrefix("/"), !Self.hasForbiddenCharacter(url), !url.contains("#") {
            return try? ConstantURL(text.url(on: target))
        }
        return constantURL(text, at: node.location, what)
    }

    // MARK: - How a sample is read

    private func probeFormat(_ keys: KeyValues<ProbeKeys>) -> (any ProbeFormat)? {
        let formats = kinds.probeFormats
        var format = formats.types.first
        if let node = keys.read {
            guard let name = choice(node, formats.names) else { return nil }
            format = formats[name]
        }
        return format?.read(ProbeFormatKeys(reading: self, keys: keys))
    }

    private func refuse(_ keys: [(name: String, location: TextLocation)], _ why: String) {
        for key in keys { report(key.location, "\(quoted(key.name)) \(why)") }
    }
}

extension KeyForm where Value == [Probe.EnvironmentVariable] {
    /// Variables of a command.
    static var environment: KeyForm {
        KeyForm(.names(.text)) { reading, node, _ in reading.environment(node) }
    }
}

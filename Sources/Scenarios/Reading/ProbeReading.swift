extension Reading {
    /// Probes at most: each has a thread of its own while the load runs.
    static let maximumProbes = 64
    /// The shortest time from one sample to the next: more of them would be a load of their own.
    static let shortestProbing = Duration.milliseconds(10)

    /// Numbers that are read beside the load.
    ///
    /// - Parameter target: The scenario's; paths start there.
    func probes(_ node: SourceNode?, target: Text) -> [Probe] {
        let entries = entries(node, of: "probes")
        if entries.count > Self.maximumProbes, let node {
            report(node.place, "more than \(Self.maximumProbes) probes")
        }
        return entries.compactMap { entry in
            if let problem = Self.problem(ofProbeName: entry.key) { report(entry.place, problem) }
            return fields(entry.value, .probe).flatMap { probe(entry.key, $0, target) }
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

    private func probe(_ name: String, _ fields: Fields, _ target: Text) -> Probe? {
        let given = fields.present(KeyTable.probe.exactlyOne)
        if given.count != 1 { report(fields.place, "a probe has either command or get") }
        let every = duration(fields["every"])
        if let every, every < Self.shortestProbing, let node = fields["every"] {
            report(
                node.place, "samples are taken every 10ms at most: each is work for this machine and for what it asks")
        }
        let timeout = duration(fields["timeout"])
        let source = given.count == 1 ? probeSource(fields, given[0], target) : nil
        guard let format = probeFormat(fields), let source else { return nil }
        var probe = Probe(name: name, source: source, format: format)
        if let every { probe.every = every }
        if let timeout { probe.timeout = timeout }
        return probe
    }

    // MARK: - Where samples come from

    private func probeSource(_ fields: Fields, _ kind: String, _ target: Text) -> Probe.Source? {
        let headers = headers(fields["headers"], .constant)
        let environment = environment(fields["environment"])
        if kind == "command" {
            refuse(["headers"], in: fields, "doesn't fit a command")
            let command = command(fields["command"])
            if command.first?.constant == "", let node = fields["command"] {
                report(node.place, "the program's name is empty")
            }
            return .command(command, environment: environment)
        }
        refuse(["environment"], in: fields, "doesn't fit get: it is a command's")
        return probeURL(fields["get"], target).map { .http(url: $0, headers: headers) }
    }

    private func environment(_ node: SourceNode?) -> [Probe.EnvironmentVariable] {
        entries(node, of: "environment variables").compactMap { entry in
            if entry.key.isEmpty || entry.key.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) {
                report(entry.place, "\(quoted(entry.key)) is not a valid variable name")
            }
            return constant(entry.value, "a text").map { Probe.EnvironmentVariable(name: entry.key, value: $0) }
        }
    }

    private func probeURL(_ node: SourceNode?, _ target: Text) -> Text? {
        let what = "an http:// or https:// URL, or a path on the target"
        guard let node, let text = constant(node, what, isURL: true), let url = text.constant else { return nil }
        if Self.hasForbiddenCharacter(url) || url.contains("#") {
            report(node.place, Self.message("a URL holds no spaces, control characters or fragment", of: text))
            return nil
        }
        if url.hasPrefix("/") { return text.url(on: target) }
        do throws(Endpoint.Malformed) {
            _ = try Endpoint(parsing: url)
            return text
        } catch {
            let problem = error == .scheme ? "expected \(what)" : Self.problem(error)
            report(node.place, Self.message(problem, of: text))
            return nil
        }
    }

    // MARK: - How a sample is read

    private func probeFormat(_ fields: Fields) -> Probe.Format? {
        let word = choice(fields["read"], ProbeFormatName.allCases.map(\.rawValue))
        if fields["read"] != nil, word == nil { return nil }
        let format = word.flatMap(ProbeFormatName.init) ?? .number
        switch format {
        case .number:
            refuse(["value", "where"], in: fields, "needs read: json, csv, lines or prometheus")
            return .number
        case .json:
            refuse(["where"], in: fields, "doesn't fit read: json")
            return jsonFormat(fields)
        case .csv:
            let columns = sum(fields["value"], of: "a column")
            let filters = filters(fields["where"], of: "a column")
            guard let filters, columns != nil || fields["value"] == nil else { return nil }
            return .csv(columns: columns?.map(\.text) ?? [], filters: filters.map(\.filter))
        case .lines: return linesFormat(fields)
        case .prometheus: return prometheusFormat(fields)
        }
    }

    private func jsonFormat(_ fields: Fields) -> Probe.Format? {
        guard let node = fields["value"], let text = name(node, "a JSON path such as $.pool.active") else {
            if fields["value"] == nil { report(fields.place, "read: json needs a value: a path such as $.pool.active") }
            return nil
        }
        var cursor = Cursor(text)
        do throws(GrammarError) {
            let path = try JSONPath.parse(&cursor)
            cursor.skipSpaces()
            let offset = cursor.offset
            let counts = cursor.take(word: "count")
            cursor.skipSpaces()
            guard cursor.isAtEnd else {
                throw GrammarError(offset: offset, message: "expected count or the end after the JSON path")
            }
            return .json(path, counts: counts)
        } catch {
            report(node, error)
            return nil
        }
    }

    private func linesFormat(_ fields: Fields) -> Probe.Format? {
        let names = sum(fields["value"], of: "a line")
        let filters = filters(fields["where"], of: "a line")
        switch (fields["value"] != nil, fields["where"] != nil) {
        case (true, false): return names.map { .lines(names: $0.map(\.text)) }
        case (false, true): return filters.map { .linesHold($0.map(\.filter)) }
        case (true, true):
            report(fields.place(of: "where"), "of lines either value is read, or it is seen whether where holds")
        case (false, false): report(fields.place, "read: lines needs a value, the name of a line, or where")
        }
        return nil
    }

    private func prometheusFormat(_ fields: Fields) -> Probe.Format? {
        guard let node = fields["value"] else {
            report(fields.place, "read: prometheus needs a value: the name of a metric")
            return nil
        }
        let metrics = sum(node, of: "a metric")
        for metric in metrics ?? [] where !metric.isQuoted && !ProbeGrammar.isMetricName(metric.text) {
            report(
                node.place(at: metric.offset), "\(quoted(metric.text)) is not a plain metric name: put it in quotes")
        }
        let labels = filters(fields["where"], of: "a label")
        for (label, place) in (labels ?? []).map({ ($0.name, $0.place) })
        where !label.isQuoted && !ProbeGrammar.isMetricName(label.text, colon: false) {
            report(place, "\(quoted(label.text)) is not a plain label name: put it in quotes")
        }
        guard let metrics, let labels else { return nil }
        return .prometheus(metrics: metrics.map(\.text), labels: labels.map(\.filter))
    }

    private func sum(_ node: SourceNode?, of what: String) -> [ProbeGrammar.Name]? {
        guard let node, let text = name(node, "the name of \(what)") else { return nil }
        do throws(GrammarError) {
            return try ProbeGrammar.sum(text, of: what)
        } catch {
            // What PromQL has in braces stands in a key of its own.
            let hint = what == "a metric" && text.contains("{") ? "; labels stand in where: name == value" : ""
            report(node.place(at: error.offset), error.message + hint)
            return nil
        }
    }

    /// One filter or a list of them; nil where one is wrong.
    private func filters(
        _ node: SourceNode?, of what: String
    ) -> [(name: ProbeGrammar.Name, place: Place, filter: Probe.Filter)]? {
        guard let node else { return [] }
        let nodes = if case .list(let nodes) = node.content { nodes } else { [node] }
        if nodes.isEmpty { report(node.place, "the list is empty") }
        let found = nodes.compactMap { node in
            value(node, "expected \(what) and its value, such as name == value") { text throws(GrammarError) in
                let (name, filter) = try ProbeGrammar.filter(text, of: what)
                return (name: name, place: node.place(at: name.offset), filter: filter)
            }
        }
        return found.count == nodes.count && !nodes.isEmpty ? found : nil
    }

    private func refuse(_ keys: [String], in fields: Fields, _ why: String) {
        for key in fields.present(keys) { report(fields.place(of: key), "\(quoted(key)) \(why)") }
    }
}

extension Reading {
    /// The target: `http://host[:port][/prefix]`.
    func target(_ node: SourceNode?) -> Text? {
        guard let node, let text = constant(node, "a target such as http://127.0.0.1:8080") else { return nil }
        if let problem = Self.problem(ofTarget: text.constant ?? "") {
            report(node.location, Self.message(problem, of: text))
            return nil
        }
        return text
    }

    /// A text of which nothing waits for an iteration; nil where it is wrong, or not known in this reading.
    public func constant(_ node: SourceNode?, _ what: String, isURL: Bool = false) -> Text? {
        let count = problems.count
        guard let text = text(node, .constant, what, isURL: isURL), problems.count == count, !hasUnread(text),
            text.constant != nil
        else { return nil }
        return text
    }

    /// A whole `http[s]://` URL that is known when the scenario is read.
    func constantURL(_ node: SourceNode?) -> ConstantURL? {
        let what = "an http:// or https:// URL"
        guard let node, let text = constant(node, what, isURL: true) else { return nil }
        return constantURL(text, at: node.location, what)
    }

    /// A text as a whole URL. `what`: what was expected.
    func constantURL(_ text: Text, at location: TextLocation, _ what: String) -> ConstantURL? {
        guard let url = text.constant else { return nil }
        if Self.hasForbiddenCharacter(url) || url.contains("#") {
            report(location, Self.message("a URL holds no spaces, control characters or fragment", of: text))
            return nil
        }
        do throws(Endpoint.Malformed) {
            return try ConstantURL(text)
        } catch {
            let problem = error == .scheme ? "expected \(what)" : Self.problem(error)
            report(location, Self.message(problem, of: text))
            return nil
        }
    }

    /// A message about a value, which is named as it was written where it came from elsewhere.
    package static func message(_ problem: String, of text: Text) -> String {
        "\(quoted(text.shown)): \(problem)"
    }

    /// What is wrong with a target, without naming it.
    package static func problem(ofTarget url: String) -> String? {
        do throws(Endpoint.Malformed) {
            let endpoint = try Endpoint(parsing: url)
            if endpoint.path.contains("?") { return "a target has no query" }
            return hasForbiddenCharacter(endpoint.path) ? "a URL holds no spaces or control characters" : nil
        } catch {
            return problem(error)
        }
    }

    /// What is wrong with a URL, in words.
    static func problem(_ malformed: Endpoint.Malformed) -> String {
        switch malformed {
        case .scheme: "expected http://host[:port][/path] or https://…"
        case .userInformation: "a URL holds no user or password here: send a header field"
        case .host: "expected a host name, an IPv4 address or an IPv6 address in brackets"
        case .port: "expected a port from 1 to 65535"
        case .fragment: "a URL to request has no fragment (#…)"
        }
    }

    /// The host and port of `host:port`, the port given; the rules are those of a URL.
    static func hostAndPort(_ text: some StringProtocol) -> Endpoint? {
        guard let endpoint = try? Endpoint(parsing: "http://\(text)"), endpoint.path.isEmpty,
            text.hasSuffix(":\(endpoint.port)")
        else { return nil }
        return endpoint
    }

    package static func hasForbiddenCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value <= 32 || $0.value == 127 }
    }

    /// The URL of a step: a path, or a whole URL whose host and port are constant.
    public func stepURL(_ node: SourceNode, _ scope: Scope, webSocket: Bool) -> Text? {
        let count = problems.count
        let what = "a path such as /api/items, or \(webSocket ? "a ws://" : "an http://") URL"
        guard let text = text(node, scope, what, isURL: true), problems.count == count else { return nil }
        if !hasUnread(text), let problem = Self.problem(ofStepURL: text, webSocket: webSocket) {
            report(node.location, Self.message(problem, of: text))
            return nil
        }
        return text
    }

    private static func problem(ofStepURL text: Text, webSocket: Bool) -> String? {
        // The URL with a letter in place of what an iteration fills in, and how much of it is constant.
        var sample = ""
        var constantPrefix: String?
        for piece in text.pieces {
            switch piece {
            case .literal(let value), .secret(let value, _): sample += value
            case .variable:
                constantPrefix = constantPrefix ?? sample
                sample += "x"
            }
        }
        if hasForbiddenCharacter(sample) { return "a URL holds no spaces or control characters: write them as %20" }
        if sample.contains("#") { return problem(.fragment) }
        // What an iteration fills in is a path or a URL on the target then.
        if text.isReference { return nil }
        if sample.hasPrefix("/"), constantPrefix != "" { return nil }
        let start = constantPrefix ?? sample
        guard let scheme = start.firstRange(of: "://") else {
            return
                "expected a path that begins with / or \(webSocket ? "a ws:// or wss://" : "an http:// or https://") URL"
        }
        let authority = start[scheme.upperBound...]
        if constantPrefix != nil, !authority.contains("/"), !authority.contains("?") {
            return "the host and port of a URL can't vary"
        }
        do throws(Endpoint.Malformed) {
            _ = try Endpoint(parsing: sample, webSocket: webSocket)
            return nil
        } catch {
            if webSocket, error == .scheme { return "expected ws://host[:port][/path], wss://…, http://… or https://…" }
            return problem(error)
        }
    }

    /// Header fields by name.
    public func headers(_ node: SourceNode?, _ scope: Scope) -> [Header] {
        var headers: [Header] = []
        for entry in entries(node, of: "header fields") {
            if let problem = HeaderName.problem(entry.key) { report(entry.location, problem) }
            if let value = headerValue(entry.value, scope) {
                if headers.contains(where: { $0.name.lowercased() == entry.key.lowercased() }) {
                    report(entry.location, "the header field \(quoted(entry.key)) occurs more than once")
                }
                headers.append(Header(name: entry.key, value: value))
            }
        }
        return headers
    }

    /// The value of a header field.
    public func headerValue(_ node: SourceNode?, _ scope: Scope) -> Text? {
        guard let node, let text = text(node, scope) else { return nil }
        for piece in text.pieces {
            let (value, shown): (String, String)
            switch piece {
            case .literal(let literal): (value, shown) = (literal, "the value")
            case .secret(let secret, let name): (value, shown) = (secret, "the value of \(name)")
            case .variable: continue
            }
            if value.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) {
                report(node.location, "\(shown) holds a line break or NUL, which a header field can't")
                return nil
            }
        }
        return text
    }

    /// A JSON value with places to fill in.
    public func json(_ node: SourceNode, _ scope: Scope) -> JSONTemplate {
        switch node.content {
        case .list(let nodes): return .array(nodes.map { json($0, scope) })
        case .mapping(let entries):
            return .object(entries.map { JSONTemplate.Member(name: $0.key, value: json($0.value, scope)) })
        case .scalar(let scalar):
            if scalar.isNull { return .raw("null") }
            if scalar.isPlain, ["true", "false"].contains(scalar.text) || JSONNumber.isNumber(scalar.text) {
                return .raw(scalar.text)
            }
            let text = template(scalar.text, scope, at: node, offset: 0)
            if text.pieces.count == 1, case .variable(let variable) = text.pieces[0] {
                warnOfNumbers(variable, at: node)
                return .variable(variable)
            }
            return .text(text)
        }
    }

    /// Warns where a column of a CSV file is sent as texts, though each value of it is a number in JSON.
    private func warnOfNumbers(_ variable: Variable, at node: SourceNode) {
        guard case .column(let name, let column) = variable,
            let table = tables.first(where: { $0.name == name }), let index = table.columns.firstIndex(of: column),
            table.forms[index] == .text, table.rows.allSatisfy({ JSONNumber.isNumber($0[index]) }),
            let row = table.rows.first(where: { !JSONNumber.isCanonical($0[index]) })
        else { return }
        warn(
            node.location,
            "${\(name).\(column)} is sent as a text: \(quoted(row[index])) would come back as another text from a number; "
                + "${\(name).\(column)|number} sends numbers, |text says that texts are meant")
    }

    /// Warns of a text where an object or a list was meant: `json: '{"a": 1}'`.
    package func warnOfJSONText(_ node: SourceNode, at location: TextLocation) {
        guard case .scalar(let scalar) = node.content else { return }
        let ends = (scalar.text.first { !$0.isWhitespace }, scalar.text.last { !$0.isWhitespace })
        switch ends {
        case ("{", "}"), ("[", "]"):
            warn(
                location,
                "json is a text here, and is sent as one, in quotes: write the JSON without quotes around it, or send it "
                    + "by body with a Content-Type of application/json")
        default: break
        }
    }
}

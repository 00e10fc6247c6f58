extension Reading {
    /// Origins, methods or fields of a list at most.
    private static let maximumListed = 50

    /// Which origins may read answers.
    func cors(_ fields: Fields, _ context: VerifyContext) -> CORSRule? {
        var rule = CORSRule(request: VerifiedRequest(url: Text("/")), allow: [])
        allow(fields["allow"], &rule)
        rule.deny = listed(fields["deny"], of: "origins").compactMap { node in
            value(node, "expected an origin such as https://old.example") { text throws(GrammarError) in
                let origin = try WebOrigin(parsing: text)
                guard !origin.isPattern else {
                    throw GrammarError(offset: 0, message: "\(quoted(text)) is not an origin that a browser sends")
                }
                return text
            }
        }
        for origin in rule.deny where rule.allowsAll || rule.allow.contains(where: { $0.covers(origin) }) {
            report(fields.place(of: "deny"), "\(quoted(origin)) is both allowed and denied")
        }
        rule.methods = fields["methods"].map { tokens($0, of: "methods", isMethod: true) }
        rule.headers = fields["headers"].map { tokens($0, of: "header fields", isMethod: false) }
        rule.expose = fields["expose"].map { tokens($0, of: "header fields", isMethod: false) } ?? []
        rule.credentials = boolean(fields["credentials"])
        if rule.credentials == true, rule.allowsAll {
            report(
                fields.place(of: "credentials"),
                "browsers refuse credentials where every origin is allowed: name the origins")
        }
        rule.maxAge = duration(fields["max_age"], allowsZero: true)
        rule.waived = waived(fields["waive"], CORSCheckName.self)
        rule.coverage = coverage(fields, context)
        guard let request = corsRequest(fields, context) else { return nil }
        rule.request = request
        return rule
    }

    private func allow(_ node: SourceNode?, _ rule: inout CORSRule) {
        let nodes = listed(node, of: "origins")
        for node in nodes {
            if node.scalar?.text == "*" {
                rule.allowsAll = true
                if nodes.count > 1 { report(node.place, "* allows every origin: it stands alone") }
                continue
            }
            let origin = value(node, "expected an origin such as https://app.example") { text throws(GrammarError) in
                try WebOrigin(parsing: text)
            }
            guard let origin else { continue }
            if rule.allow.contains(origin) { report(node.place, "\(quoted(origin.text)) occurs more than once") }
            rule.allow.append(origin)
        }
    }

    private func corsRequest(_ fields: Fields, _ context: VerifyContext) -> VerifiedRequest? {
        let given = fields.present(["path", "request"])
        for other in given.dropFirst() {
            report(fields.place(of: other), "one request: \(quoted(other)) can't stand beside \(quoted(given[0]))")
        }
        switch given.first {
        case "path": return fields["path"].flatMap { plainRequest($0, context) }
        case "request":
            return fields["request"].flatMap { self.fields($0, .singleRequest) }
                .flatMap { verifiedRequest($0, context) }
        default:
            report(fields.place, "expected path or request")
            return nil
        }
    }

    private func listed(_ node: SourceNode?, of what: String) -> [SourceNode] {
        let nodes = elements(node, of: what)
        if nodes.count > Self.maximumListed {
            report(nodes[Self.maximumListed].place, "more than \(Self.maximumListed) \(what)")
        }
        return Array(nodes.prefix(Self.maximumListed))
    }

    private func tokens(_ node: SourceNode, of what: String, isMethod: Bool) -> [String] {
        var found: [String] = []
        for element in listed(node, of: what) {
            guard let text = name(element, isMethod ? "a method" : "the name of a header field") else { continue }
            guard HeaderName.isToken(text), text != "*" else {
                report(element.place, "\(quoted(text)) is not a valid \(isMethod ? "method" : "header name")")
                continue
            }
            if isMethod, text != text.uppercased() {
                report(element.place, "methods are case-sensitive: \(text.uppercased())")
            }
            if found.contains(where: { $0.lowercased() == text.lowercased() }) {
                report(element.place, "\(quoted(text)) occurs more than once")
            }
            found.append(text)
        }
        return found
    }
}

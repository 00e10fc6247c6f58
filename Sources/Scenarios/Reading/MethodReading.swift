/// A method by its name, and where the request goes.
struct MethodAndURL: Sendable {
    /// The method as far as the engine tells methods apart.
    var method: Step.Method
    /// Its name where it is none of those.
    var other: String?
    var url: Text
}

extension Reading {
    /// `PURGE /static/a.css`: a method (RFC 9110 §9.1) and a path or URL.
    fileprivate func methodAndURL(_ node: SourceNode, _ scope: Scope) -> MethodAndURL? {
        let what = "a method and a path, such as PURGE /static/a.css"
        guard let scalar = node.scalar else {
            report(node.location, "expected \(what), found \(node.found)")
            return nil
        }
        let name = String(scalar.text.prefix { $0 != " " })
        let url = scalar.text.dropFirst(name.count).drop { $0 == " " }
        guard HeaderName.isToken(name), !url.isEmpty else {
            report(node.location, "expected \(what), found \(node.found)")
            return nil
        }
        if name == "CONNECT" {
            report(node.location, "CONNECT asks a proxy for a tunnel, which is not a request that can be answered")
            return nil
        }
        if name != name.uppercased(), let known = Step.Method(rawValue: name.uppercased()) {
            report(node.location, "methods are told apart by case (RFC 9110 §9.1): did you mean \(known.rawValue)?")
            return nil
        }
        var target = node
        var rest = scalar
        let offset = scalar.text.unicodeScalars.count - url.unicodeScalars.count
        rest.text = String(url)
        rest.literal?.column += offset
        target.content = .scalar(rest)
        guard let text = stepURL(target, scope, webSocket: false) else { return nil }
        let known = Step.Method(rawValue: name)
        return MethodAndURL(method: known ?? .get, other: known == nil ? name : nil, url: text)
    }
}

extension Reading {
    /// True where a method stands in front of a URL.
    static func beginsWithMethod(_ text: String) -> Bool {
        text.firstIndex(of: " ").map { HeaderName.isToken(String(text[..<$0])) } ?? false
    }

    /// `/stream`, or `POST /chat`: a path or URL that is asked for by GET, or what a request of any method names.
    fileprivate func eventsURL(_ node: SourceNode, _ scope: Scope) -> MethodAndURL? {
        guard let text = node.scalar?.text, Self.beginsWithMethod(text) else {
            return stepURL(node, scope, webSocket: false).map { MethodAndURL(method: .get, other: nil, url: $0) }
        }
        let both = methodAndURL(node, scope)
        if both?.method == .head, both?.other == nil {
            report(node.location, "the answer to HEAD has no body: no event can come")
            return nil
        }
        return both
    }
}

extension KeyForm where Value == MethodAndURL {
    /// A path or URL, with a method in front of it or without.
    static var eventsURL: KeyForm {
        KeyForm(.oneOf([.url, .pattern("[!#$%&'*+.^_`|~0-9A-Za-z-]+ +[^ ].*")])) { reading, node, context in
            reading.eventsURL(node, context.scope)
        }
    }

    /// A method and a path or URL.
    static var methodAndURL: KeyForm {
        KeyForm(.pattern("[!#$%&'*+.^_`|~0-9A-Za-z-]+ +[^ ].*")) { reading, node, context in
            reading.methodAndURL(node, context.scope)
        }
    }
}

public import Scenarios

extension CORSRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "cors"
    /// What it is, for the schema and the documentation.
    public static let summary = "Which origins may read answers."

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { [request] + coverage.provocations.values.map(\.request) }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<CORSKeys>, _ reading: Reading, _ context: VerifyContext) {
        let first = keys.present(keys.declared.path, keys.declared.request).first?.name
        let request = first == keys.declared.request.name ? keys.request : keys.path
        self.init(request: request ?? VerifiedRequest(url: Text("/")), allow: keys.allow?.origins ?? [])
        allowsAll = keys.allow?.isAll ?? false
        deny = keys.deny ?? []
        for origin in deny where allowsAll || allow.contains(where: { $0.covers(origin) }) {
            reading.report(keys.location(of: \.deny), "\(quoted(origin)) is both allowed and denied")
        }
        methods = keys.methods
        headers = keys.headers
        expose = keys.expose ?? []
        credentials = keys.credentials
        if credentials == true, allowsAll {
            reading.report(
                keys.location(of: \.credentials),
                "browsers refuse credentials where every origin is allowed: name the origins")
        }
        maxAge = keys.maxAge
        waived = keys.waive ?? [:]
        coverage = AnswerCoverage(keys.coverage, reading)
        if request == nil { return nil }
    }
}

/// Origins that are allowed.
struct AllowedOrigins: Sendable {
    var origins: [WebOrigin] = []
    /// Whether `*` is among them.
    var isAll = false
}

extension KeyForm where Value == AllowedOrigins {
    static var allowedOrigins: KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, _ in
            var allowed = AllowedOrigins()
            let nodes = reading.listed(node, of: "origins")
            for node in nodes {
                if node.scalar?.text == "*" {
                    allowed.isAll = true
                    if nodes.count > 1 { reading.report(node.location, "* allows every origin: it stands alone") }
                    continue
                }
                let expected = "expected an origin such as https://app.example"
                let origin = reading.value(node, expected) { text throws(GrammarError) in
                    try WebOrigin(parsing: text)
                }
                guard let origin else { continue }
                if allowed.origins.contains(origin) {
                    reading.report(node.location, "\(quoted(origin.text)) occurs more than once")
                }
                allowed.origins.append(origin)
            }
            return allowed
        }
    }
}

extension KeyForm where Value == [String] {
    static var deniedOrigins: KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, _ in
            reading.listed(node, of: "origins").compactMap { node in
                reading.value(node, "expected an origin such as https://old.example") { text throws(GrammarError) in
                    let origin = try WebOrigin(parsing: text)
                    guard !origin.isPattern else {
                        throw GrammarError(message: "\(quoted(text)) is not an origin that a browser sends")
                    }
                    return text
                }
            }
        }
    }

    /// Names of methods, or of header fields, each once.
    static func tokens(isMethod: Bool) -> KeyForm {
        KeyForm(.list(.text, atLeast: 0)) { reading, node, _ in
            var found: [String] = []
            for element in reading.listed(node, of: isMethod ? "methods" : "header fields") {
                guard let text = reading.name(element, isMethod ? "a method" : "the name of a header field") else {
                    continue
                }
                guard HeaderName.isToken(text), text != "*" else {
                    reading.report(
                        element.location, "\(quoted(text)) is not a valid \(isMethod ? "method" : "header name")")
                    continue
                }
                if isMethod, text != text.uppercased() {
                    reading.report(element.location, "methods are case-sensitive: \(text.uppercased())")
                }
                if found.contains(where: { $0.lowercased() == text.lowercased() }) {
                    reading.report(element.location, "\(quoted(text)) occurs more than once")
                }
                found.append(text)
            }
            return found
        }
    }
}

extension Reading {
    /// Origins, methods or fields of a list at most.
    private static let maximumListed = 50

    /// The elements of a list, which must not be long.
    fileprivate func listed(_ node: SourceNode, of what: String) -> [SourceNode] {
        let nodes = elements(node, of: what)
        if nodes.count > Self.maximumListed {
            report(nodes[Self.maximumListed].location, "more than \(Self.maximumListed) \(what)")
        }
        return Array(nodes.prefix(Self.maximumListed))
    }
}

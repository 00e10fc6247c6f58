public import Measures
public import Scenarios

/// Makes planned exchanges of the requests that a scenario's verifications name: joined to the target, with the
/// scenario's default header fields.
public struct RequestMaker: Sendable {
    private let target: Text
    private let defaults: [HeaderLine]
    private let identities: Identities?

    /// A maker for the scenario.
    public init(_ scenario: Scenario) {
        target = scenario.target
        defaults = scenario.defaults.headers.compactMap { header in
            header.value.constant.map { HeaderLine(header.name, $0) }
        }
        identities = scenario.identities
    }

    /// The planned exchange: at once, on a new connection.
    ///
    /// - Parameters:
    ///   - number: What `${n}` stands for.
    ///   - identity: The number of the scenario's identity that it carries, from 1, counted on from the first after the
    ///     last; nil: none.
    /// - Returns: nil where the target is malformed, which a validated scenario's is not.
    public func exchange(
        _ request: VerifiedRequest, number: Int? = nil, identity: Int? = nil
    ) -> PlannedExchange? {
        guard let endpoint = endpoint(of: request, number: number, identity: identity) else { return nil }
        var exchange = PlannedExchange(to: endpoint, method: request.method.rawValue)
        exchange.timeout = Span(request.timeout)
        exchange.fields = defaults
        if let identity, let identities {
            let user = (identity - 1) % max(1, identities.count) + 1
            exchange.set(identities.header, Self.filled(identities.value, number: number, user: user))
        }
        if let body = request.body { Self.add(body, to: &exchange, number: number, user: identity) }
        for header in request.headers {
            exchange.set(header.name, Self.filled(header.value, number: number, user: identity))
        }
        return exchange
    }

    /// Where a request leads, with what `exchange` puts into its URL.
    private func endpoint(of request: VerifiedRequest, number: Int?, identity: Int?) -> Endpoint? {
        try? Endpoint(parsing: Self.filled(request.url.url(on: target), number: number, user: identity))
    }

    /// The request over plain HTTP that must lead to HTTPS: the rule's own, else of the target where the ports are the usual
    /// ones.
    public func upgrade(_ rule: HeaderRule) -> PlannedExchange? {
        if let upgrade = rule.upgrade { return exchange(upgrade) }
        guard let first = rule.requests.first, let plain = exchange(first)?.endpoint.plain else { return nil }
        var exchange = PlannedExchange(to: plain)
        exchange.timeout = Span(first.timeout)
        return exchange
    }

    private static func add(_ body: Body, to exchange: inout PlannedExchange, number: Int?, user: Int?) {
        switch body {
        case .json(let template):
            exchange.set("Content-Type", "application/json")
            exchange.body = Array(json(template, number: number, user: user).utf8)
        case .form(let fields):
            exchange.set("Content-Type", "application/x-www-form-urlencoded")
            let pairs = fields.map { field in
                FormCoding.encoded(field.name) + "="
                    + FormCoding.encoded(filled(field.value, number: number, user: user))
            }
            exchange.body = Array(pairs.joined(separator: "&").utf8)
        case .text(let text):
            exchange.set("Content-Type", "text/plain; charset=utf-8")
            exchange.body = Array(filled(text, number: number, user: user).utf8)
        case .multipart, .file: break
        }
    }

    /// The text with its places filled in; what only an iteration knows is left out.
    package static func filled(_ text: Text, number: Int?, user: Int?) -> String {
        text.pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .secret(let value, _): value
            case .variable(let variable):
                switch variable.base {
                case .catalogueNumber: number.map(String.init) ?? ""
                case .user: user.map(String.init) ?? ""
                default: ""
                }
            }
        }.joined()
    }

    /// The value of a text that is one variable alone, in the value's own type.
    package static func filled(_ variable: Variable, number: Int?, user: Int?) -> String {
        let value = filled(Text(pieces: [.variable(variable)]), number: number, user: user)
        return JSONNumber.isNumber(value) ? value : JSONString.quoted(value)
    }

    private static func json(_ template: JSONTemplate, number: Int?, user: Int?) -> String {
        switch template {
        case .raw(let raw): raw
        case .text(let text): JSONString.quoted(filled(text, number: number, user: user))
        case .variable(let variable): filled(variable, number: number, user: user)
        case .array(let elements):
            "[" + elements.map { json($0, number: number, user: user) }.joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { "\(JSONString.quoted($0.name)):\(json($0.value, number: number, user: user))" }
                .joined(separator: ",") + "}"
        }
    }
}

extension PlannedExchange {
    /// A request to an endpoint that goes out at once on a new connection.
    package init(to endpoint: Endpoint, method: String = "GET") {
        self.init(
            isSecure: endpoint.isSecure, host: endpoint.host, port: endpoint.port, method: method,
            target: endpoint.requestTarget)
    }

    /// Scheme, host and port of where it goes.
    public var endpoint: Endpoint { Endpoint(isSecure: isSecure, host: host, port: port) }

    /// Sets a field, in place of all of the same name.
    public mutating func set(_ name: String, _ value: String) {
        let lower = name.lowercased()
        guard let place = fields.firstIndex(where: { $0.name.lowercased() == lower }) else {
            fields.append(HeaderLine(name, value))
            return
        }
        fields[place] = HeaderLine(name, value)
        fields = fields.enumerated().filter { $0.offset == place || $0.element.name.lowercased() != lower }
            .map(\.element)
    }
}

internal import HTTPFields
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
    ///   - write: What `${write.id}` stands for.
    ///   - cursor: What `${cursor}` stands for, which the URL has encoded.
    /// - Returns: nil where the target is malformed, which a validated scenario's is not.
    public func exchange(
        _ request: VerifiedRequest, number: Int? = nil, identity: Int? = nil, write: String? = nil,
        cursor: String? = nil
    ) -> PlannedExchange? {
        let values = RequestValues(number: number, user: identity, write: write, cursor: cursor)
        let url = Self.filled(request.url.url(on: target), values)
        guard let endpoint = try? Endpoint(parsing: url) else { return nil }
        var exchange = PlannedExchange(to: endpoint, method: request.method.rawValue)
        exchange.timeout = Span(request.timeout)
        exchange.fields = defaults
        if let identity, let identities {
            var own = values
            own.user = (identity - 1) % max(1, identities.count) + 1
            exchange.set(identities.header, Self.filled(identities.value, own))
        }
        if let body = request.body { Self.add(body, to: &exchange, values) }
        for header in request.headers {
            exchange.set(header.name, Self.filled(header.value, values))
        }
        return exchange
    }

    private static func add(_ body: Body, to exchange: inout PlannedExchange, _ values: RequestValues) {
        switch body {
        case .json(let template):
            exchange.set("Content-Type", "application/json")
            exchange.body = Array(json(template, values).utf8)
        case .form(let fields):
            exchange.set("Content-Type", "application/x-www-form-urlencoded")
            let pairs = fields.map { field in
                FormCoding.encoded(field.name) + "=" + FormCoding.encoded(filled(field.value, values))
            }
            exchange.body = Array(pairs.joined(separator: "&").utf8)
        case .text(let text):
            exchange.set("Content-Type", "text/plain; charset=utf-8")
            exchange.body = Array(filled(text, values).utf8)
        case .multipart, .file: break
        }
    }

    /// The text with its places filled in; what only an iteration knows is left out.
    package static func filled(_ text: Text, _ values: RequestValues) -> String {
        text.pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .secret(let value, _): value
            case .variable(let variable):
                switch variable.base {
                case .catalogueNumber: values.number.map(String.init) ?? ""
                case .user: values.user.map(String.init) ?? ""
                case .writeID: values.write ?? ""
                case .cursor: values.cursor.map { PercentEncoding.encoded($0) } ?? ""
                default: ""
                }
            }
        }.joined()
    }

    /// The value of a text that is one variable alone, in the value's own type.
    package static func filled(_ variable: Variable, _ values: RequestValues) -> String {
        let value = filled(Text(pieces: [.variable(variable)]), values)
        return JSONNumber.isNumber(value) ? value : JSONString.quoted(value)
    }

    private static func json(_ template: JSONTemplate, _ values: RequestValues) -> String {
        switch template {
        case .raw(let raw): raw
        case .text(let text): JSONString.quoted(filled(text, values))
        case .variable(let variable): filled(variable, values)
        case .array(let elements):
            "[" + elements.map { json($0, values) }.joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { "\(JSONString.quoted($0.name)):\(json($0.value, values))" }
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
        guard let index = fields.firstIndex(where: { $0.name.lowercased() == lower }) else {
            fields.append(HeaderLine(name, value))
            return
        }
        fields[index] = HeaderLine(name, value)
        fields = fields.enumerated().filter { $0.offset == index || $0.element.name.lowercased() != lower }
            .map(\.element)
    }
}

/// What every verification has.
public struct AboutVerificationKeys: KeySet {
    let name = Key("name", .name, "The name that results carry; the kind unless given.")
    let section = Key("section", .name, "The section of the sign-off table.")
    let criterion = Key("criterion", .name, "The criterion in the sign-off table.")
    let severity = Key(
        "severity", .choice(Objective.Severity.self), "Whether a failure fails the run; hard unless given.")

    /// Declares the keys.
    public init() {}
}

/// What says which request a verification sends; `Reading.request` makes it.
public struct VerifiedRequestKeys: KeySet {
    /// The method, whose key has the URL.
    public let methods = KeyFamily(Step.Method.allCases) { method in
        Key(method.rawValue.lowercased(), .url, "\(method.rawValue) of a path or http[s]:// URL.")
    }
    /// Header fields.
    public let headers = Key("headers", .headers, "Header fields; they replace defaults of the same name.")
    /// A body of JSON.
    public let json = Key("json", .node(.anything), "The body, sent as JSON.")
    /// A form.
    public let form = Key("form", .form, "The body, sent as a form.")
    /// A text.
    public let body = Key("body", .text, "The body, sent as it is.")
    /// How long the exchange may take.
    public let timeout = Key(
        "timeout", .duration, "How long an exchange may take; defaults.timeout unless given.")

    /// Declares the keys.
    public init() {}

    /// What holds of several keys at once.
    public var rules: [KeyRule] {
        let names = methods.names.joined(separator: ", ")
        return [
            .exactlyOne(of: methods, missing: "expected a request: one of \(names)") { other, first in
                "one request: \(quoted(other)) can't stand beside \(quoted(first))"
            }
        ]
    }
}

/// A request of a verification.
public struct VerifiedRequestGroup: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("single_request", "A request")
    let request = Included(VerifiedRequestKeys())

    /// Declares the keys.
    public init() {}
}

extension KeyForm where Value == VerifiedRequest {
    /// A mapping that says which request is sent.
    public static var request: KeyForm {
        KeyForm<KeyValues<VerifiedRequestGroup>>.group(VerifiedRequestGroup.self)
            .then { keys, _, reading in reading.request(keys.request) }
    }

    /// A path or URL that is got.
    public static var get: KeyForm {
        KeyForm(.url) { reading, node, context in
            reading.stepURL(node, context.scope, webSocket: false).map { url in
                var request = VerifiedRequest(url: url)
                request.timeout = context.defaults.timeout
                return request
            }
        }
    }
}

/// The mapping of a verification: its own keys behind those that each has.
struct VerificationKeys<Rule: VerificationRule>: KeyGroup {
    static var about: GroupAbout { Rule.Keys.about }
    let entry = Included(AboutVerificationKeys())
    let rule = Included(Rule.Keys())
}

extension KeyTable {
    /// The name of `verification(_:)` in the schema.
    static let verificationName = "verification"

    /// An entry of `verify:`.
    static func verification(_ kinds: VerificationKinds) -> KeyTable {
        func key<Rule: VerificationRule>(_: Rule.Type) -> KeyDescription {
            let form = KeyForm<KeyValues<VerificationKeys<Rule>>>.group(VerificationKeys<Rule>.self)
            return Key(Rule.kind, form, Rule.summary).declared
        }
        return KeyTable(
            name: verificationName, summary: "A property that is to be shown beside latencies",
            keys: kinds.types.map { key($0) },
            rules: [KeyRule(kind: .exactlyOne(kinds.names))])
    }
}

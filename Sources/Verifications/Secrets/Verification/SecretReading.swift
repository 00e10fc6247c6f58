public import Scenarios

extension SecretRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "secrets"
    /// What it is, for the schema and the documentation.
    public static let summary = "Secrets are kept in a secrets manager."
    /// Whether it sends requests.
    public static let sendsRequests = false

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { [] }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<SecretKeys>, _ reading: Reading, _ context: VerifyContext) {
        let names = keys.names ?? []
        let members = reading.secretMembers(keys.fields ?? [], of: names)
        if names.isEmpty { return nil }
        self.init(names: names)
        region = keys.region
        endpoint = keys.endpoint
        fields = members
        maxAge = keys.maxAge
        mustBeUsed = keys.usedByRun ?? false
    }

    /// Whose secrets manager.
    enum Provider: String, CaseIterable, Sendable {
        case aws
    }
}

extension KeyForm where Value == [String] {
    /// Names of secrets, each once.
    static var secretNames: KeyForm {
        KeyForm(.list(.text, atLeast: 1)) { reading, node, _ in
            let elements = reading.elements(node, of: "names of secrets")
            if case .list = node.content, elements.isEmpty {
                reading.report(node.location, "expected at least one name of a secret")
            }
            var names: [String] = []
            for element in elements {
                guard let name = reading.name(element, "the name of a secret") else { continue }
                if !SecretName.isName(name) {
                    reading.report(element.location, "\(quoted(name)) is not a valid secret name")
                } else if names.contains(name) {
                    reading.report(element.location, "\(quoted(name)) occurs more than once")
                } else {
                    names.append(name)
                }
            }
            return names
        }
    }
}

extension KeyForm where Value == Text {
    /// The URL of a secrets manager.
    static var managerURL: KeyForm {
        constant("an http:// or https:// URL").then { text, node, reading in
            guard let problem = Reading.problem(ofTarget: text.constant ?? "") else { return text }
            reading.report(node.location, Reading.message(problem, of: text))
            return nil
        }
    }
}

extension Reading {
    fileprivate func secretMembers(_ entries: [SourceNode.Entry], of names: [String]) -> [String: [String]] {
        var members: [String: [String]] = [:]
        for entry in entries {
            if !names.contains(entry.key) {
                let hint = Suggestion.hint(for: entry.key, among: names, otherwise: "names")
                report(entry.location, "\(quoted(entry.key)) is not one of the names\(hint)")
            }
            let elements = elements(entry.value, of: "members")
            if case .list = entry.value.content, elements.isEmpty {
                report(entry.value.location, "expected at least one member")
            }
            members[entry.key] = elements.compactMap { name($0, "the name of a member") }
        }
        return members
    }
}

/// An entry of `verify:`: a property of the target, or of its source, that is to be shown beside its latencies.
public struct DeclaredVerification: Sendable {
    /// The name that results, objectives and `--only verify.NAME` use; unique in the scenario.
    public var name: String
    /// What is verified, with what the scenario says of it.
    public var rule: any VerificationRule
    /// Whether a failure fails the run.
    public var severity = Objective.Severity.hard
    /// The section of the sign-off table.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?

    /// Makes an entry.
    public init(name: String, rule: any VerificationRule) {
        self.name = name
        self.rule = rule
    }

    /// The kind as the scenario and the result call it, e.g. `rate_limit`.
    public var kind: String { type(of: rule).kind }

    /// What people call it: ``title(kind:name:)``.
    public var title: String { Self.title(kind: kind, name: name) }

    /// What people call a verification: its kind and its name, or the kind alone where it has no name of its own.
    public static func title(kind: String, name: String) -> String { name == kind ? kind : "\(kind) \(name)" }

    /// The requests that it names: where it sends anything at all.
    public var requests: [VerifiedRequest] { rule.namedRequests }
}

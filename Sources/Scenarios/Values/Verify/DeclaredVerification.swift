/// An entry of `verify:`: a property of the target, or of its source, that is to be shown beside its latencies.
public struct DeclaredVerification: Sendable {
    /// What is verified, with what the scenario says of it.
    public enum Rule: Sendable {
        case rateLimit(RateLimitRule)
        case cache(CacheRule)
        case headers(HeaderRule)
        case cors(CORSRule)
        case input(InputRule)
        case credentials(CredentialRule)
        case secrets(SecretRule)
    }

    /// The name that results, objectives and `--only verify.NAME` use; unique in the scenario.
    public var name: String
    /// What is verified.
    public var rule: Rule
    /// Whether a failure fails the run.
    public var severity = Objective.Severity.hard
    /// The section of the sign-off table.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?

    /// Makes an entry.
    public init(name: String, rule: Rule) {
        self.name = name
        self.rule = rule
    }

    /// The kind as the scenario and the result call it, e.g. `rate_limit`.
    public var kind: String {
        switch rule {
        case .rateLimit: "rate_limit"
        case .cache: "cache"
        case .headers: "headers"
        case .cors: "cors"
        case .input: "input"
        case .credentials: "credentials"
        case .secrets: "secrets"
        }
    }

    /// What people call it: ``title(kind:name:)``.
    public var title: String { Self.title(kind: kind, name: name) }

    /// What people call a verification: its kind and its name, or the kind alone where it has no name of its own.
    public static func title(kind: String, name: String) -> String { name == kind ? kind : "\(kind) \(name)" }

    /// The requests that it names: where it sends anything at all.
    public var requests: [VerifiedRequest] {
        switch rule {
        case .rateLimit(let rule): [rule.request]
        case .cache(let rule):
            [rule.request] + [rule.clear, rule.purge?.order, rule.purge?.change].compactMap { $0?.request }
        case .headers(let rule): rule.requests + rule.coverage.provocations.values.map(\.request)
        case .cors(let rule): [rule.request] + rule.coverage.provocations.values.map(\.request)
        case .input(let rule): [rule.request]
        case .credentials, .secrets: []
        }
    }
}

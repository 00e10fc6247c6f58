/// A kind of verification, and what a scenario says of one: an entry of `verify:` has the kind's name as its key.
///
/// The reader, the schema and the documentation know a kind by this and by its index in `VerificationKinds`.
public protocol VerificationRule: Sendable {
    /// The keys of its mapping, besides those that every verification has.
    associatedtype Keys: KeyGroup

    /// What the scenario and the result call it, e.g. `rate_limit`.
    static var kind: String { get }
    /// What it is, in a sentence.
    static var summary: String { get }
    /// What may stand in `${…}` in its texts besides what is known when the scenario is read.
    static var scope: Scope { get }
    /// Whether it sends requests, so that the scenario needs a target.
    static var sendsRequests: Bool { get }

    /// Makes the rule of what the file says. What is wrong beyond single keys is reported to `reading`; nil where
    /// there is no rule then.
    init?(_ keys: KeyValues<Keys>, _ reading: Reading, _ context: VerifyContext)

    /// The requests that it names: where it sends anything at all.
    var namedRequests: [VerifiedRequest] { get }
}

extension VerificationRule {
    /// What may stand in `${…}` of its texts.
    public static var scope: Scope { .constant }
    /// Whether it sends requests.
    public static var sendsRequests: Bool { true }
}

/// The kinds of verification that a scenario may have, in the order of the documentation.
public struct VerificationKinds: Sendable {
    /// The types of their rules.
    public var types: [any VerificationRule.Type]

    /// Registers kinds.
    public init(_ types: [any VerificationRule.Type]) { self.types = types }

    /// Their names.
    public var names: [String] { types.map { $0.kind } }

    /// The kind of a name.
    public subscript(name: String) -> (any VerificationRule.Type)? { types.first { $0.kind == name } }
}

/// What a verification needs to know of the rest of the scenario.
public struct VerifyContext: Sendable {
    /// What requests have unless they say otherwise.
    public var defaults: Defaults
    /// The names of probes.
    public var probes: [String]
}

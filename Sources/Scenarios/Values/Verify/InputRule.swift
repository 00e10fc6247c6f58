/// An endpoint that must refuse what is not valid: `input:` of `verify:`.
public struct InputRule: Sendable {
    /// The request with a valid JSON body, from which hostile ones are derived.
    public var request: VerifiedRequest

    /// Makes a rule.
    public init(request: VerifiedRequest) { self.request = request }
}

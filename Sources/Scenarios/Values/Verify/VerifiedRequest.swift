/// The request that a verification sends, in variations of its own.
public struct VerifiedRequest: Sendable {
    /// The request's method.
    public var method: Step.Method
    /// A path, joined to the target, or a whole URL.
    public var url: Text
    /// Header fields; they replace defaults of the same name.
    public var headers: [Header] = []
    /// What it carries: JSON, a form or a text.
    public var body: Body?
    /// How long the exchange may take.
    public var timeout: Duration = .seconds(10)

    /// Makes a request.
    public init(method: Step.Method = .get, url: Text) {
        self.method = method
        self.url = url
    }
}

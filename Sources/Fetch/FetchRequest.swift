public import Measures
public import Scenarios

/// One request beside the load: a readiness check, a probe's sample, a call of a secrets manager.
public struct FetchRequest: Sendable {
    /// The method.
    public var method = "GET"
    /// An `http[s]://` URL.
    public var url: String
    /// Header fields, besides those that libcurl sends by itself.
    public var fields: [HeaderLine] = []
    /// What the request carries; nil: nothing.
    public var body: [UInt8]?
    /// How long it may take in all.
    public var timeout = Span(nanoseconds: 2_000_000_000)
    /// The largest body that is taken, in bytes.
    public var maximumBody = 1 << 20
    /// Whom to trust, and who is asked for.
    public var tls = TLSSettings()
    /// What it is signed with (AWS Signature Version 4); nil: not at all.
    public var signature: Authentication?

    /// Makes a request.
    public init(url: String) { self.url = url }
}

/// An `http[s]://` URL that is known when the scenario is read: as it was written, and where it leads.
public struct ConstantURL: Sendable, Equatable {
    /// As it was written, its secrets marked.
    public let text: Text
    /// The whole URL. May hold secrets: never show it.
    public let constant: String
    /// Where it leads.
    public let endpoint: Endpoint

    /// Takes it apart; a text with places that only an iteration fills in has no scheme.
    public init(_ text: Text) throws(Endpoint.Malformed) {
        constant = text.constant ?? ""
        endpoint = try Endpoint(parsing: constant)
        self.text = text
    }

    /// The URL with its secrets as they were written, fit to be shown.
    public var shown: String { text.shown }
}

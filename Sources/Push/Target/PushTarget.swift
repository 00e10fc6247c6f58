internal import Fetch
public import Measures
public import Scenarios

/// A receiver that gets what a run measures: a kind of push, where to, and with what.
public struct PushTarget: Sendable {
    /// How messages are made.
    public var format: any PushFormat
    /// Where they go.
    public var address: PushAddress
    /// Header fields of each request; their values are secrets where `secrets` says so.
    public var fields: [HeaderLine] = []
    /// Who sends; nil: nobody in particular, or whom the fields name.
    public var user: (name: String, password: String)?
    /// How long a request may take in all, looking up the name included.
    public var timeout = Span(nanoseconds: 10_000_000_000)
    /// Whom to trust.
    public var tls = TLSSettings()
    /// Whether messages go out compressed by gzip.
    public var compresses = false
    /// What must not be shown of it, besides what the address has.
    public var secrets: [PushAddress.Secret] = []

    /// Makes a target without header fields.
    public init(format: any PushFormat, address: PushAddress) {
        self.format = format
        self.address = address
        user = address.user
    }

    /// The target of an argument of `--push`: `otlp`, `otlp=http://127.0.0.1:4318`, `influx=http://127.0.0.1:8086/write?db=load`.
    ///
    /// - Parameters:
    ///   - formats: The kinds that there are.
    ///   - environment: What `${env:NAME}` is taken from, and what each kind asks for by itself.
    /// - Throws: What is wrong with it.
    public init(
        _ argument: String, formats: [any PushFormat.Type] = PushFormats.all, environment: [String: String]
    ) throws(UnusablePush) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = formats.map { $0.name }
        guard let format = formats.first(where: { $0.name == parts[0] }) else {
            // What has no kind before it may be a URL with a password in it.
            guard names.count > 0, !parts[0].isEmpty, parts[0].allSatisfy({ $0.isLetter || $0.isNumber }) else {
                throw UnusablePush("wants KIND=URL, such as \(formats.first.map { $0.example } ?? "")")
            }
            let hint = Suggestion.hint(for: parts[0], among: names, otherwise: "there are")
            throw UnusablePush("\(parts[0]): there is no such kind\(hint)")
        }
        var address: PushAddress?
        if parts.count > 1, !parts[1].isEmpty {
            address = try PushAddress(parts[1], of: format.name, environment: environment)
        }
        self = try format.target(address, environment: environment)
    }

    /// As it is shown: the kind, and the URL without user, password and query.
    public var shown: String { "\(type(of: format).name) \(address.shown)" }

    /// Adds all that must not be shown to what is hidden.
    public func hide(in hidden: inout Secrets) {
        for secret in address.secrets + secrets { hidden.hide(secret.value, shown: secret.shown) }
        if let user { hidden.addPair(user: user.name, password: user.password, shown: "***") }
    }

    /// The request that carries a message.
    func request(_ message: [UInt8], timeout: Span) -> FetchRequest {
        var request = FetchRequest(url: address.url)
        request.method = "POST"
        request.fields = fields
        request.body = message
        if compresses, let packed = GZip.packed(message) {
            request.body = packed
            request.fields.append(HeaderLine("Content-Encoding", "gzip"))
        }
        request.timeout = min(timeout, self.timeout)
        request.maximumBody = Self.maximumAnswer
        request.tls = tls
        if let user, fields.values("Authorization").isEmpty {
            request.signature = .basic(user: Text(user.name), password: Text(user.password))
        }
        return request
    }

    /// The most bytes of an answer's body that are read.
    private static let maximumAnswer = 64 * 1024
}

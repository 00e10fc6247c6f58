/// A step of undoing a fault without the process that brought it about.
///
/// Each may be carried out again though it was carried out before.
public enum RecoveryStep: Sendable, Equatable, Codable {
    /// A program without a shell, which must exit with 0 in so many seconds.
    case run([JournaledText], seconds: Double)
    /// A request, which must be answered with 2xx.
    case send(JournaledRequest)
    /// The link of a network namespace goes up.
    case raiseLink(namespace: String, link: String)
    /// A network of a network namespace is no black hole any more.
    case dropBlackhole(namespace: String, network: String)
    /// Processes that are stopped go on, as far as they are still there.
    case resume([ProcessIdentity])

    /// What it does, in words, without secrets.
    public var words: String {
        switch self {
        case .run(let command, _): "run: " + command.map(\.shown).joined(separator: " ")
        case .send(let request): "send: \(request.method) \(request.url.shown)"
        case .raiseLink(let namespace, let link): "run: ip -n \(namespace) link set \(link) up"
        case .dropBlackhole(let namespace, let network): "run: ip -n \(namespace) route del blackhole \(network)"
        case .resume(let processes):
            "run: kill -CONT " + processes.map { String($0.id) }.joined(separator: " ")
        }
    }
}

/// A request as the journal has it.
public struct JournaledRequest: Sendable, Equatable, Codable {
    /// A header field.
    public struct Field: Sendable, Equatable, Codable {
        var name: String
        var value: JournaledText

        /// Makes a field.
        public init(_ name: String, _ value: JournaledText) {
            self.name = name
            self.value = value
        }
    }

    /// The method.
    public var method: String
    /// The whole URL.
    public var url: JournaledText
    /// Its header fields.
    public var fields: [Field] = []
    /// What it carries; nil: nothing.
    public var body: JournaledText?
    /// How long it may take.
    public var seconds = 10.0
    /// Statuses besides 2xx that are as good: 404 of what is gone already.
    public var accepted: [Int] = []
    /// True where its host was authorised, so that it may leave this machine.
    public var isAuthorised = false
    /// Whom to trust, and who is asked for.
    public var tls = JournaledTLS()

    /// Makes a request.
    public init(_ method: String, _ url: JournaledText) {
        self.method = method
        self.url = url
    }
}

/// A process that no other one is taken for: ids are given again.
public struct ProcessIdentity: Sendable, Hashable, Codable {
    /// The process id.
    public var id: Int32
    /// When it was started, in ticks since the machine was (proc(5), `starttime`).
    public var started: UInt64
}

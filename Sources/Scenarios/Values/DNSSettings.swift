/// How the names of hosts are looked up, and what new connections make of the answers.
public struct DNSSettings: Sendable, Equatable {
    /// When a name is looked up again.
    public enum Refresh: Sendable, Equatable {
        /// When its answer has become too old by its own TTL.
        case ttl
        /// So often, whatever the TTL.
        case every(Duration)
        /// Never: the run keeps the addresses that it began with.
        case never
    }

    /// Which of a name's addresses a new connection takes.
    public enum Pick: String, CaseIterable, Sendable {
        /// The first that accepts a connection, and the others where it doesn't any more.
        case first
        /// The next one in turn.
        case rotate
        /// Any.
        case random
    }

    /// When names are looked up again.
    public var refresh = Refresh.ttl
    /// Which address a new connection takes.
    public var pick = Pick.first
    /// The name server that is asked, its host a numeric address; nil: as this machine is configured.
    public var server: HostPort?

    /// The language's own settings.
    public init() {}
}

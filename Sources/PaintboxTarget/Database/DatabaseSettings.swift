/// How projects are kept outside the event loops: behind a pool of sessions.
public struct DatabaseSettings: Equatable, Sendable {
    /// What answers the sessions' queries.
    public enum Kind: Equatable, Sendable {
        /// The process's own memory, each query taking so many microseconds, 0 to 1,000,000.
        case memory(queryMicroseconds: Int)
        /// A PostgreSQL server, or a pooler in front of one; a connection string as libpq takes it.
        case postgres(connection: String)
    }

    /// What answers queries.
    public var kind: Kind
    /// Sessions open from the start, 1 to 1,000.
    public var leastSessions = 5
    /// Sessions open at a time, at least `leastSessions`, up to 1,000.
    public var mostSessions = 20

    /// Makes settings with 5 to 20 sessions.
    public init(_ kind: Kind) { self.kind = kind }
}

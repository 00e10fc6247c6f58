/// Where orders are kept.
public enum OrderStore: Equatable, Sendable {
    /// In the process's own memory: they go with it.
    case memory
    /// In a PostgreSQL server; a connection string as libpq takes it, which may name several hosts.
    case postgres(connection: String)
    /// In the Redis server at an address.
    case redis(RedisAddress)
    /// In the Redis server that Sentinels call the master of a name.
    case sentinel([RedisAddress], name: String)

    /// Takes `memory`, `postgres://…` or another connection string of libpq with a `=`, `redis://host:port` or
    /// `sentinel://host:port,host:port/name` apart; nil where it is something else.
    public init?(_ text: String) {
        if text == "memory" {
            self = .memory
        } else if let address = text[...].dropPrefix("redis://") {
            guard let address = RedisAddress(String(address)) else { return nil }
            self = .redis(address)
        } else if let rest = text[...].dropPrefix("sentinel://") {
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            let words = parts[0].split(separator: ",", omittingEmptySubsequences: false)
            let addresses = words.compactMap { RedisAddress(String($0)) }
            guard addresses.count == words.count else { return nil }
            self = .sentinel(addresses, name: String(parts[1]))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") || text.contains("=") {
            self = .postgres(connection: text)
        } else {
            return nil
        }
    }
}

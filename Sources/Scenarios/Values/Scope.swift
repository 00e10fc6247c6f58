/// What may stand in `${…}` at a location of the scenario, besides `env:` and `file:`.
public struct Scope: Sendable {
    /// `iteration`, `user`, `uuid`, `random.int(low,high)` by name.
    var generated: [String] = []
    /// True for what is sent on a WebSocket and for its replies: they have `${message.id}`.
    var hasMessageID = false
    /// True within a `repeat` or an `until`: there is `${loop.round}`.
    var hasRound = false
    /// True in steps of a drill with an audit, and in its reads: they have `${write.id}`.
    var hasWriteID = false
    /// True in the list of a drill's audit: it has `${cursor}`.
    var hasCursor = false
    /// True in URLs and forms, where values are encoded: they have `${raw:…}`.
    var hasRaw = false
    /// Captured names that are there.
    var captures: [String] = []
    /// Names that are captured too late or in another flow.
    var laterCaptures: Set<String> = []
    /// The tables' columns, nil where the table could not be read.
    var tables: [(name: String, columns: [String]?)] = []

    /// Only what is known when the scenario is read.
    public static let constant = Scope()
    /// What identities have.
    public static let user = Scope(generated: ["user"])
    /// What the requests of a cache's verification have.
    public static let catalogue = Scope(generated: ["n"])
    /// What every iteration has.
    public static let iteration = Scope(generated: Variable.generatedNames)

    /// Everything that may stand there, for messages.
    var names: [String] {
        captures
            + tables.flatMap { table in (table.columns ?? []).map { "\(table.name).\($0)" } }
            + (hasMessageID ? [Variable.messageID.shown] : [])
            + (hasRound ? [Variable.round.shown] : [])
            + (hasWriteID ? [Variable.writeID.shown] : [])
            + (hasCursor ? [Variable.cursor.shown] : [])
            + generated.map { $0 == "random.int" ? "random.int(low,high)" : $0 }
    }
}

extension Variable {
    /// The variables that need neither data nor captures, as they are written up to a parenthesis.
    static let generatedNames = ["iteration", "user", "uuid", "random.int"]
}

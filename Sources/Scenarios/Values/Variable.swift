/// A value that an iteration gives: what may stand in `${…}` besides `env:` and `file:`.
public enum Variable: Sendable, Hashable {
    /// `${table.column}`: the column of the row that the iteration took.
    case column(table: String, column: String)
    /// `${name}`: what an earlier step captured.
    case capture(String)
    /// `${iteration}`: the number of the iteration, from 0, unique in the run.
    case iteration
    /// `${user}`: the number of the user, from 1; with `identities`, the number of the iteration's identity.
    case user
    /// `${uuid}`: a random UUID (RFC 9562 version 4), new at each place and use.
    case uuid
    /// `${random.int(low,high)}`: a random whole number, both bounds included, new at each place and use.
    case randomInt(ClosedRange<Int>)

    /// `${message.id}`: a whole number that no other message of the run has; of a WebSocket message and its reply.
    case messageID

    /// `${n}`: the number of an object of a catalogue, from 0; of the requests of a cache's verification.
    case catalogueNumber

    /// The variable as it is written between `${` and `}`.
    public var shown: String {
        switch self {
        case .column(let table, let column): "\(table).\(column)"
        case .capture(let name): name
        case .iteration: "iteration"
        case .user: "user"
        case .uuid: "uuid"
        case .messageID: "message.id"
        case .catalogueNumber: "n"
        case .randomInt(let range): "random.int(\(range.lowerBound),\(range.upperBound))"
        }
    }
}

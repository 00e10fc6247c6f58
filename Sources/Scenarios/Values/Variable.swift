/// A value that an iteration gives: what may stand in `${…}` besides `env:` and `file:`.
public indirect enum Variable: Sendable, Hashable {
    /// What a value by itself is in JSON.
    public enum Form: String, CaseIterable, Sendable {
        /// A text, whatever it looks like.
        case text
        /// A number, without the plus or the zeros in front of it that JSON doesn't know.
        case number
    }

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

    /// `${loop.round}`: the number of the round of the innermost `repeat` or `until`, from 1.
    case round

    /// `${write.id}`: a UUID (RFC 9562 version 8) that the iteration has for itself: what a drill's audit finds again.
    case writeID

    /// What a request carries for traces: a `traceparent` (W3C Trace Context §3.2) with random ids. No text of a scenario can
    /// name it.
    case traceParent

    /// `${cursor}`: where the next page of an audit's list begins.
    case cursor

    /// `${n}`: the number of an object of a catalogue, from 0; of the requests of a cache's verification.
    case catalogueNumber

    /// `${raw:name}`: the value as it is, where it would be encoded: in a URL or a form.
    case raw(Variable)

    /// `${name|text}`, `${name|number}`: what the value is where it stands by itself in JSON.
    case formed(Variable, Form)

    /// The variable that the value comes from.
    public var base: Variable {
        switch self {
        case .raw(let variable), .formed(let variable, _): variable.base
        default: self
        }
    }

    /// The variable as it is written between `${` and `}`.
    public var shown: String {
        switch self {
        case .column(let table, let column): "\(table).\(column)"
        case .capture(let name): name
        case .iteration: "iteration"
        case .user: "user"
        case .uuid: "uuid"
        case .messageID: "message.id"
        case .round: "loop.round"
        case .catalogueNumber: "n"
        case .writeID: "write.id"
        case .cursor: "cursor"
        case .traceParent: "traceparent"
        case .raw(let variable): "raw:\(variable.shown)"
        case .formed(let variable, let form): "\(variable.shown)|\(form.rawValue)"
        case .randomInt(let range): "random.int(\(range.lowerBound),\(range.upperBound))"
        }
    }
}

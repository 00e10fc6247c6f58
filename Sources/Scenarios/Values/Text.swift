/// A text with places that are filled in when it is used: `client-${user}`.
///
/// `${env:…}` and `${file:…}` are filled in when the scenario is read, and stay marked as secrets.
public struct Text: Sendable, Equatable {
    /// A part of a text.
    public enum Piece: Sendable, Equatable {
        /// Characters as they stand.
        case literal(String)
        /// A value that came from the environment or a file, and what to show in its place, e.g. `${env:TOKEN}`.
        case secret(value: String, shown: String)
        /// A value known only when an iteration runs.
        case variable(Variable)
    }

    /// The parts, in order; no two literals stand beside each other.
    public var pieces: [Piece]

    /// A text of its parts.
    public init(pieces: [Piece]) { self.pieces = pieces }

    /// A text without places to fill in.
    public init(_ literal: String) { pieces = literal.isEmpty ? [] : [.literal(literal)] }

    /// The whole text where nothing in it waits for an iteration, else nil. May hold secrets: never show it.
    public var constant: String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .secret(let value, _): text += value
            case .variable: return nil
            }
        }
        return text
    }

    /// The text with secrets and variables as they were written, fit to be shown.
    public var shown: String {
        pieces.enumerated().map { index, piece in
            switch piece {
            case .literal(let literal): literal
            case .secret(_, let shown): shown
            // What begins a URL is raw by itself.
            case .variable(.raw(let variable)) where index == 0: "${\(variable.shown)}"
            case .variable(let variable): "${\(variable.shown)}"
            }
        }.joined()
    }

    /// True where it needs what a step captures.
    public var usesCaptures: Bool { variables.contains { if case .capture = $0 { true } else { false } } }

    /// The variables that its values come from, in order.
    public var variables: [Variable] {
        pieces.compactMap { if case .variable(let variable) = $0 { variable.base } else { nil } }
    }
}

extension Text {
    /// True for a URL that begins with a value of a table or an answer: a reference, which is known only in an iteration.
    public var isReference: Bool {
        guard case .variable(let variable)? = pieces.first else { return false }
        switch variable.base {
        case .column, .capture: return true
        default: return false
        }
    }

    /// The whole URL of a text that is one, or a path on `target`, which is constant and has no query. No slash is doubled
    /// where the two meet. A reference is taken for a path.
    public func url(on target: Text) -> Text {
        if isReference { return Text(pieces: target.pieces + pieces) }
        guard begins(with: "/") else { return self }
        let path = target.constant?.hasSuffix("/") ?? false ? droppingFirstCharacter : self
        guard case .literal(let end)? = target.pieces.last, case .literal(let start)? = path.pieces.first else {
            return Text(pieces: target.pieces + path.pieces)
        }
        return Text(pieces: target.pieces.dropLast() + [.literal(end + start)] + path.pieces.dropFirst())
    }

    private func begins(with character: Character) -> Bool {
        switch pieces.first {
        case .literal(let text), .secret(let text, _): text.first == character
        case .variable, nil: false
        }
    }

    private var droppingFirstCharacter: Text {
        switch pieces.first {
        case .literal(let text): Text(pieces: Text(String(text.dropFirst())).pieces + pieces.dropFirst())
        case .secret(let value, let shown):
            Text(pieces: [.secret(value: String(value.dropFirst()), shown: shown)] + pieces.dropFirst())
        case .variable, nil: self
        }
    }
}

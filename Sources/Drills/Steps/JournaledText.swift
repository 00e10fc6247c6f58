internal import HTTPFields
internal import Scenarios

/// A text of an undo as the journal has it: secrets stand in it as where they come from, never as what they are.
public struct JournaledText: Sendable, Equatable, Codable {
    /// How a secret's value is written at its place.
    public enum Coding: String, Sendable, Codable {
        /// As it is.
        case plain
        /// Percent-encoded, in a URL or form.
        case percent
        /// Escaped, within quotes of JSON.
        case json
    }

    /// A part of it.
    public enum Piece: Sendable, Equatable, Codable {
        /// Characters as they stand.
        case literal(String)
        /// Where a secret comes from, `${env:TOKEN}`, and how it is written.
        case secret(source: String, coding: Coding)
    }

    /// The parts in their order.
    public var pieces: [Piece]

    /// A text without secrets.
    public init(_ literal: String) { pieces = [.literal(literal)] }

    /// A text of its parts.
    init(pieces: [Piece]) { self.pieces = pieces }

    /// A text of a scenario, and what its secrets are.
    ///
    /// - Parameter coding: How what it holds has to be written there, besides what the text itself has done.
    /// - Throws: Where a part is known only in an iteration.
    init(_ text: Text, coding: Coding = .plain, _ values: inout SecretValues) throws(FaultFailure) {
        pieces = []
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): pieces.append(.literal(Self.written(literal, coding)))
            case .variable: throw FaultFailure("\(quoted(text.shown)) is not known outside of an iteration")
            case .secret(let value, let shown):
                let isEncoded = values.note(value, of: shown)
                pieces.append(.secret(source: shown, coding: isEncoded && coding == .plain ? .percent : coding))
            }
        }
    }

    /// The text as it may be shown.
    public var shown: String {
        pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .secret(let source, _): source
            }
        }.joined()
    }

    /// The text with its secrets.
    ///
    /// - Throws: Which secret is missing.
    func value(_ values: SecretValues) throws(FaultFailure) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .secret(let source, let coding): text += Self.written(try values.value(of: source), coding)
            }
        }
        return text
    }

    static func written(_ text: String, _ coding: Coding) -> String {
        switch coding {
        case .plain: text
        case .percent: PercentEncoding.encoded(text)
        case .json: String(JSONString.quoted(text).dropFirst().dropLast())
        }
    }
}

/// A text of a scenario: characters as they are, and places that are filled in when it runs.
public struct TemplateText: Sendable, Hashable {
    /// A part of a text.
    public enum Piece: Sendable, Hashable {
        /// Characters as they are.
        case literal(String)
        /// What stands between `${` and `}`.
        case placeholder(String)
    }

    /// Its parts, in their order.
    public private(set) var pieces: [Piece] = []

    /// A text without places.
    public init(_ literal: String = "") { append(literal) }

    /// A text of one place.
    public init(placeholder: String) { append(placeholder: placeholder) }

    /// The place of an environment variable, with a default for when it isn't set. A default holds no `}`.
    public static func environment(_ name: String, default value: String = placeholder) -> TemplateText {
        TemplateText(placeholder: "env:\(name):-\(value.replacing("}", with: ""))")
    }

    /// The text whose places of a URL are sent as they are.
    public static func raw(_ text: TemplateText) -> TemplateText {
        var result = TemplateText()
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): result.append(literal)
            case .placeholder(let placeholder): result.append(placeholder: "raw:\(placeholder)")
            }
        }
        return result
    }

    /// What stands where a secret stood.
    public static let placeholder = "change-me"

    /// True for no characters and no places.
    public var isEmpty: Bool { pieces.isEmpty }

    /// The characters, where nothing is filled in.
    var literal: String? {
        switch pieces.count {
        case 0: ""
        case 1: if case .literal(let text) = pieces[0] { text } else { nil }
        default: nil
        }
    }

    /// Adds characters.
    public mutating func append(_ literal: String) {
        guard !literal.isEmpty else { return }
        if case .literal(let before)? = pieces.last {
            pieces[pieces.count - 1] = .literal(before + literal)
        } else {
            pieces.append(.literal(literal))
        }
    }

    /// Adds a place.
    public mutating func append(placeholder: String) { pieces.append(.placeholder(placeholder)) }

    /// Adds another text.
    public mutating func append(_ text: TemplateText) {
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): append(literal)
            case .placeholder(let placeholder): append(placeholder: placeholder)
            }
        }
    }

    /// The text with its characters changed, places left as they are.
    func mapLiterals(_ change: (String) -> String) -> TemplateText {
        var result = TemplateText()
        for piece in pieces {
            switch piece {
            case .literal(let literal): result.append(change(literal))
            case .placeholder(let placeholder): result.append(placeholder: placeholder)
            }
        }
        return result
    }

    /// The text as the scenario language writes it.
    var source: String {
        var source = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): source += TextSearch.replacing("${", in: literal, with: "$${")
            case .placeholder(let placeholder):
                // `$` before a place would read as the escape `$${`; a default stands for the character then.
                if source.unicodeScalars.last == "$" {
                    source.unicodeScalars.removeLast()
                    source += "${env:DOLLAR_SIGN:-$}"
                }
                source += "${\(placeholder)}"
            }
        }
        return source
    }

    /// The text for people, in names and comments: places by the name of what fills them.
    var shown: String {
        pieces.map { piece in
            switch piece {
            case .literal(let literal): return literal
            case .placeholder(let placeholder):
                let placeholder = placeholder.hasPrefix("raw:") ? String(placeholder.dropFirst(4)) : placeholder
                let name = placeholder.hasPrefix("env:") ? String(placeholder.dropFirst(4)) : placeholder
                return "{\(name.firstRange(of: ":-").map { String(name[..<$0.lowerBound]) } ?? name)}"
            }
        }.joined()
    }
}

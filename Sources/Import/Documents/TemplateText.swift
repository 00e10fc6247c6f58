/// A text of a scenario: characters as they are, and places that are filled in when it runs.
public struct TemplateText: Sendable, Hashable {
    /// A part of a text.
    public enum Piece: Sendable, Hashable {
        /// Characters as they are.
        case literal(String)
        /// What stands between `${` and `}`.
        case place(String)
    }

    /// Its parts, in their order.
    public private(set) var pieces: [Piece] = []

    /// A text without places.
    public init(_ literal: String = "") { append(literal) }

    /// A text of one place.
    public init(place: String) { append(place: place) }

    /// The place of an environment variable, with a default for when it isn't set. A default holds no `}`.
    public static func environment(_ name: String, default value: String = placeholder) -> TemplateText {
        TemplateText(place: "env:\(name):-\(value.replacing("}", with: ""))")
    }

    /// The text whose places of a URL are sent as they are.
    public static func raw(_ text: TemplateText) -> TemplateText {
        var result = TemplateText()
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): result.append(literal)
            case .place(let place): result.append(place: "raw:\(place)")
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
    public mutating func append(place: String) { pieces.append(.place(place)) }

    /// Adds another text.
    public mutating func append(_ text: TemplateText) {
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): append(literal)
            case .place(let place): append(place: place)
            }
        }
    }

    /// The text with its characters changed, places left as they are.
    func mapLiterals(_ change: (String) -> String) -> TemplateText {
        var result = TemplateText()
        for piece in pieces {
            switch piece {
            case .literal(let literal): result.append(change(literal))
            case .place(let place): result.append(place: place)
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
            case .place(let place):
                // `$` before a place would read as the escape `$${`; a default stands for the character then.
                if source.unicodeScalars.last == "$" {
                    source.unicodeScalars.removeLast()
                    source += "${env:DOLLAR_SIGN:-$}"
                }
                source += "${\(place)}"
            }
        }
        return source
    }

    /// The text for people, in names and comments: places by the name of what fills them.
    var shown: String {
        pieces.map { piece in
            switch piece {
            case .literal(let literal): return literal
            case .place(let place):
                let place = place.hasPrefix("raw:") ? String(place.dropFirst(4)) : place
                let name = place.hasPrefix("env:") ? String(place.dropFirst(4)) : place
                return "{\(name.firstRange(of: ":-").map { String(name[..<$0.lowerBound]) } ?? name)}"
            }
        }.joined()
    }
}

/// The words of a fault after its verb, from left to right.
public struct FaultWords {
    private var cursor: Cursor

    /// The words of a text.
    init(_ text: String) { cursor = Cursor(text) }

    /// The next word.
    ///
    /// - Parameter what: What it must be, for the message where there is none: `a service`.
    public mutating func next(_ what: String) throws(GrammarError) -> String {
        try placed(what).text
    }

    /// The next word, and where it stands.
    mutating func placed(_ what: String) throws(GrammarError) -> (text: String, offset: Int) {
        cursor.skipSpaces()
        let offset = cursor.offset
        let word = cursor.word()
        guard !word.isEmpty else { throw GrammarError(offset: offset, message: "expected \(what) here") }
        return (word, offset)
    }

    /// Takes a word where it stands next.
    public mutating func take(_ word: String) -> Bool {
        cursor.skipSpaces()
        return cursor.take(word: word)
    }

    /// The next word as a duration, a size or the like.
    public mutating func value<Value>(
        _ what: String, _ parse: (String) throws(GrammarError) -> Value
    ) throws(GrammarError) -> Value {
        let (word, offset) = try placed(what)
        do throws(GrammarError) {
            return try parse(word)
        } catch {
            throw GrammarError(offset: offset + error.offset, message: error.message)
        }
    }

    /// True where no word is left.
    public var isAtEnd: Bool {
        var probe = cursor
        probe.skipSpaces()
        return probe.isAtEnd
    }

    /// Refuses what is left.
    ///
    /// - Parameter usage: How the fault is written.
    mutating func end(_ usage: String) throws(GrammarError) {
        cursor.skipSpaces()
        guard !cursor.isAtEnd else { return }
        let offset = cursor.offset
        throw GrammarError(offset: offset, message: "unexpected \(quoted(cursor.rest())): expected \(usage)")
    }
}

/// What is wrong in a text of one of the small grammars.
public struct GrammarError: Error, Equatable {
    /// Where, in Unicode scalars from the text's beginning.
    public var offset: Int
    /// What is wrong, and what was expected.
    public var message: String

    /// Tells what is wrong.
    public init(offset: Int = 0, message: String) {
        self.offset = offset
        self.message = message
    }
}

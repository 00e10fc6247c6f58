/// What is wrong in a text of one of the small grammars.
struct GrammarError: Error, Equatable {
    /// Where, in Unicode scalars from the text's beginning.
    var offset: Int
    /// What is wrong, and what was expected.
    var message: String
}

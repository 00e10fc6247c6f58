/// A place in the page that links lead to. Names come from places in the result, never from its texts.
enum Anchor: Equatable {
    /// A section, by a name of the program.
    case section(String)
    /// An objective, by its index in the result.
    case objective(Int)
    /// A verification, by its index.
    case verification(Int)
    /// A finding of a verification, by both places.
    case finding(Int, of: Int)

    /// The element's id.
    var id: String {
        switch self {
        case .section(let name): name
        case .objective(let index): "objective-\(index + 1)"
        case .verification(let index): "verification-\(index + 1)"
        case .finding(let index, let verification): "verification-\(verification + 1)-\(index + 1)"
        }
    }
}

import Scenarios

/// What a request line asks for: path and query.
struct RequestTarget {
    /// The text, with places to fill in.
    var text: Text
    /// What the text's first place is seen from, where it is a reference: a path or a whole URL that an iteration gives.
    /// Its path is the target's prefix.
    var base: Endpoint?

    /// A target that begins as the scenario says.
    init(_ text: Text) { self.text = text }

    /// A target that begins with what an iteration gives.
    init(_ reference: Text, seenFrom base: Endpoint) {
        text = reference
        self.base = base
    }
}

/// A name server that faults can switch.
public protocol NameControl: Sendable {
    /// Gives a name other addresses from now on.
    func switchAddresses(of name: String, to addresses: [String]) throws
    /// The addresses of a name; nil: it is not known.
    func addresses(of name: String) -> [String]?
    /// What a query for the name is answered now, over the wire, in any order; nil: not at all. Takes a second at most.
    func answer(for name: String) -> [String]?
}

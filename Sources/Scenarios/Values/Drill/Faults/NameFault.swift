/// A name gets other addresses.
public struct NameFault: WordedFault {
    /// The words that begin it.
    public static let verbs = ["switch"]
    /// How it is written.
    public static let usage = "switch NAME ADDRESS…"
    /// What it does and how it is undone.
    public static let summary = "Gives a name of `names:` other addresses; undone by giving it those from before."

    /// The name.
    public var name: String
    /// Its numeric addresses from then on.
    public var addresses: [String]

    /// What it breaks.
    public var subject: FaultSubject { .name(name) }

    /// Makes a fault.
    public init(name: String, addresses: [String]) {
        self.name = name
        self.addresses = addresses
    }

    /// Makes the fault of a scenario's words.
    public init(verb: String, _ words: inout FaultWords) throws(GrammarError) {
        let name = try words.next("a name of names:")
        var addresses = [try words.value("a numeric address", Self.address)]
        while !words.isAtEnd { addresses.append(try words.value("a numeric address", Self.address)) }
        self.init(name: NameDeclaration.plain(name), addresses: addresses)
    }

    private static func address(_ text: String) throws(GrammarError) -> String {
        guard NumericAddress.isNumeric(text) else {
            throw GrammarError(
                offset: 0, message: "expected a numeric address such as 127.0.0.2, found \(quoted(text))")
        }
        return text
    }
}

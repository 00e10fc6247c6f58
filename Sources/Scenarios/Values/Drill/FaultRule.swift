/// A kind of fault, and what a scenario says of one: `kill primary`, `latency database 300ms jitter 50ms`.
///
/// The reader, the schema and the documentation know a kind by this and by its index in `FaultKinds`.
public protocol FaultRule: Sendable {
    /// The words that begin it, e.g. `kill`; empty where it is written as a mapping.
    static var verbs: [String] { get }
    /// How it is written, e.g. `kill SERVICE`.
    static var usage: String { get }
    /// What it does and how it is undone, in a sentence.
    static var summary: String { get }

    /// What it breaks.
    var subject: FaultSubject { get }
}

/// A kind of fault that is written as a text: a verb, and words after it.
public protocol WordedFault: FaultRule {
    /// Makes the fault of what stands after its verb.
    init(verb: String, _ words: inout FaultWords) throws(GrammarError)
}

/// What a fault breaks.
public enum FaultSubject: Sendable, Hashable {
    /// A service of the scenario.
    case service(String)
    /// A proxy of the scenario.
    case proxy(String)
    /// A name of the scenario.
    case name(String)
    /// A network namespace.
    case namespace(String)
    /// Something that only its command or request knows.
    case other

    /// Its name in the scenario; nil for what has none.
    public var name: String? {
        switch self {
        case .service(let name), .proxy(let name), .name(let name), .namespace(let name): name
        case .other: nil
        }
    }
}

/// A network namespace is cut off, where Loadgate runs as root.
public struct NamespaceFault: WordedFault {
    /// What is done.
    public enum Cut: Sendable, Equatable {
        /// `cut NAMESPACE LINK`: the link goes down.
        case link(String)
        /// `unroute NAMESPACE NETWORK`: what goes to the network is thrown away silently.
        case route(String)
    }

    /// The words that begin it.
    public static let verbs = ["cut", "unroute"]
    /// How it is written.
    public static let usage = "cut NAMESPACE LINK | unroute NAMESPACE ADDRESS[/BITS]"
    /// What it does and how it is undone.
    public static let summary =
        "Takes a link of a network namespace down, or throws away what goes to a network; undone by the opposite. Needs root."

    /// The namespace, as `ip netns` names it.
    public var namespace: String
    /// What is done.
    public var cut: Cut

    /// What it breaks.
    public var subject: FaultSubject { .namespace(namespace) }

    /// Makes a fault.
    public init(namespace: String, cut: Cut) {
        self.namespace = namespace
        self.cut = cut
    }

    /// Makes the fault of a scenario's words.
    public init(verb: String, _ words: inout FaultWords) throws(GrammarError) {
        let namespace = try words.next("a network namespace")
        if verb == "cut" {
            self.init(namespace: namespace, cut: .link(try words.next("the link's name")))
        } else {
            self.init(namespace: namespace, cut: .route(try words.next("an address or network")))
        }
    }
}

/// A scenario file, decoded and validated: what to send where, how much of it, and what has to hold.
public struct Scenario: Sendable {
    /// The name that results carry.
    public var name: String
    /// What the scenario is for.
    public var description: String?
    /// The base of every path: scheme, host, port and possibly a path prefix; empty where no request goes to it.
    public var target: Text
    /// Hosts besides loopback that load may go to.
    public var authorised: [String] = []
    /// Local processes that run beside the load, in the order in which they start.
    public var services: [Service] = []
    /// The identities that iterations take in turn.
    public var identities: Identities?
    /// Tables whose rows feed iterations.
    public var data: [DataTable] = []
    /// What steps have unless they say otherwise.
    public var defaults = Defaults()
    /// What users do; an iteration is one run through one flow.
    public var flows: [Flow]
    /// What each user does once, before its first iteration; what it captures stays with the user.
    public var login: Flow?
    /// Stages of load, in turn.
    public var load: [Stage]
    /// Bounds of the run.
    public var limits = Limits()
    /// Numbers that are read beside the load.
    public var probes: [Probe] = []
    /// How long probes are read where there is no load; nil: only where a verification asks for one.
    public var watch: Duration?
    /// What is verified after the load, in turn.
    public var verifications: [DeclaredVerification] = []
    /// What has to hold.
    public var objectives: [Objective] = []
    /// What runs are compared with; nil: with nothing.
    public var baseline: BaselineRule?
    /// What shapes the load, but for its stages and the rows of its tables, in one form whatever comments and layout the
    /// file has; empty for a load without a file. Holds no secrets.
    public var loadSource = ""
    /// What is probably not what was meant, though nothing is wrong with it.
    public var warnings: [Problem] = []
    /// Values that must never show, with the text to show in their place.
    public var secrets = Secrets()

    /// Makes a scenario of its necessary parts.
    public init(name: String, target: Text, flows: [Flow], load: [Stage]) {
        self.name = name
        self.target = target
        self.flows = flows
        self.load = load
    }
}

extension Scenario {
    /// The name of the flow that `login:` makes.
    public static let loginName = "login"

    /// The flows, and the login as the last of them.
    public var flowsAndLogin: [Flow] { flows + (login.map { [$0] } ?? []) }

    /// All steps, flow by flow in their order, those of the login last. A step's place in this list is its number in
    /// measurements.
    public var steps: [Step] { flowsAndLogin.flatMap(\.steps) }
}

/// A scenario file, decoded and validated: what to send where, how much of it, and what has to hold.
public struct Scenario: Sendable {
    /// The name that results carry.
    public var name: String
    /// What the scenario is for.
    public var description: String?
    /// The base of every path: scheme, host, port and possibly a path prefix; empty where no request goes to it.
    public var target: Text { targetURL?.text ?? Text("") }
    /// The same, taken apart; nil where no request goes to it.
    public var targetURL: ConstantURL?
    /// Hosts besides loopback that load may go to.
    public var authorised: [String] = []
    /// Local processes that run beside the load, in the order in which they start.
    public var services: [Service] = []
    /// Which draw of the random instants and of the mix of flows is sent, by any name; nil: the one that every run of it sends.
    public var draw: String?
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
    /// The loads, which are sent at once: one without a name, or several, each with a name and flows of its own.
    public var loads: [Load] = []
    /// Bounds of the run.
    public var limits = Limits()
    /// Numbers that are read beside the load.
    public var probes: [Probe] = []
    /// How long probes are read where there is no load; nil: only where a verification asks for one.
    public var watch: Duration?
    /// TCP proxies through which a drill disturbs connections.
    public var proxies: [ProxyDeclaration] = []
    /// Host names that the drill's own name server answers for.
    public var names: [NameDeclaration] = []
    /// What is broken beside the load; nil: nothing.
    public var drill: Drill?
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
    /// Where the trace of an exchange can be looked at; nil: nowhere.
    public var traceURL: TraceURL?
    /// What it needs besides its own text, wherever it is carried out.
    public var inputs = ScenarioInputs()
    /// Values that must never show, with the text to show in their place.
    public var secrets = Secrets()

    /// Makes a scenario of its necessary parts.
    public init(name: String, target: ConstantURL?, flows: [Flow], load: [Stage]) {
        self.name = name
        targetURL = target
        self.flows = flows
        if !load.isEmpty { loads = [Load(stages: load)] }
    }

    /// The same with the target's text: nothing goes to it where that is no URL.
    public init(name: String, target: Text, flows: [Flow], load: [Stage]) {
        self.init(name: name, target: try? ConstantURL(target), flows: flows, load: load)
    }
}

extension Scenario {
    /// The name of the flow that `login:` makes.
    public static let loginName = "login"

    /// The stages of all loads, in the order of the loads. Setting them makes one load without a name, or none.
    public var load: [Stage] {
        get { loads.flatMap(\.stages) }
        set { loads = newValue.isEmpty ? [] : [Load(stages: newValue)] }
    }

    /// The flows, and behind them the login: where loads have names, one for the users of each.
    public var flowsAndLogin: [Flow] { flows + logins }

    /// The login of the users of each load.
    private var logins: [Flow] {
        guard let login else { return [] }
        guard hasNamedLoads else { return [login] }
        return loads.map { load in
            var login = login
            login.load = load.name
            return login
        }
    }

    /// All steps, flow by flow in their order, those of the login last. A step's index in this list is its number in
    /// measurements.
    public var steps: [Step] { flowsAndLogin.flatMap(\.steps) }
}

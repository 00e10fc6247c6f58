/// A signal to a service, or its end.
public struct ProcessFault: WordedFault {
    /// What is done to it.
    public enum Action: String, CaseIterable, Sendable {
        /// SIGKILL; undone by starting it again.
        case kill
        /// SIGTERM; undone by starting it again.
        case terminate
        /// SIGSTOP; undone by SIGCONT. The kernel keeps accepting its TCP connections: only timeouts see it.
        case pause
        /// SIGTERM, and SIGKILL five seconds later; undone by starting it again.
        case stop
        /// Stopped and started again; nothing is left to undo.
        case restart
    }

    /// The words that begin it.
    public static let verbs = Action.allCases.map(\.rawValue)
    /// How it is written.
    public static let usage = "kill|terminate|pause|stop|restart SERVICE"
    /// What it does and how it is undone.
    public static let summary =
        "Ends, pauses or restarts a service with all its processes; undone by starting it again, or letting it go on."

    /// What is done.
    public var action: Action
    /// The service's name.
    public var service: String

    /// What it breaks.
    public var subject: FaultSubject { .service(service) }

    /// Makes a fault.
    public init(_ action: Action, service: String) {
        self.action = action
        self.service = service
    }

    /// Makes the fault of a scenario's words.
    public init(verb: String, _ words: inout FaultWords) throws(GrammarError) {
        self.init(Action(rawValue: verb) ?? .kill, service: try words.next("a service's name"))
    }
}

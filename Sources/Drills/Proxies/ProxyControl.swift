public import FaultProxy
public import Scenarios

/// Proxies that faults can disturb.
public protocol ProxyControl: Sendable {
    /// Disturbs the connections through a proxy, open ones too. `mark` is a name that nothing else has. Gives the disturbance's
    /// name.
    func disturb(_ proxy: String, _ fault: ProxyFault, mark: String) throws -> String
    /// Ends a disturbance; one that has ended is no error.
    func calm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws
    /// What shows that a disturbance has struck; nil: nothing yet.
    func evidence(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> String?
    /// True once a disturbance is in force no more.
    func isCalm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> Bool
    /// What ends the disturbance when this process is gone; empty: it is gone with the process.
    func recovery(_ proxy: String, _ fault: ProxyFault, mark: String) -> [RecoveryStep]
    /// Why a proxy can't be disturbed so; nil: nothing stands against it.
    func obstacle(_ proxy: String, _ fault: ProxyFault) -> String?
    /// True where the disturbance stays when this process is killed.
    func outlivesProcess(_ proxy: String) -> Bool
}

extension FaultProxy: ProxyControl {
    /// Disturbs the connections through a proxy; the disturbance's name is the proxy's own.
    public func disturb(_ proxy: String, _ fault: ProxyFault, mark: String) throws -> String {
        try disturb(proxy, fault)
    }

    /// Ends a disturbance.
    public func calm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws {
        do throws(ProxyError) {
            try calm(proxy, disturbance: disturbance)
        } catch  where error.kind == .notFound {
            // It has ended already.
        }
    }

    /// Whether it struck, by the proxy's counts.
    public func evidence(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> String? {
        let counts = try counts(proxy)
        if case .refuse = fault.disturbance {
            return counts.isListening ? nil : "nobody listens at the proxy any more"
        }
        let struck = counts.struck[disturbance] ?? 0
        return struck > 0 ? "the proxy disturbed its connections \(counted(struck, "time"))" : nil
    }

    /// Whether the proxy has no such disturbance.
    public func isCalm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> Bool {
        let counts = try counts(proxy)
        if case .refuse = fault.disturbance, !counts.isListening { return false }
        return counts.struck[disturbance] == nil
    }

    /// Nothing: the proxy ends with this process.
    public func recovery(_ proxy: String, _ fault: ProxyFault, mark: String) -> [RecoveryStep] { [] }

    /// Whether there is such a proxy.
    public func obstacle(_ proxy: String, _ fault: ProxyFault) -> String? {
        do throws(ProxyError) {
            _ = try counts(proxy)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// No: it runs in this process.
    public func outlivesProcess(_ proxy: String) -> Bool { false }
}

/// The proxies of a scenario, each by who carries it.
public struct ProxyControls: ProxyControl {
    private let own: any ProxyControl
    private let others: [String: any ProxyControl]

    /// `own` carries all but those that `others` names.
    public init(own: any ProxyControl, others: [String: any ProxyControl]) {
        self.own = own
        self.others = others
    }

    private func control(_ proxy: String) -> any ProxyControl { others[proxy] ?? own }

    /// Disturbs the connections through a proxy.
    public func disturb(_ proxy: String, _ fault: ProxyFault, mark: String) throws -> String {
        try control(proxy).disturb(proxy, fault, mark: mark)
    }

    /// Ends a disturbance.
    public func calm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws {
        try control(proxy).calm(proxy, fault, disturbance: disturbance)
    }

    /// Whether it struck.
    public func evidence(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> String? {
        try control(proxy).evidence(proxy, fault, disturbance: disturbance)
    }

    /// Whether it is in force no more.
    public func isCalm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> Bool {
        try control(proxy).isCalm(proxy, fault, disturbance: disturbance)
    }

    /// What ends it when this process is gone.
    public func recovery(_ proxy: String, _ fault: ProxyFault, mark: String) -> [RecoveryStep] {
        control(proxy).recovery(proxy, fault, mark: mark)
    }

    /// Why a proxy can't be disturbed so.
    public func obstacle(_ proxy: String, _ fault: ProxyFault) -> String? {
        control(proxy).obstacle(proxy, fault)
    }

    /// True where the disturbance stays when this process is killed.
    public func outlivesProcess(_ proxy: String) -> Bool { control(proxy).outlivesProcess(proxy) }
}

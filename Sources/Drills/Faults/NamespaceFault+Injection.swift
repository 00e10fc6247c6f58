internal import Glibc
internal import Measures
public import Scenarios

extension NamespaceFault: InjectableFault {
    /// `cut` or `unroute`.
    public var verb: String {
        switch cut {
        case .link: "cut"
        case .route: "unroute"
        }
    }

    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String {
        switch cut {
        case .link(let link): "the link \(link) of the network namespace \(namespace)"
        case .route(let network): "the routes of the network namespace \(namespace) to \(network)"
        }
    }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String { step.words }

    /// Yes: a namespace is the machine's.
    public func outlivesProcess(at site: DrillSite) -> Bool { true }

    /// Needs root, `ip`, and the namespace in the state that is to be changed. One that is not there may come with a service: it is looked
    /// for again before it is broken.
    public func obstacle(at site: DrillSite) -> String? {
        if let obstacle = NetworkNamespace.obstacle { return "not possible here, because \(obstacle)" }
        guard NetworkNamespace(namespace).absence == nil else {
            return "not possible here, because there is no network namespace \(namespace), unless a service makes it"
        }
        do throws(FaultFailure) {
            try demandWhole()
            return nil
        } catch {
            return "not possible here, because \(error)"
        }
    }

    /// What is broken already isn't broken again: the undo would mend more than the fault broke.
    private func demandWhole() throws(FaultFailure) {
        let namespace = NetworkNamespace(namespace)
        switch cut {
        case .link(let link):
            guard try namespace.isUp(link) else { throw FaultFailure("the link \(link) is down already") }
        case .route(let network):
            if try namespace.isBlackhole(network) { throw FaultFailure("\(network) is a black hole already") }
        }
    }

    private var step: RecoveryStep {
        switch cut {
        case .link(let link): .raiseLink(namespace: namespace, link: link)
        case .route(let network): .dropBlackhole(namespace: namespace, network: network)
        }
    }

    /// Looks at the namespace.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        if let obstacle = obstacle(at: site) { throw FaultFailure(obstacle) }
        return NamespaceInjection(self, step)
    }
}

private final class NamespaceInjection: FaultInjection {
    private let fault: NamespaceFault
    private let step: RecoveryStep
    private let namespace: NetworkNamespace

    init(_ fault: NamespaceFault, _ step: RecoveryStep) {
        self.fault = fault
        self.step = step
        namespace = NetworkNamespace(fault.namespace)
    }

    var recovery: [RecoveryStep] { [step] }
    var undoLimit: Span { Span(seconds: 30) }

    func apply(stop: StopSignal) throws(FaultFailure) {
        switch fault.cut {
        case .link(let link): try namespace.setLink(link, up: false)
        case .route(let network): try namespace.addBlackhole(network)
        }
    }

    func effect() throws(FaultFailure) -> FaultEffect? {
        switch fault.cut {
        case .link(let link):
            let now = Instant.now
            return try namespace.isUp(link)
                ? nil : FaultEffect(at: now, evidence: "the link \(link) of \(fault.namespace) is down")
        case .route(let network):
            let now = Instant.now
            return try namespace.isBlackhole(network)
                ? FaultEffect(at: now, evidence: "\(network) is a black hole of \(fault.namespace)") : nil
        }
    }

    func undo() throws(FaultFailure) {
        _ = try StepRunner(values: SecretValues(environment: [:], folder: "")).carryOut(step)
    }

    func verifyUndone() throws(FaultFailure) -> String? {
        switch fault.cut {
        case .link(let link):
            return try namespace.isUp(link) ? "the link \(link) of \(fault.namespace) is up" : nil
        case .route(let network):
            return try namespace.isBlackhole(network) ? nil : "\(network) is no black hole of \(fault.namespace)"
        }
    }
}

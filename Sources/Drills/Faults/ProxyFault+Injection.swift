internal import Glibc
internal import Measures
internal import NIOConcurrencyHelpers
public import Scenarios

extension ProxyFault: InjectableFault {
    /// The word of its disturbance.
    public var verb: String {
        switch disturbance {
        case .latency: "latency"
        case .bandwidth: "bandwidth"
        case .blackhole: "blackhole"
        case .reset: "reset"
        case .refuse: "refuse"
        case .slowClose: "slow_close"
        case .slice: "slice"
        case .limitData: "limit_data"
        }
    }

    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String { "the TCP connections through the proxy \(proxy)" }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String { "the proxy lets them through as they are" }

    /// Where another program carries the proxy.
    public func outlivesProcess(at site: DrillSite) -> Bool { site.proxies?.outlivesProcess(proxy) ?? false }

    /// There must be such a proxy.
    public func obstacle(at site: DrillSite) -> String? {
        guard let proxies = site.proxies else { return "not possible here, because no proxy runs" }
        return proxies.obstacle(proxy, self).map { "not possible here, because \($0)" }
    }

    /// Looks at the proxy.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        if let obstacle = obstacle(at: site) { throw FaultFailure(obstacle) }
        guard let proxies = site.proxies else { throw FaultFailure("no proxy runs") }
        return ProxyInjection(self, proxies)
    }
}

private final class ProxyInjection: FaultInjection {
    private let fault: ProxyFault
    private let proxies: any ProxyControl
    private let mark: String
    private let disturbance = NIOLockedValueBox<String?>(nil)

    init(_ fault: ProxyFault, _ proxies: any ProxyControl) {
        self.fault = fault
        self.proxies = proxies
        mark = "loadgate-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    }

    var recovery: [RecoveryStep] { proxies.recovery(fault.proxy, fault, mark: mark) }
    var undoLimit: Span { Span(seconds: 15) }

    func apply(stop: StopSignal) throws(FaultFailure) {
        let name = try wrap { try proxies.disturb(fault.proxy, fault, mark: mark) }
        disturbance.withLockedValue { $0 = name }
    }

    func effect() throws(FaultFailure) -> FaultEffect? {
        let now = Instant.now
        guard let name = disturbance.withLockedValue({ $0 }) else { return nil }
        return try wrap { try proxies.evidence(fault.proxy, fault, disturbance: name) }
            .map { FaultEffect(at: now, evidence: $0) }
    }

    /// What was disturbed half-way has the mark's name.
    private var name: String { disturbance.withLockedValue { $0 } ?? mark }

    func undo() throws(FaultFailure) {
        try wrap { try proxies.calm(fault.proxy, fault, disturbance: name) }
    }

    func verifyUndone() throws(FaultFailure) -> String? {
        try wrap { try proxies.isCalm(fault.proxy, fault, disturbance: name) }
            ? "the proxy \(fault.proxy) no longer disturbs its connections so" : nil
    }

    private func wrap<Value>(_ body: () throws -> Value) throws(FaultFailure) -> Value {
        do {
            return try body()
        } catch {
            throw FaultFailure("\(error)")
        }
    }
}

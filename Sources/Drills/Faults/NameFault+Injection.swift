internal import Measures
internal import NameServer
public import Scenarios

extension NameFault: InjectableFault {
    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String { "the addresses of the name \(name)" }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String {
        let before = site.names?.addresses(of: name)?.joined(separator: ", ")
        return "the name gets \(before ?? "the addresses from before") again"
    }

    /// No: the name server ends with Loadgate.
    public func outlivesProcess(at site: DrillSite) -> Bool { false }

    /// There must be a name server that knows the name.
    public func obstacle(at site: DrillSite) -> String? {
        guard let names = site.names else { return "not possible here, because no name server runs" }
        guard let before = names.addresses(of: name) else {
            return "not possible here, because the name server doesn't know the name \(name)"
        }
        return before == addresses ? "the name \(name) has these addresses already" : nil
    }

    /// Looks at the name.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        if let obstacle = obstacle(at: site) { throw FaultFailure(obstacle) }
        guard let names = site.names, let before = names.addresses(of: name) else {
            throw FaultFailure("no name server runs")
        }
        return NameInjection(self, names, site.switches.add(name, addresses, now: before), site.switches)
    }
}

private final class NameInjection: FaultInjection {
    private let fault: NameFault
    private let names: any NameControl
    private let id: Int
    private let switches: NameSwitches

    init(_ fault: NameFault, _ names: any NameControl, _ id: Int, _ switches: NameSwitches) {
        self.fault = fault
        self.names = names
        self.id = id
        self.switches = switches
    }

    /// The name server ends with this process.
    var recovery: [RecoveryStep] { [] }
    var undoLimit: Span { Span(seconds: 10) }

    func apply(stop: StopSignal) throws(FaultFailure) { try set(fault.addresses) }

    func effect() -> FaultEffect? {
        let now = Instant.now
        guard answers(fault.addresses) else { return nil }
        return FaultEffect(at: now, evidence: Self.words(fault.name, fault.addresses))
    }

    func undo() throws(FaultFailure) {
        guard let addresses = switches.addresses(of: fault.name, without: id) else { return }
        try set(addresses)
    }

    func verifyUndone() -> String? {
        guard let addresses = switches.addresses(of: fault.name, without: id),
            answers(addresses)
        else { return nil }
        return Self.words(fault.name, addresses)
    }

    /// True where a query is answered with these addresses: what the table of names says doesn't tell what clients get.
    private func answers(_ addresses: [String]) -> Bool {
        names.answer(for: fault.name).map { NameQuestion.isSame($0, addresses) } ?? false
    }

    private static func words(_ name: String, _ addresses: [String]) -> String {
        "the name server answers \(addresses.joined(separator: ", ")) for \(name)"
    }

    private func set(_ addresses: [String]) throws(FaultFailure) {
        do {
            try names.switchAddresses(of: fault.name, to: addresses)
        } catch {
            throw FaultFailure("\(error)")
        }
    }
}

internal import Glibc
internal import Scenarios

/// A network namespace as `ip netns` names it, changed by ip(8).
struct NetworkNamespace {
    private let name: String
    private let runner: StepRunner

    init(_ name: String) {
        self.name = name
        runner = StepRunner(values: SecretValues(environment: [:], folder: ""))
    }

    /// Why nothing can be changed here; nil: nothing is known to stand against it.
    static var obstacle: String? { geteuid() == 0 ? nil : "it needs root" }

    /// That it is gone, where ip(8) keeps the names; nil: it is there.
    var absence: String? {
        access("/run/netns/\(name)", F_OK) == 0 || errno != ENOENT ? nil : "the network namespace \(name) is gone"
    }

    private func ip(_ arguments: [String]) throws(FaultFailure) -> String {
        let output = try runner.run(["ip", "-n", name] + arguments, shown: "ip", seconds: 10, takesOutput: true)
        return String(decoding: output, as: UTF8.self)
    }

    /// True where a link is up.
    func isUp(_ link: String) throws(FaultFailure) -> Bool {
        let text = try ip(["-o", "link", "show", "dev", link])
        guard let start = text.firstIndex(of: "<"), let end = text.firstIndex(of: ">"), start < end else {
            throw FaultFailure("ip says nothing of the link \(link)")
        }
        return text[text.index(after: start)..<end].split(separator: ",").contains("UP")
    }

    /// Takes a link up or down. Gives what shows it.
    @discardableResult
    func setLink(_ link: String, up: Bool) throws(FaultFailure) -> String {
        let word = up ? "up" : "down"
        _ = try ip(["link", "set", "dev", link, word])
        guard try isUp(link) == up else { throw FaultFailure("the link \(link) of \(name) is not \(word)") }
        return "the link \(link) of \(name) is \(word)"
    }

    private func family(_ network: String) -> [String] { network.contains(":") ? ["-6"] : ["-4"] }

    /// True where what goes to a network is thrown away.
    func isBlackhole(_ network: String) throws(FaultFailure) -> Bool {
        let text = try ip(family(network) + ["route", "show", "exact", network, "type", "blackhole"])
        return text.contains("blackhole")
    }

    /// Throws away what goes to a network.
    func addBlackhole(_ network: String) throws(FaultFailure) {
        // Before a route to the same network, which stays: of IPv4 the first counts, of IPv6 that with the lowest metric.
        let isSix = network.contains(":")
        _ = try ip(
            family(network) + ["route", isSix ? "add" : "prepend", "blackhole", network]
                + (isSix ? ["metric", "1"] : []))
    }

    /// Lets through what goes to a network; nothing where it is let through already. Gives what shows it.
    @discardableResult
    func dropBlackhole(_ network: String) throws(FaultFailure) -> String {
        if try isBlackhole(network) { _ = try ip(family(network) + ["route", "del", "blackhole", network]) }
        if try isBlackhole(network) { throw FaultFailure("\(network) is still a black hole of \(name)") }
        return "\(network) is no black hole of \(name)"
    }
}

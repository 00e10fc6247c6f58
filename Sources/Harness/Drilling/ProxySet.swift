import Drills
import FaultProxy
import Measures
import Scenarios

/// The proxies of a scenario, listening from its making to `stop`.
struct ProxySet {
    /// What disturbs them; nil: the scenario has none.
    let control: (any ProxyControl)?
    private var own: FaultProxy?
    private var remote: [(client: ToxiproxyClient, name: String)] = []

    /// Makes the proxies. Throws where one can't be had.
    init(_ scenario: Scenario, authorised: [String], scheduling: SchedulingMode, note: (String) -> Void) throws {
        guard !scenario.proxies.isEmpty else {
            control = nil
            return
        }
        let own = try FaultProxy(authorised: AuthorisedHosts(authorised), scheduling: scheduling)
        self.own = own
        var others: [String: any ProxyControl] = [:]
        do {
            for proxy in scenario.proxies {
                let listen: HostPort
                if let api = proxy.toxiproxy {
                    let client = ToxiproxyClient(api, authorised: authorised)
                    let made = try client.add(proxy)
                    listen = made.listen
                    others[proxy.name] = client
                    if made.isNew { remote.append((client, proxy.name)) }
                } else {
                    listen = try own.add(name: proxy.name, listen: proxy.listen, upstream: proxy.upstream)
                }
                note("proxy \(proxy.name): \(listen) to \(proxy.upstream)")
            }
        } catch {
            own.stop()
            for (client, name) in remote { try? client.remove(name) }
            throw UnreachableProxy(description: "a proxy can't be had: \(error)")
        }
        control = others.isEmpty ? own : ProxyControls(own: own, others: others)
    }

    /// Nobody listens any more; proxies that a Toxiproxy got from here are taken away.
    func stop() {
        own?.stop()
        for (client, name) in remote { try? client.remove(name) }
    }
}

/// A proxy that the scenario asks for can't be had.
public struct UnreachableProxy: Error, CustomStringConvertible {
    /// Why.
    public var description: String
}

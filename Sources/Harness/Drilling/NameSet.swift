import Generator
import NameServer
import Scenarios

/// The names of a scenario: the drill's own name server, from its making to `stop`, and the table of the addresses of all hosts.
struct NameSet {
    /// What switches the names; nil: the scenario has none of its own.
    let server: NameServer?
    /// The addresses of hosts by their names.
    let table: NameTable

    /// Begins to answer for the scenario's own names. Throws where nobody can listen.
    init(_ scenario: Scenario, note: (String) -> Void) throws {
        guard !scenario.names.isEmpty else {
            server = nil
            table = try NameTable(scenario.defaults.dns)
            return
        }
        let server = try NameServer(scenario.names)
        do {
            let address = try server.listen(on: HostPort(host: "127.0.0.1", port: 0))
            let names = scenario.names.map(\.name)
            note("names: \(address) answers for \(names.joined(separator: ", "))")
            table = try NameTable(scenario.defaults.dns, server: address, names: names)
            self.server = server
        } catch {
            server.stop()
            throw error
        }
    }

    /// Nobody is asked, and nobody answers any more.
    func stop() {
        table.stop()
        server?.stop()
    }
}

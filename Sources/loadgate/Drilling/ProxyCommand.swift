import ArgumentParser
import Dispatch
import FaultProxy
import Loadgate
import Scenarios

/// `loadgate proxy [--api HOST:PORT] [--proxy NAME=LISTEN=UPSTREAM …]`
struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy", abstract: "Run TCP proxies that disturb connections, driven by Toxiproxy's HTTP API.",
        discussion: ManualPage(
            description: """
                Proxies pass TCP connections on until they are told to disturb them: latency, bandwidth, cuts, resets and \
                more. They and the API listen on loopback only, and lead to loopback unless a host is authorised. Clients of \
                Toxiproxy drive them as they drive Toxiproxy. Ctrl-C or SIGTERM ends all of it: connections are refused, and \
                open ones are reset.
                """,
            examples: [
                (
                    "loadgate proxy --proxy database=127.0.0.1:15432=127.0.0.1:5432",
                    "a proxy before PostgreSQL, with the API on 127.0.0.1:8474"
                ),
                ("loadgate proxy --api 127.0.0.1:0", "the API on any free port; proxies are made through it"),
                (
                    "curl -d '{\"type\":\"latency\",\"attributes\":{\"latency\":300}}' "
                        + "127.0.0.1:8474/proxies/database/toxics",
                    "answers of the database arrive 300 ms later"
                ),
            ],
            exitCodes: [
                (0, "ended by Ctrl-C or SIGTERM"), (64, "a port is taken, or an address may not be used"),
            ],
            seeAlso: ["docs/fault-proxy.md"]
        ).discussion)

    @Option(
        help: ArgumentHelp("Serve the API here, on loopback; port 0: any free one.", valueName: "host:port"))
    var api = "127.0.0.1:8474"

    @Option(
        name: .customLong("proxy"),
        help: ArgumentHelp(
            "A proxy, such as database=127.0.0.1:15432=127.0.0.1:5432; repeatable.", valueName: "name=listen=upstream"))
    var proxies: [String] = []

    @Option(help: ArgumentHelp("Let proxies lead to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            let proxy = try FaultProxy(authorised: AuthorisedHosts(authorise))
            defer { proxy.stop() }
            do {
                for declaration in try proxies.map(Self.declaration) {
                    let bound = try proxy.add(
                        name: declaration.name, listen: declaration.listen, upstream: declaration.upstream)
                    Console.note("\(declaration.name): \(bound) leads to \(declaration.upstream)")
                }
                guard let address = HostPort(api) else { throw ValidationError("--api wants HOST:PORT, got '\(api)'") }
                Console.note("API: http://\(try proxy.serveAPI(on: address))")
            } catch let error as ProxyError {
                throw ValidationError(error.description)
            }
            let done = DispatchSemaphore(value: 0)
            interruption.onInterrupt { _ in done.signal() }
            done.wait()
        }
    }

    private static func declaration(_ text: String) throws -> ProxyDeclaration {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, let listen = HostPort(parts[1]), let upstream = HostPort(parts[2])
        else { throw ValidationError("--proxy wants NAME=LISTEN=UPSTREAM, got '\(text)'") }
        return ProxyDeclaration(name: parts[0], listen: listen, upstream: upstream)
    }
}

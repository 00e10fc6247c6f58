import CLinux
import Fetch
import Glibc
import Scenarios

/// Asks a service whether it is ready.
struct ReadinessProbe {
    private let readiness: Service.Readiness
    private let tls: TLSSettings
    private let authorised: AuthorisedHosts

    /// `tls` is for `https://`: whom to trust, and who is asked for. `authorised`: the hosts besides loopback that may be
    /// asked.
    init(_ readiness: Service.Readiness, tls: TLSSettings, authorised: AuthorisedHosts) {
        self.readiness = readiness
        self.tls = tls
        self.authorised = authorised
    }

    /// nil: ready. Else what stands against it. Takes two seconds at most.
    func obstacle() -> String? {
        switch readiness {
        case .http(let url): return get(url.constant ?? "")
        case .tcp(let host, let port):
            do throws(FetchFailure) {
                try Fetch.connect(
                    to: host, port: port, peers: FetchRequest.Peers(of: host, authorised: authorised))
                return nil
            } catch {
                return error.reason
            }
        case .command(let command): return Self.run(command.map { $0.constant ?? "" })
        }
    }

    private func get(_ url: String) -> String? {
        var request = FetchRequest(url: url)
        request.tls = tls
        let host = (try? Endpoint(parsing: url))?.host ?? ""
        request.peers = FetchRequest.Peers(of: host, authorised: authorised)
        // Its status is what counts, whatever page comes with it.
        request.maximumBody = 64 << 20
        do throws(FetchFailure) {
            let status = try Fetch.send(request).status
            return 200...299 ~= status ? nil : "it answers with status \(status)"
        } catch {
            return error.reason
        }
    }

    private static func run(_ command: [String]) -> String? {
        let service = Service(name: "ready", command: command.map { Text($0) })
        do throws(ServiceFailure) {
            let process = try RunningService(service) { _ in }
            let deadline = loadgate_monotonic() + 2_000_000_000
            while process.isRunning, loadgate_monotonic() < deadline { usleep(5_000) }
            guard let ending = process.ending else {
                process.stop(grace: 0.1)
                return "its command doesn't end"
            }
            return ending == "exited with code 0" ? nil : "its command \(ending)"
        } catch {
            return error.reason
        }
    }
}

import ChildProcesses
import Fetch
import Measures
import Scenarios

/// Asks a service whether it is ready.
struct ReadinessProbe: Sendable {
    /// What stands against it.
    struct Obstacle {
        var reason: String
        /// How long this process was held up as it asked.
        var heldUp = Span.zero
    }

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
    func obstacle() -> Obstacle? {
        switch readiness {
        case .http(let url): return get(url)
        case .tcp(let host, let port):
            do throws(FetchFailure) {
                try Fetch.connect(
                    to: host, port: port, peers: FetchRequest.Peers(of: host, authorised: authorised))
                return nil
            } catch {
                return Obstacle(reason: error.reason, heldUp: error.heldUp)
            }
        case .command(let command):
            return Self.run(command.map { $0.constant ?? "" })
        }
    }

    private func get(_ url: ConstantURL) -> Obstacle? {
        var request = FetchRequest(url: url.constant)
        request.tls = tls
        request.peers = FetchRequest.Peers(of: url.endpoint.host, authorised: authorised)
        // Its status is what counts, whatever page comes with it.
        request.maximumBody = 64 << 20
        request.keepsBody = false
        do throws(FetchFailure) {
            let answer = try Fetch.send(request)
            return 200...299 ~= answer.status
                ? nil : Obstacle(reason: "it answers with status \(answer.status)", heldUp: answer.heldUp)
        } catch {
            return Obstacle(reason: error.reason, heldUp: error.heldUp)
        }
    }

    /// How long a command may take.
    private static let patience = Span(nanoseconds: 2_000_000_000)

    private static func run(_ command: [String]) -> Obstacle? {
        do throws(ChildFailure) {
            // What it prints is of no interest, so it goes nowhere and has no bound.
            let process = try ChildProcess(ChildCommand(command))
            // With all that it started.
            defer { process.end() }
            // Only time in which this process ran counts.
            var limit = TimeLimit(patience)
            while !limit.isOver {
                let nap = limit.nap()
                let ending = process.wait(milliseconds: nap.milliseconds)
                limit.see(asleep: nap)
                guard let ending else { continue }
                return ending.isSuccess
                    ? nil : Obstacle(reason: "its command \(ending)", heldUp: limit.heldUp)
            }
            return Obstacle(reason: "its command doesn't end", heldUp: limit.heldUp)
        } catch {
            return Obstacle(reason: "\(error)")
        }
    }
}

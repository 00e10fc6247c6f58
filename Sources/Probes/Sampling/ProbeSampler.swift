import Fetch
import Foundation
import Measures
import Scenarios

/// Takes one sample of a probe after the other, each from its question to its number.
struct ProbeSampler: Sendable {
    /// Bytes of an answer at most.
    static let maximumAnswer = 4 << 20

    private enum Source: Sendable {
        case command(CommandRun)
        case http(FetchRequest)
    }

    private let source: Source
    private let format: any ProbeFormat

    /// `tls`: whom to trust, and who is asked for. `authorised`: the hosts besides loopback that may be asked.
    init(_ probe: Probe, tls: TLSSettings, authorised: AuthorisedHosts) {
        format = probe.format
        let timeout = Span(probe.timeout)
        switch probe.source {
        case .command(let arguments, let variables):
            var environment = ProcessInfo.processInfo.environment
            for variable in variables { environment[variable.name] = variable.value.constant ?? "" }
            source = .command(
                CommandRun(
                    arguments: arguments.map { $0.constant ?? "" },
                    environment: environment, timeout: timeout))
        case .http(let url, let headers):
            var request = FetchRequest(url: url.constant)
            request.fields = headers.map { HeaderLine($0.name, $0.value.constant ?? "") }
            request.timeout = max(timeout, Span(nanoseconds: 1_000_000))
            request.maximumBody = Self.maximumAnswer
            request.tls = tls
            request.peers = FetchRequest.Peers(of: url.endpoint.host, authorised: authorised)
            source = .http(request)
        }
    }

    /// The number; nil where the signal to stop came first. `heldUp`: how long this process did not run meanwhile.
    func number(stop: StopSignal, heldUp: inout Span) throws(ProbeFailure) -> Double? {
        switch source {
        case .command(let run):
            guard let output = try run.output(stop: stop, heldUp: &heldUp) else { return nil }
            return try format.finiteNumber(in: output)
        case .http(let request):
            let answer: FetchAnswer
            do throws(FetchFailure) {
                answer = try Fetch.send(request, shouldStop: { stop.isRaised })
            } catch {
                if stop.isRaised { return nil }
                heldUp = error.heldUp
                throw ProbeFailure(reason: error.reason)
            }
            heldUp = answer.heldUp
            guard 200...299 ~= answer.status else {
                throw ProbeFailure(reason: "it answers with status \(answer.status)")
            }
            return try format.finiteNumber(in: answer.body)
        }
    }
}

internal import Fetch
internal import Foundation
internal import Measures
internal import Scenarios

/// Looks from outside whether a fault took effect: a scenario's `effective`.
struct EffectProbe: Sendable {
    private let check: EffectCheck
    private let site: DrillSite

    init(_ check: EffectCheck, _ site: DrillSite) {
        self.check = check
        self.site = site
    }

    /// What shows the effect; nil: there is none now. The instant is that at which the look began. Takes two seconds at most, a
    /// command five.
    func effect() throws(FaultFailure) -> FaultEffect? {
        let start = Instant.now
        return try evidence().map { FaultEffect(at: start, evidence: $0) }
    }

    private func evidence() throws(FaultFailure) -> String? {
        switch check {
        case .refused(let host, let port):
            let outcome = try TCPProbe(host: host, port: port, authorised: site.authorised).outcome()
            return outcome == .refused ? "\(HostPort(host: host, port: port)) refuses connections" : nil
        case .silent(let host, let port):
            let outcome = try TCPProbe(host: host, port: port, authorised: site.authorised).outcome()
            return outcome == .silent
                ? "\(HostPort(host: host, port: port)) answers no connection within a second" : nil
        case .failing(let url): return try failing(url)
        case .command(let command): return try holds(command)
        }
    }

    private func failing(_ url: ConstantURL) throws(FaultFailure) -> String? {
        let endpoint = url.endpoint
        var request = FetchRequest(url: url.constant)
        request.tls = site.tls(for: endpoint)
        request.peers = FetchRequest.Peers(of: endpoint.host, authorised: site.authorised)
        if site.isTarget(endpoint) {
            // Turned away for lack of these it would seem to fail.
            request.fields = site.fields
            request.signature = site.authentication
        }
        request.maximumBody = 64 << 20
        request.keepsBody = false
        do throws(FetchFailure) {
            let answer = try Fetch.send(request)
            return 200...299 ~= answer.status ? nil : "GET \(url.shown) is answered with status \(answer.status)"
        } catch {
            // Where this process was held up, that says nothing.
            return error.heldUp > .zero ? nil : "GET \(url.shown): \(site.secrets.redact(error.reason))"
        }
    }

    private func holds(_ command: [Text]) throws(FaultFailure) -> String? {
        var maker = StepMaker(site)
        let step = try maker.step(command, timeout: .seconds(5))
        do throws(FaultFailure) {
            return try StepRunner(values: maker.values).carryOut(step)
        } catch {
            return nil
        }
    }
}

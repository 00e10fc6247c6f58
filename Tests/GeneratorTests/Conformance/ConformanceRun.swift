import Foundation
import Measures
import Scenarios
import TestSupport

@testable import Generator

/// Carries an entry's exchanges out and says what is not as expected.
struct ConformanceRun {
    let entry: ConformanceEntry
    let carrier: Carrier
    let certificates: TestCertificates
    let tls: ServerTLS
    /// What stands between and speaks HTTP/2; nil: nothing does.
    var gateway: HTTP2Gateway?

    /// What is wrong, each with the entry and the carrier; empty where all is as expected.
    func findings() throws -> [String] {
        var options = entry.server
        options.tls = carrier.isSecure ? tls : nil
        let script = entry.script
        let server = try ScriptedServer(options) { request in
            request.path == Self.opening ? [.send(Answer.ok)] : script(request)
        }
        defer { server.stop() }
        let gate = try ScriptedServer { _ in
            // Answers once the server has done with all that it was asked; a minute is for ever here.
            _ = Wait.until(within: 60) { server.settledCount >= server.requestCount }
            return [.send(Answer.ok)]
        }
        defer { gate.stop() }
        let measurement = try EngineRun.run(
            scenario(server, gate), reactors: 1, delay: Span(nanoseconds: 1_000_000))
        let number = entry.course == .warm ? 1 : 0
        let occurring = measurement.total.steps[number]?.outcomes.occurring ?? []
        let outcomes = Dictionary(uniqueKeysWithValues: occurring.map { ($0.outcome, Int($0.count)) })
        var expected = entry.expected(on: carrier)
        if carrier.connections == .fresh || gateway != nil { expected.connections = nil }
        if carrier.transport != .native, !expected.isJudged { expected.reason = nil }
        let reason = measurement.examples[number].first
        var findings: [String] = []
        if outcomes != expected.outcomes {
            findings.append("\(Self.text(outcomes)) (\(reason ?? "no reason")), not \(Self.text(expected.outcomes))")
        } else if let wanted = expected.reason, wanted != reason {
            findings.append("the reason is \(reason ?? "none"), not: \(wanted)")
        }
        if let wanted = expected.connections, server.connectionCount != wanted {
            findings.append("\(server.connectionCount) connections, not \(wanted)")
        }
        // Nothing is sent twice, whatever became of it.
        let requests = server.requests.filter { $0.path != Self.opening }.count
        if requests > entry.count { findings.append("\(requests) requests for \(entry.count) exchanges") }
        for request in server.requests where request.path != Self.opening {
            findings += entry.seen.compactMap { difference(of: request, from: $0, server) }
        }
        return findings.map { "\(entry.name) [\(carrier)]: \($0)" }
    }

    /// The path of the request that only opens a connection.
    private static let opening = "/opening"

    private func scenario(_ server: ScriptedServer, _ gate: ScriptedServer) -> Scenario {
        var steps = [entry.step]
        switch entry.course {
        case .plain: break
        case .warm: steps.insert(Step(name: "opening", url: Text(Self.opening), timeout: .seconds(60)), at: 0)
        case .settled: steps.append(Step(name: "gate", url: Text(gate.url + "/"), timeout: .seconds(90)))
        }
        let url = gateway.map { "http://\($0.authority)" } ?? server.url
        return EngineRun.scenario(url, steps: steps, load: EngineRun.iterations(entry.count)) { scenario in
            scenario.defaults.transport = carrier.transport
            scenario.defaults.connections = carrier.connections
            scenario.defaults.headers = entry.defaults
            if gateway != nil {
                scenario.defaults.http.version = .http2
                scenario.defaults.headers.append(Header(name: "X-Port", value: Text("\(server.port)")))
            }
            scenario.defaults.tls.authorities = certificates.authority
        }
    }

    /// How a request that the server saw is another one than expected.
    private func difference(
        of request: ScriptedServer.Request, from seen: ConformanceEntry.Seen, _ server: ScriptedServer
    ) -> String? {
        switch seen {
        case .line(let wanted):
            let line = request.head.prefix { $0 != "\r\n" }
            return line == wanted ? nil : "the server saw \(line), not \(wanted)"
        case .field(let name, let value):
            let wanted = value.replacingOccurrences(of: "AUTHORITY", with: gateway?.authority ?? server.authority)
            let values = request.values(of: name)
            return values == [wanted] ? nil : "the server saw \(name) \(values), not \(wanted)"
        case .noField(let name):
            let values = request.values(of: name)
            return values.isEmpty ? nil : "the server saw \(name) \(values), not none"
        case .body(let wanted):
            // Compared by bytes: as texts, different sequences of Unicode scalars can be equal.
            if request.body.utf8.elementsEqual(wanted.utf8) { return nil }
            return "the server saw a body of \(request.body.utf8.count) bytes: \(request.body.prefix(80)), "
                + "not of \(wanted.utf8.count): \(wanted.prefix(80))"
        }
    }

    private static func text(_ outcomes: [Outcome: Int]) -> String {
        outcomes.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.label)" }
            .joined(separator: ", ")
    }
}

extension ConformanceEntry.Expected {
    /// True where answers were complete, and so judged by what all transports share.
    var isJudged: Bool {
        outcomes.keys.allSatisfy {
            [.ok, .http4xx, .http5xx, .rateLimited, .checkFailed, .bodyTooLarge].contains($0)
        }
    }
}

extension ScriptedServer.Request {
    /// The values of all fields of a name, in order.
    func values(of name: String) -> [String] {
        head.components(separatedBy: "\r\n").dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                return nil
            }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
    }
}

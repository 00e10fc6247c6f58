import Measures
import TestSupport

@testable import Scenarios

/// An exchange with a scripted server and what must come of it, whichever transport carries it.
struct ConformanceEntry: Sendable {
    typealias Action = ScriptedServer.Action
    typealias Script = @Sendable (ScriptedServer.Request) -> [Action]

    /// What must come of an entry's exchanges.
    struct Expected: Sendable, Equatable {
        /// How many exchanges end in which outcome.
        var outcomes: [Outcome: Int]
        /// The first message that says why an exchange failed; nil: not looked at. What a transport finds itself it says
        /// in its own words: those of the native one stand here, and other transports are held to their outcomes.
        var reason: String?
        /// Connections that the server sees; nil: not looked at.
        var connections: Int?
    }

    /// Where something else comes of an entry, and why that is right.
    struct Deviation: Sendable {
        /// The transport that differs; nil: each.
        var transport: Defaults.Transport?
        /// With TLS or without; nil: both.
        var isSecure: Bool?
        /// Why. A deviation without a reason is a defect.
        var why: String
        var expected: Expected
    }

    /// What the server must have seen of every request.
    enum Seen: Sendable {
        /// The request line.
        case line(String)
        /// A field's only value; `AUTHORITY` stands for the server's address and port.
        case field(String, String)
        /// No field of that name.
        case noField(String)
        case body(String)
    }

    /// How the exchanges of an entry follow each other.
    enum Course: Sendable {
        /// At once.
        case plain
        /// At once, after one that only opens the connection and may take as long as it likes: a short timeout then says
        /// nothing about connecting.
        case warm
        /// Each after the server has done with the one before and has closed the connection, where it does.
        case settled
    }

    /// Unique in the table.
    var name: String
    var server = ScriptedServer.Options()
    var script: Script
    var step: Step
    /// Header fields that the scenario gives to all steps.
    var defaults: [Header] = []
    var count = 2
    var course = Course.plain
    var expected: Expected
    var deviations: [Deviation] = []
    var seen: [Seen] = []

    /// What must come of it there. The last deviation that fits holds.
    func expected(on carrier: Carrier) -> Expected {
        deviations.last { $0.fits(carrier) }?.expected ?? expected
    }
}

extension ConformanceEntry.Deviation {
    func fits(_ carrier: Carrier) -> Bool {
        (transport ?? carrier.transport) == carrier.transport && (isSecure ?? carrier.isSecure) == carrier.isSecure
    }
}

// MARK: Writing entries

extension ConformanceEntry {
    /// An entry of two exchanges of which each ends in `outcome`.
    init(
        _ name: String, _ actions: [Action], _ outcome: Outcome = .ok, connections: Int? = nil, reason: String? = nil,
        _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) {
        self.init(name, script: { _ in actions }, outcome, connections: connections, reason: reason, change)
    }

    /// The same, the server answering `text` each time.
    init(
        _ name: String, _ text: String, _ outcome: Outcome = .ok, connections: Int? = nil, reason: String? = nil,
        _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) {
        self.init(name, [.send(text)], outcome, connections: connections, reason: reason, change)
    }

    /// The same, what the server does depending on the request.
    init(
        _ name: String, script: @escaping Script, _ outcome: Outcome = .ok, connections: Int? = nil,
        reason: String? = nil, _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) {
        // So wide that a machine which stands still for a while changes nothing.
        let step = Step(name: "step", url: Text("/"), timeout: .seconds(60))
        self.init(name: name, script: script, step: step, expected: Expected(outcomes: [:]))
        change(&self)
        expected = Expected(outcomes: [outcome: count], reason: reason, connections: connections)
    }

    /// An entry whose step has these checks, as they are written in a scenario.
    func checking(_ checks: String...) -> ConformanceEntry {
        var entry = self
        entry.step.checks = checks.map(Check.written)
        return entry
    }

    /// An entry of one method.
    func method(_ method: Step.Method) -> ConformanceEntry {
        var entry = self
        entry.step.method = method
        return entry
    }

    /// An entry of which something else comes with TLS.
    func withTLS(
        _ outcome: Outcome, connections: Int? = nil, reason: String? = nil, because why: String
    ) -> ConformanceEntry {
        deviating(
            Deviation(
                isSecure: true, why: why,
                expected: Expected(outcomes: [outcome: count], reason: reason, connections: connections)))
    }

    /// An entry of which something else comes with libcurl.
    func withCurl(
        _ outcome: Outcome, connections: Int? = nil, reason: String? = nil, because why: String
    ) -> ConformanceEntry {
        deviating(
            Deviation(
                transport: .curl, why: why,
                expected: Expected(outcomes: [outcome: count], reason: reason, connections: connections)))
    }

    private func deviating(_ deviation: Deviation) -> ConformanceEntry {
        var entry = self
        entry.deviations.append(deviation)
        return entry
    }
}

extension Check {
    /// The check that is written so in a scenario.
    static func written(_ source: String) -> Check {
        var parser = CheckParser(source) { text, _ in Text(text) }
        guard let check = try? parser.parse() else { preconditionFailure("no check: \(source)") }
        return check
    }

    /// The body is this text, which may hold what can't be written in a check.
    static func body(_ text: String) -> Check {
        Check(subject: .body, predicate: .text(.equal, Text(text)), source: "body")
    }

    /// The body has so many bytes.
    static func bodySize(_ bytes: Int) -> Check {
        Check(subject: .bodySize, predicate: .number(.equal, DecimalNumber(bytes)), source: "body size == \(bytes)")
    }
}

/// Pieces that answers are made of.
enum Answer {
    /// A whole answer.
    static let ok = ScriptedServer.response("200 OK", "hello")

    /// A head with the given field lines, and what follows it.
    static func of(_ status: String = "200 OK", _ fields: [String] = [], _ rest: String = "") -> String {
        "HTTP/1.1 \(status)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + rest
    }

    /// A head that announces chunks, and what follows it.
    static func chunked(_ rest: String, _ fields: [String] = []) -> String {
        of("200 OK", ["Transfer-Encoding: chunked"] + fields, rest)
    }
}

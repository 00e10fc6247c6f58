import Foundation
import Generator
import InputVerification
import Measures
import NIOConcurrencyHelpers
import PaintboxTarget
import Scenarios
import TestSupport
import Testing

@testable import VerificationKit

/// Over real sockets: the reference target passes, and servers that are badly written are found out.
@Suite("Input verification over sockets", .serialized)
struct InputServerTests {
    /// Runs the course of the input over sockets.
    private func run(_ input: InputScenario) throws -> VerificationReport {
        let target = try Endpoint(parsing: #require(input.scenario.target.constant))
        let sender = try ExchangeSender(
            destinations: Destinations([target], authorised: []), tls: input.scenario.defaults.tls,
            userAgent: "loadgate-test")
        var course = input.course
        while let action = course.nextAction() {
            switch action {
            case .send(let batch, _): course.take(sender.send(batch) { false })
            case .wait(let span, _): Thread.sleep(forTimeInterval: span.seconds)
            case .read: Issue.record("nothing is to be read")
            }
        }
        return course.report()
    }

    private func problems(_ report: VerificationReport) -> [String] {
        report.findings.filter { $0.severity == .hard && $0.verdict != .pass }
            .map { "\($0.check) \($0.verdict): \($0.observed). \($0.evidence) \($0.exhibits)" }
    }

    private func withPaintbox(_ body: (String) throws -> Void) throws {
        var settings = PaintboxSettings()
        settings.port = 0
        settings.rateLimit = RateLimitPolicy(algorithm: .off)
        let server = try PaintboxServer(settings)
        defer { server.stop() }
        try body("http://127.0.0.1:\(server.port)")
    }

    @Test("paintbox-target's calculation passes, every kind of hostile body counted")
    func calculation() throws {
        try withPaintbox { url in
            let input = try InputScenario(
                "limits: {$.area: 0.01..100000, $.coats: 1..10}", "strict: true", "bodies: 10000", "size: 10MiB",
                target: url)
            let report = try run(input)
            #expect(problems(report) == [])
            #expect(report.verdict == .pass)
            #expect(!report.findings.contains { $0.severity == .advisory && $0.verdict != .noData })
            #expect(report.exchanges == 3 + 2 * input.cases.count)
        }
    }

    @Test("paintbox-target's projects pass, without limits being told")
    func projects() throws {
        try withPaintbox { url in
            let report = try run(
                InputScenario(
                    json: "{name: \"Shed ${n}\", client: Abel}", post: "/api/v1/projects", "bodies: 10000",
                    "size: 10MiB", "strict: true", "expect_valid: 201", target: url))
            #expect(problems(report) == [])
            #expect(report.verdict == .pass)
        }
    }

    @Test("paintbox-target's limiter doesn't stand in the way where there are enough identities")
    func limiter() throws {
        var settings = PaintboxSettings()
        settings.port = 0
        let server = try PaintboxServer(settings)
        defer { server.stop() }
        let identities = "identities: {count: 100, header: X-API-Key, value: \"client-${user}\"}"
        let report = try run(
            InputScenario("skip: [large_bodies]", target: "http://127.0.0.1:\(server.port)", before: identities))
        #expect(problems(report) == [])
    }

    // MARK: - Badly written servers

    private static let good = ScriptedServer.response(
        "200 OK", #"{"total":196.0}"#, headers: ["Content-Type: application/json"])
    private static let refusal = ScriptedServer.response(
        "400 Bad Request", #"{"error":"not valid"}"#, headers: ["Content-Type: application/json"])

    /// A server that knows one valid body, and does something else with the requests that a weakness chooses.
    private func server(
        _ weakness: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Action]?
    ) throws -> ScriptedServer {
        try ScriptedServer(record: false) { request in
            if request.header("Transfer-Encoding") != nil {
                return [.send(ScriptedServer.response("411 Length Required")), .finish]
            }
            let isJSON = request.header("Content-Type") == "application/json"
            if isJSON, request.body == #"{"area":10,"coats":2}"# { return [.send(Self.good)] }
            return weakness(request) ?? [.send(Self.refusal)]
        }
    }

    private func report(
        _ keys: String..., weakness: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Action]?
    ) throws -> VerificationReport {
        let server = try server(weakness)
        defer { server.stop() }
        return try run(
            InputScenario(
                "timeout: 1s", "size: 256KiB", keys.first ?? "strict: false", target: server.url))
    }

    private func failures(_ report: VerificationReport) -> [String] {
        report.findings.filter { $0.severity == .hard && $0.verdict == .fail }.map(\.check)
    }

    @Test("A server that refuses all that is hostile passes")
    func wellWritten() throws {
        let report = try report { _ in nil }
        #expect(problems(report) == [])
    }

    @Test(
        "A server that accepts what it should refuse is found out",
        arguments: [
            ("\"area\":NaN", ["not_numbers"]), ("\"area\":010", ["malformed_numbers"]), ("/* ", ["malformed_json"]),
            ("[true]", []), ("\"coats\":\"2\"", ["quoted_values"]), ("\"area\":-1,", ["negative_numbers"]),
            ("9007199254740993", ["huge_numbers"]), ("{\"area\":10}", ["missing_members"]),
        ])
    func accepting(text: String, checks: [String]) throws {
        let report = try report { request in request.body.contains(text) ? [.send(Self.good)] : nil }
        #expect(failures(report) == checks)
    }

    @Test("A server that looks at no content type is found out")
    func contentType() throws {
        let report = try report { request in
            request.body == #"{"area":10,"coats":2}"# ? [.send(Self.good)] : nil
        }
        #expect(failures(report) == ["wrong_content_types"])
    }

    @Test("A server that shows its stack trace with a 500 is found out twice")
    func trace() throws {
        let body = "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in calculate\nOverflowError"
        let report = try report { request in
            guard request.body.contains("1e400") else { return nil }
            return [
                .send(ScriptedServer.response("500 Internal Server Error", body, headers: ["Content-Type: text/plain"]))
            ]
        }
        #expect(failures(report) == ["huge_numbers", "stack_traces"])
    }

    @Test("A server that gives markup back in a page is found out")
    func echo() throws {
        let report = try report { request in
            let page = "<html>Can't read \(request.body.prefix(500))</html>"
            return [.send(ScriptedServer.response("400 Bad Request", page, headers: ["Content-Type: text/html"]))]
        }
        #expect(failures(report) == ["echo"])
    }

    @Test("A server that hangs over a body is found out")
    func hang() throws {
        let report = try report { request in request.body.hasPrefix("[[[") ? [.hang] : nil }
        #expect(failures(report) == ["deep_nesting"])
    }

    @Test("A server whose connection breaks over a body is found out")
    func broken() throws {
        let report = try report { request in request.body == "null" ? [.reset] : nil }
        #expect(failures(report) == ["wrong_roots"])
        let closing = try self.report { request in request.body == "[]" ? [.close] : nil }
        #expect(failures(closing) == ["wrong_roots"])
    }

    @Test("A server that a body leaves ill is found out, with the body")
    func ill() throws {
        let ill = NIOLockedValueBox(0)
        let server = try ScriptedServer(record: false) { request in
            if request.header("Transfer-Encoding") != nil {
                return [.send(ScriptedServer.response("411 Length Required")), .finish]
            }
            if request.body.contains("__proto__") { ill.withLockedValue { $0 = 2 } }
            if request.body == #"{"area":10,"coats":2}"#, request.header("Content-Type") == "application/json" {
                let isIll = ill.withLockedValue { left in
                    defer { left = max(0, left - 1) }
                    return left > 0
                }
                return [.send(isIll ? ScriptedServer.response("500 Internal Server Error") : Self.good)]
            }
            return [.send(Self.refusal)]
        }
        defer { server.stop() }
        let report = try run(InputScenario("timeout: 1s", "size: 256KiB", target: server.url))
        #expect(failures(report) == ["survives"])
        let finding = try #require(report.findings.last)
        #expect(finding.evidence.contains("__proto__"))
        #expect(finding.evidence.contains("well again after"))
    }

    @Test("A 413 that comes while the body is still on its way is a refusal")
    func early() throws {
        var options = ScriptedServer.Options()
        options.records = false
        options.actsAtHead = true
        options.receiveBuffer = 4_096
        let server = try ScriptedServer(options) { request in
            if request.header("Transfer-Encoding") != nil {
                return [.send(ScriptedServer.response("411 Length Required")), .finish]
            }
            let length = request.header("Content-Length").flatMap(Int.init) ?? 0
            if length > 65_536 {
                return [
                    .send(ScriptedServer.response("413 Content Too Large", headers: ["Connection: close"])), .finish,
                ]
            }
            return [.receiveBody(piece: 65_536)]
                + [.send(length == InputScenario.valid.count ? Self.good : Self.refusal), .finish]
        }
        defer { server.stop() }
        let report = try run(InputScenario("timeout: 5s", "size: 10MiB", target: server.url))
        let finding = try #require(report.findings.first { $0.check == "large_bodies" })
        #expect(finding.verdict == .pass, "\(finding)")
    }
}

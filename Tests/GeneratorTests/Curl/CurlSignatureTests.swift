import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("AWS Signature Version 4, computed a second time", .serialized)
struct CurlSignatureTests {
    private func step(
        _ path: Text, method: Step.Method = .get, body: Body? = nil, token: Text? = nil, headers: [Header] = []
    ) -> Step {
        var step = Step(name: "s", method: method, url: path, headers: headers, body: body)
        step.authentication = .aws(
            .init(
                region: "us-east-1", service: "execute-api", keyID: Text("AKIDEXAMPLE"),
                secretKey: Text("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), sessionToken: token))
        return step
    }

    @Test("Requests of all kinds verify: bodies, tokens, fields, queries in any order and with any characters")
    func verifies() throws {
        let table = DataTable(name: "t", columns: ["v"], rows: [["b c/d:é&e=f"], ["zz"]])
        let value = Text.Piece.variable(.column(table: "t", column: "v"))
        let steps = [
            step(Text("/")), step(Text("/items?b=2&a=1")), step(Text("/items?a=x/y:z,w&Z&=q&a=&b=%7e%2f")),
            step(Text(pieces: [.literal("/items?z=1&v="), value, .literal("&a=3")])),
            step(Text("/items"), method: .post, body: .text(Text("payload"))),
            step(
                Text("/items"), method: .put,
                body: .json(.object([.init(name: "a", value: .text(Text(pieces: [value])))]))),
            step(Text("/items"), token: Text("AQoDYXdzEPT//////////wEXAMPLE")),
            step(
                Text("/items"),
                headers: [
                    Header(name: "X-Custom", value: Text("some  value")), Header(name: "a-first", value: Text("1")),
                ]),
            step(Text("/items"), method: .delete),
        ]
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let driver = try CurlDriver(server.url, steps: steps, data: [table])
        for number in steps.indices {
            for row in 0..<2 {
                try #require(try driver.one(step: number, row: row).outcome == "ok")
                let request = try #require(server.requests.last)
                let verdict = try AWSSignature.verdict(request, secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
                #expect(verdict == "good", "\(number)")
            }
        }
        #expect(server.requests[12].header("x-amz-security-token") == "AQoDYXdzEPT//////////wEXAMPLE")
    }
}

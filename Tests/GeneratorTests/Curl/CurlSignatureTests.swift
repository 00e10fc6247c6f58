import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("AWS Signature Version 4, computed a second time", .serialized)
struct CurlSignatureTests {
    /// Computes the signature as AWS documents it ("Create a signed AWS API request"), from what the server received,
    /// and prints it.
    private static let verifier = #"""
        import hashlib, hmac, json, re, sys, urllib.parse
        request = json.load(sys.stdin)
        def quote(text): return urllib.parse.quote(text, safe="-_.~")
        path, _, query = request["target"].partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        pairs = sorted((quote(urllib.parse.unquote(n)), quote(urllib.parse.unquote(v))) for n, _, v in pairs)
        parts = dict(re.findall(r"(\w+)=([^, ]+)", request["headers"]["authorization"]))
        date, region, service, _ = parts["Credential"].split("/")[1:]
        names = parts["SignedHeaders"].split(";")
        assert names == sorted(names) and "host" in names and "x-amz-date" in names
        canonical = "\n".join([
            request["method"], path, "&".join(f"{n}={v}" for n, v in pairs),
            *[f"{n}:{' '.join(request['headers'][n].split())}" for n in names], "", ";".join(names),
            hashlib.sha256(request["body"].encode()).hexdigest()])
        text = "\n".join([
            "AWS4-HMAC-SHA256", request["headers"]["x-amz-date"], f"{date}/{region}/{service}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4" + request["secret"].encode()
        for part in (date, region, service, "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        print("good" if key.hex() == parts["Signature"] else f"{canonical}\n{text}\n{parts}")
        """#

    private func verdict(_ request: ScriptedServer.Request, secret: String) throws -> String {
        var headers: [String: String] = [:]
        for line in request.head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let folder = try TemporaryFolder()
        let input = try JSONSerialization.data(withJSONObject: [
            "method": request.method, "target": request.path, "headers": headers, "body": request.body,
            "secret": secret,
        ])
        let script = try folder.write("verify.py", Self.verifier)
        let file = try folder.write("request.json", String(decoding: input, as: UTF8.self))
        let result = try Binary.shell("/usr/bin/python3 \(script) <\(file)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines) + result.errors
    }

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
                let verdict = try verdict(request, secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
                #expect(verdict == "good", "\(number)")
            }
        }
        #expect(server.requests[12].header("x-amz-security-token") == "AQoDYXdzEPT//////////wEXAMPLE")
    }
}

import Foundation
import TestSupport
import Testing

@Suite("Secrets of a manager, in a run", .serialized)
struct ManagedSecretRunTests {
    @Test("A run takes its token from the manager and shows it nowhere; validate asks nobody")
    func run() throws {
        // Assembled here, so that no file of the project holds it.
        let word = ["hunter", "2", "horse"].joined(separator: "-")
        let manager = try ScriptedServer { request in
            let isThere = request.body.contains("paintbox/token")
            return [
                .send(
                    ScriptedServer.response(
                        isThere ? "200 OK" : "400 Bad Request",
                        isThere
                            ? "{\"SecretString\": \"{\\\"token\\\": \\\"\(word)\\\"}\"}"
                            : "{\"__type\": \"ResourceNotFoundException\"}"))
            ]
        }
        let target = try ScriptedServer { request in
            // A server that repeats what it got.
            [.send(ScriptedServer.response("403 Forbidden", request.header("x-token") ?? ""))]
        }
        defer {
            manager.stop()
            target.stop()
        }
        let folder = try TemporaryFolder()
        func scenario(_ name: String) throws -> String {
            try folder.write(
                "\(name).yaml",
                """
                name: managed
                target: \(target.url)
                flows: {main: {steps: [{name: step, get: /, headers: {X-Token: "${aws-secret:paintbox/\(name)#token}"}}]}}
                load: [{iterations: 3}]
                """)
        }
        let environment = [
            "AWS_ENDPOINT_URL": manager.url, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "bbbbbbbb", "AWS_SESSION_TOKEN": "", "HOME": folder.path,
        ]
        let good = try scenario("token")
        let validated = try Binary.run("validate", good, environment: environment)
        #expect(validated.code == 0, "\(validated.errors)")
        #expect(manager.requestCount == 0)

        let out = folder.url.appendingPathComponent("out")
        let run = try Binary.run("run", good, "--out", out.path, "--no-live", environment: environment)
        #expect(target.requests.map { $0.header("x-token") } == [word, word, word])
        #expect(manager.requestCount == 1)
        for text in [run.output, run.errors] { #expect(!text.contains(word)) }
        let files = try FileManager.default.contentsOfDirectory(at: out, includingPropertiesForKeys: nil)
        #expect(files.count >= 2)
        for file in files { #expect(try !String(contentsOf: file, encoding: .utf8).contains(word)) }

        let bad = try scenario("absent")
        let refused = try Binary.run("run", bad, "--out", out.path, environment: environment)
        #expect(refused.code == 65)
        #expect(refused.errors.contains("the secret \"paintbox/absent\" can't be read: there is no such secret"))
        #expect(target.requestCount == 3)
    }
}

import Foundation
import NIOConcurrencyHelpers
import Scenarios
import SecretsManager
import TestSupport
import Testing

@Suite("Secrets of a manager", .serialized)
struct ManagedSecretsTests {
    /// What requests are signed with, assembled so that no file of the project holds it.
    private static let secretKey = ["wJalrXUtnFEMI", "K7MDENG"].joined(separator: "/")
    private static let sessionToken = ["FwoGZXIv", "YXdzEBYaD", "token=="].joined(separator: "/")

    // Assembled here, so that no file of the project holds it.
    private let word = ["hunter", "2", "horse"].joined(separator: "-")

    /// What a source says of a name: the value, or why there is none.
    private func answer(_ environment: [String: String], _ name: String) -> String {
        switch ManagedSecrets.source(environment: environment)(name) {
        case .success(let value): return value
        case .failure(let error):
            // No message shows what the secret holds, nor what the request was signed with.
            for hidden in [word, environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"]] {
                if let hidden { #expect(!error.reason.contains(hidden)) }
            }
            return "! \(error.reason)"
        }
    }

    @Test("With a right signature and the right to, a secret is read; without, the reason is told")
    func signatures() throws {
        let cloud = try Cloud()
        try cloud.keep("paintbox/production/database", "{\"password\": \"\(word)\", \"port\": 5432}")
        try cloud.keep("paintbox/plain", "é \(word)\n")
        try cloud.keep("paintbox/gone", word)
        try cloud.setUp("DeleteSecret", ["SecretId": "paintbox/gone"])
        for (name, bytes) in [("paintbox/bytes", [0xFF, 0xFE, 0x00]), ("paintbox/text", Array(word.utf8))] {
            try cloud.setUp(
                "CreateSecret", ["Name": name, "SecretBinary": Data(bytes as [UInt8]).base64EncodedString()])
        }
        try cloud.setUp("CreateSecret", ["Name": "paintbox/new"])
        let arn = try #require(
            try cloud.setUp("DescribeSecret", ["SecretId": "paintbox/plain"])["ARN"] as? String)
        let reader = try cloud.user("reader", may: ["secretsmanager:GetSecretValue"])
        let stranger = try cloud.user("stranger", may: ["s3:GetObject"])
        try cloud.demandSignatures()

        let environment = try cloud.environment(reader)
        #expect(answer(environment, "paintbox/plain") == "é \(word)\n")
        #expect(answer(environment, arn) == "é \(word)\n")
        #expect(answer(environment, "paintbox/text") == word)
        #expect(answer(environment, "paintbox/bytes") == "! it is bytes that are not text")
        #expect(answer(environment, "paintbox/absent") == "! there is no such secret")
        #expect(answer(environment, "paintbox/new") == "! it has no current version")
        #expect(answer(environment, "paintbox/gone") == "! it is scheduled for deletion")

        // The same key id with another secret key: refused, so signatures are looked at.
        let forged = try cloud.environment((reader.keyID, reader.secretKey + "x"))
        #expect(
            answer(forged, "paintbox/plain")
                == "! the signature is wrong: the secret access key of the environment is not the key id's")
        let unknown = try cloud.environment(("AKIDUNKNOWN", reader.secretKey))
        #expect(
            answer(unknown, "paintbox/plain")
                == "! the credentials of the environment are not known there (InvalidClientTokenId)")
        #expect(
            answer(try cloud.environment(stranger), "paintbox/plain").hasPrefix(
                "! access denied to the environment: User: arn:aws:iam::123456789012:user/stranger is not authorized"))

        // A scenario, all of whose secrets are read, and whose problems name them.
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            defaults:
              http:
                headers:
                  A: "Bearer ${aws-secret:paintbox/production/database#password}"
                  B: "${aws-secret:paintbox/production/database#port}"
            flows: {main: {steps: [{get: /}]}}
            load: [{users: 1, for: 1s}]
            """
        let read = ScenarioReader(
            environment: [:], secretSource: ManagedSecrets.source(environment: environment), kinds: ScenarioKinds())
        #expect(
            try read.read(text, file: "s.yaml").defaults.headers.map(\.value.constant) == ["Bearer \(word)", "5432"])
        let barred = ScenarioReader(
            environment: [:], secretSource: ManagedSecrets.source(environment: forged), kinds: ScenarioKinds())
        let problems = #expect(throws: InvalidScenario.self) { try barred.read(text, file: "s.yaml") }
        #expect(
            problems?.problems.map(\.description) == [
                "s.yaml:6:18: the secret \"paintbox/production/database\" can't be read: the signature is wrong: "
                    + "the secret access key of the environment is not the key id's",
                "s.yaml:7:11: the secret \"paintbox/production/database\" can't be read: the signature is wrong: "
                    + "the secret access key of the environment is not the key id's",
            ])
    }

    @Test("Roles are assumed by web identity, by a profile's source and by a token file; their temporary keys sign")
    func roles() throws {
        let cloud = try Cloud()
        try cloud.keep("s", word)
        let user = try cloud.user("assumer", may: ["sts:AssumeRole"])
        let role = try cloud.role("reader", may: ["secretsmanager:GetSecretValue"])
        let home = try cloud.home
        let token = try home.write("token", "header.claims.signature\n")
        try FileManager.default.createDirectory(
            at: home.url.appendingPathComponent(".aws"), withIntermediateDirectories: true)
        _ = try home.write(
            ".aws/credentials",
            "[base]\naws_access_key_id = \(user.keyID)\naws_secret_access_key = \(user.secretKey)\n")
        _ = try home.write(
            ".aws/config",
            """
            [profile reader]
            role_arn = \(role)
            source_profile = base
            external_id = paintbox
            [profile federated]
            role_arn = \(role)
            web_identity_token_file = \(token)
            [profile environment]
            role_arn = \(role)
            credential_source = Environment
            """)
        try cloud.demandSignatures()
        // The user may assume the role and nothing else.
        #expect(
            answer(try cloud.environment(["AWS_PROFILE": "base"]), "s").hasPrefix("! access denied to profile \"base\"")
        )
        // moto fails on a checked AssumeRole, so it goes through as a free request; what its keys then sign is checked.
        try cloud.demandSignatures(after: 1)
        let assumed = answer(try cloud.environment(["AWS_PROFILE": "reader"]), "s")
        #expect(assumed == word)
        #expect(
            answer(try cloud.environment(["AWS_PROFILE": "environment"]), "s")
                == "! no credentials: tried environment (AWS_ACCESS_KEY_ID is not set), "
                + "web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set), "
                + "shared files (profile \"environment\": AWS_ACCESS_KEY_ID is not set)")

        // moto lets AssumeRoleWithWebIdentity, which is unsigned, through only as a free request.
        let identity = ["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": role, "AWS_ROLE_SESSION_NAME": "ci"]
        for more in [identity, ["AWS_PROFILE": "federated"]] {
            try cloud.demandSignatures(after: 1)
            #expect(answer(try cloud.environment(more), "s") == word)
        }
    }

    /// A manager of the test's own, which answers as `script` says.
    private func manager(
        _ script: @escaping @Sendable (ScriptedServer.Request) -> String
    ) throws -> (server: ScriptedServer, environment: [String: String]) {
        let server = try ScriptedServer { [.send(script($0))] }
        return (
            server,
            [
                "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.url + "/",
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": Self.secretKey,
                "AWS_SESSION_TOKEN": Self.sessionToken, "AWS_EC2_METADATA_DISABLED": "true",
            ]
        )
    }

    @Test("The request is the documented one, signed for the region")
    func request() throws {
        let (server, environment) = try manager { _ in
            ScriptedServer.response("200 OK", "{\"SecretString\": \"x\"}")
        }
        defer { server.stop() }
        #expect(answer(environment, "a/b") == "x")
        #expect(answer(environment, "arn:aws:secretsmanager:us-west-2:1:secret:a-1") == "x")
        let request = server.requests[0]
        #expect(request.method == "POST" && request.path == "/")
        #expect(request.body == "{\"SecretId\": \"a/b\"}")
        #expect(request.header("content-type") == "application/x-amz-json-1.1")
        #expect(request.header("x-amz-target") == "secretsmanager.GetSecretValue")
        #expect(request.header("x-amz-security-token") == Self.sessionToken)
        #expect(request.header("authorization")?.contains("/eu-central-1/secretsmanager/aws4_request") == true)
        #expect(try AWSSignature.verdict(request, secret: Self.secretKey) == "good")
        // An ARN knows its region.
        #expect(server.requests[1].header("authorization")?.contains("/us-west-2/secretsmanager/aws4_request") == true)
    }

    @Test(
        "Each refusal has words of its own, whether it comes as JSON or as XML",
        arguments: [
            (
                "400 Bad Request", "{\"__type\": \"com.amazonaws.x#ResourceNotFoundException\"}",
                "there is no such secret"
            ),
            (
                "400 Bad Request", "{\"__type\": \"ExpiredTokenException\", \"message\": \"\(Self.secretKey)\"}",
                "the credentials of the environment have expired"
            ),
            (
                "400 Bad Request",
                "{\"__type\":\"AccessDeniedException\",\"Message\":\"no: \(Self.secretKey)\\r\\n\(Self.sessionToken)\"}",
                "access denied to the environment: no: …  …"
            ),
            (
                "400 Bad Request",
                "{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature expired: 2020 is now earlier than\"}",
                "this machine's clock differs from AWS's: the signature's time is refused"
            ),
            (
                "403 Forbidden",
                "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>x-amz-security-token:\(Self.sessionToken)"
                    + "</Message></Error></ErrorResponse>",
                "the signature is wrong: the secret access key of the environment is not the key id's"
            ),
            (
                "400 Bad Request", "{\"__type\":\"UnrecognizedClientException\"}",
                "the credentials of the environment are not known there (UnrecognizedClientException)"
            ),
            (
                "400 Bad Request", "{\"__type\":\"DecryptionFailure\"}",
                "it can't be decrypted with its key (DecryptionFailure)"
            ),
            (
                "400 Bad Request", "{\"__type\":\"ValidationException\",\"message\":\"\(Self.secretKey)\"}",
                "the request was refused (ValidationException, status 400)"
            ),
            ("404 Not Found", "<html>nothing here</html>", "the answer does not come from AWS (status 404)"),
            ("301 Moved", "", "the answer does not come from AWS (status 301)"),
            ("200 OK", "[]", "the answer is not a JSON object"),
            ("200 OK", "{\"SecretString\": null}", "the answer has neither SecretString nor SecretBinary"),
            ("200 OK", "{\"SecretBinary\": \"%\"}", "the answer has neither SecretString nor SecretBinary"),
            ("200 OK", "{\"SecretString\": \"hunter-2-ho", "the answer is not a JSON object"),
        ])
    func refusals(status: String, body: String, reason: String) throws {
        let (server, environment) = try manager { _ in ScriptedServer.response(status, body) }
        defer { server.stop() }
        #expect(answer(environment, "s") == "! \(reason)")
        #expect(server.requestCount == 1)
    }

    @Test("What is throttled or fails on the server's side is tried three times")
    func tries() throws {
        for (status, body, reason) in [
            ("400 Bad Request", "{\"__type\": \"ThrottlingException\"}", "too many requests (ThrottlingException)"),
            ("429 Too Many", "", "too many requests (status 429)"),
            (
                "500 Oops", "{\"__type\": \"InternalServiceError\"}",
                "the server has a problem (InternalServiceError, status 500)"
            ),
        ] {
            let failures = NIOLockedValueBox(3)
            let (server, environment) = try manager { _ in
                failures.withLockedValue { left in
                    left -= 1
                    return left >= 0
                        ? ScriptedServer.response(status, body)
                        : ScriptedServer.response("200 OK", "{\"SecretString\": \"x\"}")
                }
            }
            defer { server.stop() }
            #expect(answer(environment, "s") == "! \(reason)")
            #expect(server.requestCount == 3)
            failures.withLockedValue { $0 = 2 }
            #expect(answer(environment, "s") == "x")
        }
    }

    @Test("A manager that can't be reached is asked once, and all its secrets are told of")
    func unreachable() throws {
        let (server, environment) = try manager { _ in "" }
        server.stop()
        #expect(Wait.until { self.answer(environment, "s").contains("gives no answer") })
        let source = ManagedSecrets.source(environment: environment)
        guard case .failure(let first) = source("a"), case .failure(let second) = source("b") else {
            Issue.record("no failure")
            return
        }
        #expect(first.reason.hasPrefix("http://127.0.0.1:\(server.port) gives no answer: "))
        #expect(first == second)
        #expect(
            answer(environment.merging(["AWS_REGION": ""]) { $1 }, "s")
                == "! no region is known: set AWS_REGION, or region in the profile \"default\"")
        #expect(answer(environment.merging(["AWS_REGION": "a/b"]) { $1 }, "s") == "! \"a/b\" is not a region")
    }

    @Test("Temporary credentials are renewed before they end, and where the manager says that they have ended")
    func expiry() throws {
        let given = NIOLockedValueBox(0)
        let soon = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 30))
        let endpoint = try ScriptedServer { _ in
            let number = given.withLockedValue { count in
                count += 1
                return count
            }
            // The first ones end within the leeway.
            let end = number == 1 ? soon : "2999-01-01T00:00:00Z"
            return [
                .send(
                    ScriptedServer.response(
                        "200 OK",
                        "{\"AccessKeyId\": \"ASIA\(number)\", \"SecretAccessKey\": \"k\(number)\", \"Token\": "
                            + "\"t\(number)\", \"Expiration\": \"\(end)\"}"))
            ]
        }
        let (server, fixed) = try manager { request in
            let token = request.header("x-amz-security-token") ?? ""
            // The second ones turn out to have ended at the third request.
            if token == "t2", request.body.contains("third") {
                return ScriptedServer.response("400 Bad Request", "{\"__type\": \"ExpiredTokenException\"}")
            }
            return ScriptedServer.response("200 OK", "{\"SecretString\": \"by \(token)\"}")
        }
        defer {
            endpoint.stop()
            server.stop()
        }
        var environment = fixed
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] { environment[name] = nil }
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = endpoint.url + "/credentials"
        let source = ManagedSecrets.source(environment: environment)
        #expect(source("first") == .success("by t1"))
        #expect(source("second") == .success("by t2"))
        #expect(source("third") == .success("by t3"))
        #expect(source("fourth") == .success("by t3"))
        #expect(given.withLockedValue { $0 } == 3)
    }

    @Test("A caller that stops waits for nothing")
    func stops() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let source = ManagedSecrets.source(environment: [
            "AWS_REGION": "x", "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        ]) { server.requestCount > 0 }
        #expect(
            source("s") == .failure(UnreadableSecret(reason: "\(server.url) gives no answer: interrupted")))
    }
}

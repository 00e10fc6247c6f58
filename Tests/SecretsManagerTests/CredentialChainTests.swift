import Foundation
import Scenarios
import TestSupport
import Testing

@testable import SecretsManager

@Suite("The credential chain", .serialized)
struct CredentialChainTests {
    private let home = Result { try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws -> String {
        let folder = try home.get()
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent(".aws"), withIntermediateDirectories: true)
        return try folder.write(name, text)
    }

    /// Keys and origin that an environment leads to, or why there are none.
    private func found(_ more: [String: String]) throws -> String {
        let environment = ["HOME": try home.get().path, "AWS_EC2_METADATA_DISABLED": "true"].merging(more) { $1 }
        do throws(AWSFailure) {
            let found = try CredentialChain(settings: AWSSettings(environment), shouldStop: { false }).find()
            return "\(found.keyID) \(found.secretKey) \(found.token ?? "-") by \(found.origin)"
        } catch {
            #expect(error.kind == .noCredentials)
            let path = try home.get().path
            return error.reason.replacing(path, with: "~")
        }
    }

    private static let noEnvironment = "no credentials: tried environment (AWS_ACCESS_KEY_ID is not set), "
    private static let noIdentity = "web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set), "
    private static let noContainer =
        "container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI are not set), "

    @Test("Each link that was tried is named where none is set up")
    func none() throws {
        #expect(
            try found([:]) == Self.noEnvironment + Self.noIdentity
                + "shared files (no profile \"default\" in ~/.aws/credentials or ~/.aws/config), " + Self.noContainer
                + "instance metadata (AWS_EC2_METADATA_DISABLED is true)")
        #expect(
            try found(["HOME": ""]) == Self.noEnvironment + Self.noIdentity + "shared files (HOME is not set), "
                + Self.noContainer + "instance metadata (AWS_EC2_METADATA_DISABLED is true)")
    }

    @Test("The environment goes first; half of a pair is a mistake, not a reason to be somebody else")
    func environment() throws {
        _ = try write(".aws/credentials", "[default]\naws_access_key_id=file\naws_secret_access_key=s\n")
        #expect(
            try found(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"])
                == "a b c by the environment")
        #expect(
            try found(["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "b"]) == "file s - by profile \"default\"")
        #expect(
            try found(["AWS_ACCESS_KEY_ID": "a"])
                == "no credentials: tried environment (AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not)")
        #expect(
            try found(["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"]) == Self.noEnvironment
                + "web identity (AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not)")
        #expect(
            try found(["AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such", "AWS_ROLE_ARN": "r"]) == Self.noEnvironment
                + "web identity (the token file /no/such can't be read)")
    }

    @Test("Profiles are read from both files, with their comments, blanks and nested settings")
    func profiles() throws {
        _ = try write(
            ".aws/credentials",
            """
            # comment
            [default]
            aws_access_key_id = one
            aws_secret_access_key = s/=one
            [ other ]
            AWS_ACCESS_KEY_ID=two
            aws_secret_access_key=s2
            aws_session_token = t2
            [half]
            aws_access_key_id = three
            no equals sign
            [broken
            aws_access_key_id = four
            """)
        _ = try write(
            ".aws/config",
            """
            [default]
            region = eu-west-3
            aws_access_key_id = hidden by the other file
            [profile other]
            region = eu-west-2
            s3 =
              region = nested
            [profile sso]
            sso_session = corp
            [profile process]
            credential_process = /bin/true
            [profile second]
            role_arn = r
            source_profile = default
            mfa_serial = m
            [profile one]
            role_arn = r
            source_profile = two
            [profile two]
            role_arn = r
            source_profile = one
            [profile lost]
            role_arn = r
            source_profile = nowhere
            [profile idle]
            role_arn = r
            [profile empty]
            [services local]
            secrets_manager =
              endpoint_url = http://127.0.0.1:4566
            [profile local]
            services = local
            region = eu-north-1
            [profile url]
            endpoint_url = http://127.0.0.1:4567/
            """)
        #expect(try found([:]) == "one s/=one - by profile \"default\"")
        #expect(try found(["AWS_PROFILE": "other"]) == "two s2 t2 by profile \"other\"")
        let start = Self.noEnvironment + Self.noIdentity + "shared files ("
        let hint = "`aws configure export-credentials --format env` gives credentials for the environment)"
        for (profile, reason) in [
            ("half", "profile \"half\" has a key id, but no aws_secret_access_key)"),
            ("sso", "profile \"sso\" has sso_session, which is not supported: \(hint)"),
            ("process", "profile \"process\" has credential_process, which is not supported: \(hint)"),
            ("second", "profile \"second\" wants a second factor, which nobody can give: \(hint)"),
            ("one", "the profiles lead in a circle: one, two, one)"),
            ("lost", "there is no profile \"nowhere\")"),
            ("idle", "profile \"idle\" has a role_arn, but no source_profile and no credential_source)"),
            ("absent", "no profile \"absent\" in ~/.aws/credentials or ~/.aws/config)"),
        ] {
            #expect(try found(["AWS_PROFILE": profile]) == start + reason)
        }
        // An empty profile is no mistake: the links behind it are tried.
        #expect(
            try found(["AWS_PROFILE": "empty"]).contains("profile \"empty\" has no aws_access_key_id), container ("))

        func settings(_ more: [String: String]) throws -> AWSSettings {
            AWSSettings(["HOME": try home.get().path].merging(more) { $1 })
        }
        #expect(try settings([:]).region == "eu-west-3")
        #expect(try settings(["AWS_PROFILE": "other"]).region == "eu-west-2")
        #expect(try settings(["AWS_DEFAULT_REGION": "b"]).region == "b")
        #expect(try settings(["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"]).region == "a")
        func endpoint(_ more: [String: String], _ service: AWSSettings.Service = .secretsManager) throws -> String {
            try settings(more).endpoint(of: service, region: "eu-west-1")
        }
        #expect(try endpoint([:]) == "https://secretsmanager.eu-west-1.amazonaws.com/")
        #expect(try endpoint([:], .sts) == "https://sts.eu-west-1.amazonaws.com/")
        #expect(try endpoint(["AWS_PROFILE": "local"]) == "http://127.0.0.1:4566/")
        #expect(try endpoint(["AWS_PROFILE": "local"], .sts) == "https://sts.eu-west-1.amazonaws.com/")
        #expect(try endpoint(["AWS_PROFILE": "url"], .sts) == "http://127.0.0.1:4567/")
        #expect(try endpoint(["AWS_PROFILE": "url", "AWS_ENDPOINT_URL": "http://a"]) == "http://a/")
        #expect(
            try endpoint(["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://b"])
                == "http://b/")
        #expect(
            try endpoint(["AWS_ENDPOINT_URL": "http://a", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"])
                == "https://secretsmanager.eu-west-1.amazonaws.com/")
        #expect(
            try settings([:]).endpoint(of: .secretsManager, region: "cn-north-1")
                == "https://secretsmanager.cn-north-1.amazonaws.com.cn/")
        #expect(try settings([:]).endpoint(of: .sts, region: "r", given: "http://c") == "http://c/")
    }

    @Test("The files may lie elsewhere, hold anything, and be missing")
    func files() throws {
        let file = try write("mine", "[mine]\r\naws_access_key_id = a\r\naws_secret_access_key = b\r\n")
        #expect(
            try found(["AWS_SHARED_CREDENTIALS_FILE": file, "AWS_PROFILE": "mine"]) == "a b - by profile \"mine\"")
        #expect(
            try found(["AWS_SHARED_CREDENTIALS_FILE": "~/mine", "AWS_PROFILE": "mine"]) == "a b - by profile \"mine\"")
        let folder = try home.get()
        for text in [
            "", "=", "[", "[]", "]\n=a", " a = b", "[default]\n = \n  x = y", "[profile]\na=b", "[default]\na\u{0}=b",
        ] {
            let odd = try folder.write("odd", text)
            #expect(
                try found(["AWS_SHARED_CREDENTIALS_FILE": odd, "AWS_CONFIG_FILE": odd]).contains("shared files ("))
        }
        let bytes = folder.url.appendingPathComponent("bytes")
        try Data((0...255).map { UInt8($0) }).write(to: bytes)
        #expect(try found(["AWS_SHARED_CREDENTIALS_FILE": bytes.path]).contains("shared files ("))
        #expect(try found(["AWS_SHARED_CREDENTIALS_FILE": folder.path]).contains("shared files ("))
    }

    private static let keys =
        "{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"b\", \"Token\": \"c\", \"Expiration\": "
        + "\"2999-01-01T00:00:00Z\"}"

    @Test("A container's endpoint is asked with its token, and by http:// only where that stays on the machine")
    func container() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/keys": [.send(ScriptedServer.response("200 OK", Self.keys))]
            case "/other": [.send(ScriptedServer.response("200 OK", "{\"Code\": \"x\"}"))]
            default: [.send(ScriptedServer.response("403 Forbidden", "top-hat"))]
            }
        }
        defer { server.stop() }
        let token = try write("token", "top-hat\n")
        let url = server.url + "/keys"
        #expect(
            try found(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]) == "a b c by the container's endpoint")
        #expect(server.requests[0].header("authorization") == nil)
        // The proxy of the environment has no part in it.
        _ = try found([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic x",
            "http_proxy": "http://127.0.0.1:1",
        ])
        #expect(server.requests[1].header("authorization") == "Basic x")
        _ = try found(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token])
        #expect(server.requests[2].header("authorization") == "top-hat")

        func reason(_ more: [String: String]) throws -> String {
            let all = try found(more)
            let start = try #require(all.firstRange(of: "container ("))
            #expect(all.hasSuffix(")") && !all.contains("top-hat"))
            return String(all[start.upperBound...].dropLast())
        }
        #expect(
            try reason(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/denied"])
                == "the container's endpoint answers with status 403")
        #expect(
            try reason(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/other"])
                == "the container's endpoint answers with something other than credentials")
        #expect(
            try reason([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/no/such",
            ])
                == "the token file /no/such can't be read")
        for host in ["10.0.0.1", "127.0.0.1.evil.example", "127.0.0.256", "169.254.169.254", "[fe80::1]"] {
            #expect(
                try reason(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://\(host)/"]).hasSuffix(
                    "which only https:// may be asked of"))
        }
        #expect(
            try reason(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "file:///etc/passwd"])
                == "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http:// or https:// URL")
        server.stop()
        #expect(
            Wait.until {
                (try? reason(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]))?.contains("gives no answer") == true
            })
        // ECS gives a path only; nobody is asked here.
        let settings = AWSSettings(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1"])
        #expect(
            try MetadataEndpoints(settings: settings, shouldStop: { true }).containerURL()
                == "http://169.254.170.2/v2/credentials/1")
    }

    @Test("A virtual machine's metadata service is asked last, with a token of its own")
    func instance() throws {
        let server = try ScriptedServer { request in
            let answer: String =
                switch (request.method, request.path, request.header("x-aws-ec2-metadata-token")) {
                case ("PUT", "/latest/api/token", nil): "token-1"
                case ("GET", "/latest/meta-data/iam/security-credentials/", "token-1"): "paintbox\n"
                case ("GET", "/latest/meta-data/iam/security-credentials/paintbox", "token-1"): Self.keys
                default: ""
                }
            return [.send(ScriptedServer.response(answer.isEmpty ? "401 Unauthorized" : "200 OK", answer))]
        }
        defer { server.stop() }
        let environment = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/"]
        #expect(try found(environment) == "a b c by the instance's role paintbox")
        #expect(server.requests[0].header("x-aws-ec2-metadata-token-ttl-seconds") == "60")
        #expect(server.requests[0].header("content-length") == "0")
        // Whoever has other credentials doesn't ask it.
        let count = server.requestCount
        _ = try found(environment.merging(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"]) { $1 })
        #expect(server.requestCount == count)
        for (answers, reason) in [
            ([""], "the metadata service answers with status 404"),
            (["t", ""], "the metadata service answers with status 404"),
            (["t", "\n"], "the instance has no role"),
            (["t", "a b", "{}"], "the metadata service gives no answer: the URL is not http:// or https://"),
            (
                ["t", "r", "{\"Code\": \"Failed\"}"],
                "the metadata service answers with something other than credentials"
            ),
        ] {
            let other = try ScriptedServer { request in
                let answer = answers.indices.contains(request.number) ? answers[request.number] : ""
                return [.send(ScriptedServer.response(answer.isEmpty ? "404 Not Found" : "200 OK", answer))]
            }
            defer { other.stop() }
            #expect(
                try found([
                    "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": other.url,
                ]).hasSuffix("instance metadata (\(reason))"))
        }
    }

    @Test("STS's refusals are told, without the token")
    func tokenService() throws {
        let server = try ScriptedServer { request in
            let error = request.body.contains("RoleArn=expired") ? "ExpiredTokenException" : "AccessDenied"
            return [
                .send(
                    ScriptedServer.response(
                        request.body.contains("RoleArn=odd") ? "200 OK" : "400 Bad Request",
                        "<ErrorResponse><Error><Code>\(error)</Code><Message>top-hat &amp; more</Message></Error></ErrorResponse>"
                    ))
            ]
        }
        defer { server.stop() }
        let token = try write("token", "top-hat")
        func reason(_ role: String) throws -> String {
            try found(["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": role, "AWS_ENDPOINT_URL_STS": server.url])
        }
        let start = Self.noEnvironment + "web identity ("
        #expect(try reason("r/1&x") == start + "access denied to the web identity r/1&x: … & more)")
        #expect(try reason("expired") == start + "the credentials of the web identity expired have expired)")
        #expect(try reason("odd") == start + "STS answers with something other than credentials)")
        #expect(
            server.requests[0].body
                == "Action=AssumeRoleWithWebIdentity&RoleArn=r%2F1%26x&RoleSessionName=loadgate&WebIdentityToken=top-hat"
                + "&Version=2011-06-15")
        #expect(server.requests[0].header("authorization") == nil)
    }
}

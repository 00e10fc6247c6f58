import Testing

@testable import Scenarios

@Suite struct TLSTests {
    @Test("Settings are read, their files from the scenario's folder, versions with and without quotes")
    func settings() throws {
        let folder = try TemporaryFolder()
        for name in ["ca.pem", "client.pem", "client.key"] { try folder.write("certs/\(name)", "-") }
        let text = minimal(
            """
            defaults:
              tls:
                ca: certs/ca.pem
                certificate: "${env:FOLDER}/client.pem"
                key: certs/client.key
                verify: false
                server_name: API.example
                min_version: 1.3
                max_version: "1.3"
                resume: false
            """, target: "https://[::1]:8443/api")
        let scenario = try read(text, environment: ["FOLDER": "certs"], file: folder.path + "/s.yaml")
        var expected = TLSSettings()
        expected.authorities = folder.path + "/certs/ca.pem"
        expected.certificate = folder.path + "/certs/client.pem"
        expected.key = folder.path + "/certs/client.key"
        expected.verifies = false
        expected.serverName = "API.example"
        expected.versions = .tls13 ... .tls13
        expected.resumes = false
        #expect(scenario.defaults.tls == expected)
        #expect(scenario.target == Text("https://[::1]:8443/api"))
        #expect(try read(minimal()).defaults.tls == TLSSettings())
    }

    @Test(
        "An encrypted key needs its passphrase, which is a secret; a plain one none",
        arguments: ["-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED"])
    func encryptedKeys(_ beginning: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("client.pem", "-")
        try folder.write("client.key", beginning + "\n\nAAAA\n")
        let file = folder.path + "/s.yaml"
        let text = minimal("defaults: {tls: {certificate: client.pem, key: client.key}}")
        let error = #expect(throws: InvalidScenario.self) { _ = try read(text, file: file) }
        #expect(
            error?.problems.map(\.message) == ["the key \"client.key\" is encrypted: give key_passphrase"])
        let given = text.replacing("key: client.key", with: "key: client.key, key_passphrase: \"${env:PASS}\"")
        let scenario = try read(given, environment: ["PASS": "correct horse"], file: file)
        #expect(scenario.defaults.tls.keyPassphrase == "correct horse")
        #expect(scenario.secrets.redact("correct horse") == "${env:PASS}")
    }

    @Test(
        "Wrong settings say what is wrong and where",
        arguments: [
            ("{ca: absent.pem}", ["s.yaml:5:22: the file \"absent.pem\" can't be read: no such file"]),
            ("{ca: .}", ["s.yaml:5:22: the file \".\" can't be read: it is a folder"]),
            ("{ca: /dev/null}", ["s.yaml:5:22: the file \"/dev/null\" can't be read: it is not a regular file"]),
            ("{ca: \"\"}", ["s.yaml:5:22: the file \"\" can't be read: no such file"]),
            ("{ca: \"a\\0b\"}", ["s.yaml:5:22: the file \"a b\" can't be read: no such file"]),
            ("{ca: [a]}", ["s.yaml:5:22: expected a path, found a list"]),
            (
                "{certificate: absent.pem}",
                [
                    "s.yaml:5:18: \"certificate\" needs \"key\" beside it",
                    "s.yaml:5:31: the file \"absent.pem\" can't be read: no such file",
                ]
            ),
            (
                "{key: absent.pem}",
                [
                    "s.yaml:5:18: \"key\" needs \"certificate\" beside it",
                    "s.yaml:5:23: the file \"absent.pem\" can't be read: no such file",
                ]
            ),
            (
                "{max_version: 1.2, min_version: 1.3}",
                ["s.yaml:5:36: min_version 1.3 is above max_version 1.2"]
            ),
            ("{min_version: 1.1}", ["s.yaml:5:31: expected 1.2 or 1.3, found \"1.1\" (did you mean \"1.2\"?)"]),
            ("{server_name: 127.0.0.1}", ["s.yaml:5:31: \"127.0.0.1\": expected a host name, without scheme and port"]),
            ("{server_name: \"a:1\"}", ["s.yaml:5:31: \"a:1\": expected a host name, without scheme and port"]),
            ("{server_name: \"::1\"}", ["s.yaml:5:31: \"::1\": expected a host name, without scheme and port"]),
            ("{server_name: a/b}", ["s.yaml:5:31: \"a/b\": expected a host name, without scheme and port"]),
            (
                "{key_passphrase: a}", ["s.yaml:5:18: \"key_passphrase\" needs \"key\" beside it"]
            ),
            ("{verify: maybe}", ["s.yaml:5:26: expected true or false, found \"maybe\""]),
            ("{verfy: true}", ["s.yaml:5:18: unknown key \"verfy\" (did you mean \"verify\"?)"]),
        ])
    func wrong(settings: String, expected: [String]) {
        #expect(problems(minimal("defaults: {tls: \(settings)}")) == expected)
    }
}

import Foundation
import Scenarios
import Testing

@testable import Credentials

/// What was reported and is no credential, and what was one and was not reported. Secrets are put together here, so that
/// none stands in this repository.
@Suite struct ScannerKindTests {
    private let scanner = CredentialScanner()
    private static let password = "Zp9" + "kfwe7xq"
    private static let word = ["q8ZtR2vX5nLw", "7YbK3mDf9GhJ", "4cPs6TaEwRuQ", "1oViBz0NxCyU"].joined()
    private static let hex = ["9f8a1b77c0de", "42aa5d3e6b90", "71fc2e84d5a3", "06b9e1f47c28", "ad53b06e91f4", "c7d2"]
        .joined()

    private func found(_ text: String, _ path: String) -> [String] {
        let bytes = Array(text.utf8)
        return scanner.candidates(in: bytes, path: path).map {
            "\($0.kind.rawValue) \(String(decoding: bytes[$0.range], as: UTF8.self))"
        }
    }

    @Test(
        "What stands for a value, names a class or a route, or is a digest is no password",
        arguments: [
            ("Rakefile", "ENV[\"PASSWORD\"] = @other_value\n"), ("a.template", "vcenter_password: @VMWARE_PASSWORD\n"),
            ("routes.rb", "get \"password\" => \"users/controller#passwords\"\n"),
            ("log.txt", "\"password\"=>\"[FILTERED]\", password=[FILTERED]&a=1\n"),
            ("a.py", "\"url\": \"http://a.test/?auth=%5BFiltered%5D#frag\"\n"),
            ("settings.py", "PASSWORD_HASHERS = ['django.contrib.auth.hashers.PBKDF2PasswordHasher']\n"),
            ("test.py", "password_class = 'auth_tests.test_hashers.MD5PasswordHasher'\n"),
            ("page.html", "<input name=\"authenticity_token\" value=\"\(word)==\">\n"),
            ("page.html", "<input name=\"csrfmiddlewaretoken\" value=\"\(word)\">\n"),
            ("page.html", "<input name=\"__RequestVerificationToken\" value=\"\(word)\">\n"),
            ("users.json", "{\"password\": \"\(hex.prefix(32))\"}\n"), ("seed.sql", "password = '\(hex.prefix(40))'\n"),
            ("users.yaml", "password: md5\(hex.prefix(32))\n"),
            ("users.json", "{\"password\": \"md5$seasalt$\(hex.prefix(32))\"}\n"),
            ("test.py", "bad_password = f\"Bad_Pass1{random.hex(128)}\"\n"),
            ("test.py", "secret_name = secret = f\"prod@AppBeta@{unique_name}\"\n"),
            ("a.po", "msgstr \"driver://usuari:contrasenya@host:port/base\"\n"),
            ("a.py", "dsn = \"hostname:port/myservice?transport_connect_timeout=30&expire_time=60\"\n"),
            ("a.yaml", "Authorization: \"Basic \(Data("user:change-me".utf8).base64EncodedString())\"\n"),
            ("lexer.py", "tokens = {'root': [(r'(?i)[+-]?[0-9]+\\.[0-9]+(e[+-]?[0-9]+)?j?', Number)]}\n"),
            ("a.md", "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestDatabaseSecret-a1b2c3\n"),
            ("a.resx", "Version=4.0.0.0, PublicKeyToken=b77a5c561934e089\n"),
            ("a.json", "\"ssh_host_key\": \"AAAAC3NzaC1lZDI1NTE5AAAAIHv4\(word.prefix(40))\"\n"),
            ("a.py", "'User-Force-Change-Password': '00299570-246d-11d0-a768-00aa006e0529'\n"),
            (
                "a.py",
                "password = password.encode(\"latin1\")\next.encrypt_password('psycopg2', 'a')\npw_salt=\"TgIp9OTu\"\n"
            ),
            ("a.txt", "http://localhost:55001/plone/++rule++rule-1/@@edit\n"),
            ("a.rst", "\"password\": \"'$NEW_PASS'\"\n"),
            ("a.py", "X-Amz-Credential=AKID%2F20210827%2Fus-west-2%2Fs3%2Faws4_request&a=1\n"),
            (
                "a.yaml",
                "Authorization: \"Basic ${env:BASIC_AUTH:-\(Data("user:change-me".utf8).base64EncodedString())}\"\n"
            ),
        ])
    func falseAlarms(path: String, text: String) { #expect(found(text, path) == [], "\(path): \(text)") }

    @Test("A password of hexadecimal digits in settings is one")
    func hexPasswords() {
        let value = String(Self.hex.prefix(32))
        #expect(found("DB_PASSWORD=\(value)\n", ".env") == ["generic_password \(value)"])
    }

    @Test(
        "Passwords in SQL, calls, collections, commands and the files of frameworks are found",
        arguments: [
            ("a.sql", "CREATE USER 'a'@'%' IDENTIFIED BY '§';"),
            ("a.py", "run(\"ALTER USER a IDENTIFIED WITH caching_sha2_password BY '§'\")"),
            ("A.java", "dataSource.setPassword(\"§\");"), ("a.py", "client.set_password('§')"),
            ("A.kt", "Config.builder().user(\"a\").password(\"§\").build()"), ("A.cs", "options.WithPassword(\"§\")"),
            ("a.py", "PASSWORDS = {\"ann\": \"§\"}"), ("a.rb", "PASSWORDS = { 'ann' => '§' }"),
            ("a.js", "const passwords = [\"§\"]"),
            ("a.py", "passwords = {\n    'ann': 'changeme',\n    'bob': '§',\n}"),
            ("a.sh", "mysql -u root -p§ shop < a.sql"), ("a.sh", "mysqldump --all \\\n  -p'§'\n"),
            ("a.sh", "sshpass -p § ssh ops@host"), ("a.sh", "sshpass -p'§' scp a b"), ("a.sh", "redis-cli -a § ping"),
            ("a.yml", "  - docker login -u ci -p § registry.test"), ("README.md", "$ redis-cli -h cache -a § info"),
            ("a.properties", "senha=§"), ("a.yaml", "kennwort: §"), ("a.json", "{\"pw\": \"§\"}"),
        ])
    func passwords(path: String, text: String) {
        let text = text.replacing("§", with: Self.password)
        #expect(found(text, path) == ["generic_password \(Self.password)"], "\(path): \(text)")
    }

    @Test("A command's port, user and database are no passwords")
    func otherOptions() {
        for text in [
            "mysql -P 3306 -u root -p shop1234", "mysql -p\"$PASSWORD\" x", "sshpass -e ssh host",
            "redis-cli -h cache01",
            "docker run -p 8080:80 image", "the mysql -protocol is 10", "docker login -p ${TOKEN}",
        ] {
            #expect(found(text, "a.sh") == [], "\(text)")
        }
    }

    @Test("Keys of Rails and WordPress are found, and AWS's secret key where a command sets it")
    func frameworks() {
        let key = String(Self.hex.prefix(32))
        #expect(found(key + "\n", "config/master.key") == ["generic_secret \(key)"])
        #expect(found(key, "config/credentials/production.key") == ["generic_secret \(key)"])
        #expect(found(key, "doc/other.key") == [])
        let salt = "'= " + "aK9 }w!2(Lq,+z7|Tn^e0;R8#u_x5@m-Gd4:Hs6&Pj1%Vb3*Yc"
        #expect(found("define( 'NONCE_SALT',       \"\(salt)\" );", "wp-config.php") == ["generic_secret \(salt)"])
        #expect(found("define('AUTH_KEY', '\(salt.dropFirst())');", "wp-config.php").count == 1)
        #expect(found("define('AUTH_KEY', 'put your unique phrase here');", "wp-config.php") == [])
        let secret = String(Self.word.prefix(40))
        #expect(
            found("aws configure set aws_secret_access_key \(secret) --profile a", "a.sh")
                == ["aws_secret_access_key \(secret)"])
    }

    private static func w(_ count: Int) -> String { String((word + String(word.reversed())).prefix(count)) }
    private static func h(_ count: Int) -> String { String(hex.prefix(count)) }
    private static let uuid = "5d3e6b90-71fc-4e84-a5a3-06b9e1f47c28"

    /// Parts of a token, put together.
    private static let tokens: [(kind: CredentialKind, parts: [String])] = [
        (.discordToken, [Data("112233445566778899".utf8).base64EncodedString(), ".", "GhT4aZ", ".", w(38)]),
        (.groqKey, ["gs", "k_", w(52)]), (.xAIKey, ["xa", "i-", w(80)]), (.perplexityKey, ["pp", "lx-", w(48)]),
        (.replicateToken, ["r8", "_", w(37)]), (.openRouterKey, ["sk-", "or-v1-", h(64)]),
        (
            .teamsWebhook,
            ["webhook", ".office.com/webhookb2/", uuid, "@", uuid, "/IncomingWebhook/", h(32), "/", uuid]
        ),
        (.airtableToken, ["pa", "t", w(14), ".", h(64)]), (.alibabaKey, ["LT", "AI5t", w(18)]),
        (.artifactoryToken, ["AK", "Cp", w(69)]), (.artifactoryToken, ["cmVm", "dGtu", w(56)]),
        (.pulumiToken, ["pu", "l-", h(40)]), (.brevoKey, ["xkey", "sib-", h(64), "-", w(16)]),
        (.easyPostKey, ["EZ", "AK", w(54)]),
        (.dynatraceToken, ["dt0", "c01.", w(24).uppercased(), ".", w(64).uppercased()]),
        (.shippoToken, ["shippo", "_live_", h(40)]), (.contentfulToken, ["CF", "PAT-", w(43)]),
        (.gitlabToken, ["gl", "rtr-", w(20)]), (.gitlabToken, ["GR13", "48941", w(20)]),
        (.notionToken, ["ntn", "_", "12345678901", w(35)]), (.notionToken, ["secret", "_", w(43)]),
    ]

    @Test("Tokens of services are found by their shape")
    func tokens() {
        for (kind, parts) in Self.tokens {
            let token = parts.joined()
            #expect(
                found("\(kind == .discordToken ? "discord" : "x") \(token) y", "a.txt") == ["\(kind.rawValue) \(token)"]
            )
        }
        // Square's are told from other texts by its name.
        let square = ["EA", "AA", Self.w(60)].joined()
        #expect(found("SQUARE_TOKEN=\(square)", ".env") == ["square_token \(square)"])
        #expect(found("x \(square) y", "a.txt") == [])
    }
}

import Testing

@testable import Credentials

@Suite struct SensitiveTextTests {
    /// What the scanner and the importers must both know: names in several languages, keys by their service.
    @Test(
        "Names of secrets are known to the importers, whatever the language and the writing",
        arguments: [
            "password", "pw", "user_pw", "encryption_key", "signing_key", "accountKey", "senha", "kennwort",
            "motdepasse",
            "mot_de_passe", "contraseña", "Passwort", "X-Auth-Token", "client_secret", "PGPASSWORD", "sessionId", "otp",
        ])
    func names(name: String) { #expect(SensitiveName.isOne(name), "\(name)") }

    @Test(
        "Header fields that end in Key open something, but for those that name what all may know",
        arguments: [
            ("X-Functions-Key", true), ("X-Master-Key", true), ("DD-APPLICATION-KEY", true), ("DD-API-KEY", true),
            ("Ocp-Apim-Subscription-Key", true), ("Idempotency-Key", false), ("Sec-WebSocket-Key", false),
            ("Surrogate-Key", false), ("Accept", false), ("X-Request-Id", false),
        ])
    func headers(name: String, expected: Bool) { #expect(SensitiveName.isHeader(name) == expected, "\(name)") }

    @Test(
        "What is harmless stays so", arguments: ["token_type", "author", "primary_key", "keyboard", "passenger_count"])
    func harmless(name: String) { #expect(!SensitiveName.isOne(name), "\(name)") }

    @Test(
        "Paths of hooks and bots hold a secret, whatever the host",
        arguments: [
            ("services/T0AAAAAAA/B0AAAAAAA/abc", [1, 2, 3]), ("api/webhooks/123456789012345678/a1b2c3d4e5", [2, 3]),
            ("bot123456789:AAabcdefghijklmnopqrstuv/sendMessage", [0]), ("hooks/catch/1234567/ab12cd34", [3]),
            ("trigger/door/with/key/abcdefgh12345678", [4]),
            ("webhookb2/ab12cd34@ef56/IncomingWebhook/ab12cd3456", [1, 3]),
            ("services/catalog/items", []), ("api/webhooks", []), ("token/refresh", []), ("bots/1", []),
        ])
    func hooks(path: String, secret: [Int]) {
        #expect(WebhookPath.secretSegments(path.split(separator: "/").map(String.init)).sorted() == secret)
    }

    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return SensitiveText.found(in: bytes).map { "\($0.name) \(String(decoding: bytes[$0.range], as: UTF8.self))" }
    }

    @Test("Elements and attributes of XML are found by their names, with a prefix, attributes and CDATA")
    func markup() {
        #expect(found("<in><Password>!abc d</Password></in>") == ["Password !abc d"])
        #expect(found("<w:Password Type=\"#Text\">\n a1 </w:Password>") == ["Password a1"])
        #expect(found("<login user='a' passWord='b'/>") == ["passWord b"])
        #expect(found("<pin><![CDATA[a<b]]></pin>") == ["pin a<b"])
        #expect(found("<Password/><x>1</x><tokens><a>2</a></tokens>").isEmpty)
    }

    @Test("A text that names a secret and gives it is sensitive; one that only names it isn't")
    func texts() {
        for text in ["password=!abc", "a token: x1", "<Password>*</Password>", "Bearer abcdefgh", "http://a:b@c/"] {
            #expect(SensitiveText.isSensitive(text), "\(text)")
        }
        for text in ["Forgot your password?", "query($password: String)", "a=b", "12:30", "<password></password>"] {
            #expect(!SensitiveText.isSensitive(text), "\(text)")
        }
    }
}

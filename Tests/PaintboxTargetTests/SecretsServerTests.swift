import Glibc
import Testing

@testable import PaintboxTarget

@Suite("The secrets manager for trials")
struct SecretsServerTests {
    private func ask(_ fields: [String], body: String = #"{"SecretId":"a"}"#) throws -> TestClient.Answer {
        let server = try SecretsServer(port: 0, names: ["a"], keyID: "key", secretKey: "secret")
        defer { server.stop() }
        return try TestClient(server.port).ask(
            "POST", "/", ["X-Amz-Target: secretsmanager.GetSecretValue"] + fields, body: body)
    }

    /// The date of now, as signatures have it.
    private var now: String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func authorization(_ key: String, _ date: String, signature: String) -> String {
        "Authorization: AWS4-HMAC-SHA256 Credential=\(key)/\(date.prefix(8))/us-east-1/secretsmanager/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=\(signature)"
    }

    @Test("tells nothing to who doesn't sign, signs by another key, wrongly, or long ago")
    func refusals() throws {
        let date = now
        let wrong = String(repeating: "0", count: 64)
        let requests: [([String], String)] = [
            ([], "MissingAuthenticationTokenException"),
            (["Authorization: Basic a2V5OnNlY3JldA==", "X-Amz-Date: \(date)"], "IncompleteSignatureException"),
            ([authorization("key", date, signature: wrong)], "IncompleteSignatureException"),
            ([authorization("other", date, signature: wrong), "X-Amz-Date: \(date)"], "UnrecognizedClientException"),
            ([authorization("key", date, signature: wrong), "X-Amz-Date: \(date)"], "InvalidSignatureException"),
            (
                [authorization("key", "20200101T000000Z", signature: wrong), "X-Amz-Date: 20200101T000000Z"],
                "SignatureDoesNotMatch"
            ),
        ]
        for (fields, type) in requests {
            let answer = try ask(fields)
            #expect(answer.status == 400)
            #expect(answer.text.hasPrefix("{\"__type\":\"\(type)\""), "\(answer.text)")
            #expect(!answer.text.contains("password"))
        }
    }
}

import Testing

@testable import Credentials

@Suite struct PlaceholderTests {
    private func isPlaceholder(_ value: String) -> Bool { Placeholder.isPlaceholder(Array(value.utf8)[...]) }

    @Test(
        "What is filled in later, kept elsewhere, or taken from a manual is no credential",
        arguments: [
            "", "x", "changeme", "CHANGE_ME", "<your password>", "${DB_PASSWORD}", "$DB_PASSWORD", "$(pass show db)",
            "{{ .Values.password }}", "%DB_PASSWORD%", "#{secret}", "\\(password)", "%s", "xxxxxxxxxxxx",
            "************",
            "1234567890", "abcdefgh12345678", "a1b2c3d4e5f6g7h8", "aaaaaaaaaaaa", "fedcba9876543210", "password",
            "Password123", "my-secret-token", "p@ssword", "secret", "test-token", "AKIAIOSFODNN7EXAMPLE",
            "arn:aws:secretsmanager:us-east-1:1:secret:db", "vault:secret/data/db#password", "/run/secrets/db2",
            "./certs/client1.key", "https://paintbox.test/login2", "ENC[AES256_GCM,data:Tr7o1]", "YOUR_API_KEY_1234",
            "process.env.PASSWORD1", "null", "undefined", "eyJ2Ijoi...", "pass%2Bword", "@VMWARE_PASSWORD",
            "prod/{name}", "[FILTERED]", "'$NEW_PASS'",
        ])
    func placeholders(value: String) { #expect(isPlaceholder(value), "\(value)") }

    @Test(
        "What a person or a machine made up to be secret is none",
        arguments: [
            "hunter2", "Zp9!kfwe", "tr0ub4dor&3", "SuperSecret123!", "s3cr3tP4ss", "vcqmwlkzjdpe", "9f8a1b77c0de42aa",
        ])
    func secrets(value: String) { #expect(!isPlaceholder(value), "\(value)") }

    @Test("Zeros within a long token don't make it a placeholder, and words in a long random text don't either")
    func longTokens() {
        let random = "q8ZtR2vX5nLw7YbK3mDf9GhJ4cPs6TaEwRuQ1oVi"
        #expect(!isPlaceholder(random + "AAAAAAAAAA" + String(random.reversed())))
        #expect(!isPlaceholder("fake-" + random))
        #expect(isPlaceholder("fake-password-12"))
    }
}

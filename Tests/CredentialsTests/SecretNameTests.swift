import Testing

@testable import Credentials

@Suite struct SecretNameTests {
    private func promise(_ name: String) -> SecretName.Promise? { SecretName(Array(name.utf8)[...])?.promise }

    @Test(
        "Names of passwords, secrets and tokens are told in all ways of writing",
        arguments: [
            ("password", SecretName.Promise.password), ("DB_PASSWORD", .password), ("dbPassword", .password),
            ("PGPASSWORD", .password), ("smtp-passwd", .password), ("spring.datasource.password", .password),
            ("userPassword1", .password), ("pwd", .password), ("SECRET_KEY_BASE", .secret), ("clientSecret", .secret),
            ("jwt.secret", .secret), ("ENCRYPTION_KEY", .secret), ("API_KEY", .token), ("apiKey", .token),
            ("X-API-Key", .token), ("apikey", .token), ("_authToken", .token), ("APIToken", .token),
            ("STRIPE_KEY", .token),
            ("aws_secret_access_key", .token), ("FLY_API_TOKEN_PROD", .token),
        ])
    func promising(name: String, expected: SecretName.Promise) { #expect(promise(name) == expected, "\(name)") }

    @Test(
        "Names that hold the words and mean something else promise nothing",
        arguments: [
            "passwordHash", "password_reset", "PASSWORD_FILE", "secretName", "token_type", "tokenUrl", "TOKEN_TTL",
            "public_key", "primaryKey", "keyboard", "cacheKey", "nextToken", "next_page_token", "csrf_token",
            "password_min_length", "access_key_id", "secretRef", "key", "bypass", "compass", "author", "monkey",
            "authority",
        ])
    func other(name: String) { #expect(promise(name) == nil, "\(name)") }
}

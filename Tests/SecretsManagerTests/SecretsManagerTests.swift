import Testing

@testable import SecretsManager

@Suite struct SecretsManagerTests {}

internal import Scenarios

/// The eight keys and salts of `wp-config.php`: 64 characters of any sort, blanks among them.
enum WordPressKey {
    private static let names: Set<String> = [
        "AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT",
        "NONCE_SALT",
    ]

    /// The value of `define('AUTH_KEY', '…')` or `AUTH_KEY='…'`.
    static func match(_ bytes: [UInt8], name: Range<Int>) -> CredentialCandidate? {
        // The first and the last letter tell most names apart, before a text is made of one.
        guard 8...16 ~= name.count, ByteClass("ASLN").contains(bytes[name.lowerBound]),
            ByteClass("YT").contains(bytes[name.upperBound - 1]),
            names.contains(String(decoding: bytes[name], as: UTF8.self))
        else { return nil }
        var offset = name.upperBound
        if offset < bytes.count, ByteClass.quote.contains(bytes[offset]) { offset += 1 }
        offset = TextScan.skip(ByteClass(" \t,=:>"), bytes, from: offset, within: 20)
        guard let value = SettingValue.quoted(bytes, at: offset) else { return nil }
        let secret = bytes[value.range]
        let shape = SecretShape(secret)
        guard secret.count >= 32, shape.sorts >= 3, shape.digits > 0, shape.entropy >= 3.5,
            !Placeholder.isMadeUp(secret)
        else { return nil }
        return CredentialCandidate(kind: .genericSecret, range: value.range, secret: Array(secret))
    }
}

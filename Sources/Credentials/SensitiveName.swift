/// Tells by its name which value must not be written down or shown: what the scanner takes for the name of a credential,
/// and what carries a session or a person's secret beside it.
///
/// A name too many costs the user a line in the environment; a name too few gives a password away. So this is wider than
/// `SecretName`, which has to be right about source code.
public enum SensitiveName {
    /// A field whose name holds one of these, letters and digits only, is sensitive.
    private static let fragments = [
        "authorization", "authentication", "cookie", "token", "secret", "passw", "passphrase", "passcode", "apikey",
        "accesskey", "privatekey", "subscriptionkey", "encryptionkey", "signingkey", "accountkey", "masterkey",
        "applicationkey", "functionskey", "sharedkey", "sessionkey", "licensekey", "credential", "sessionid", "sessid",
        "jwt", "csrf", "xsrf", "signature", "bearer", "onetime", "cardnumber", "securitycode", "assertion", "samlre",
        "codeverifier", "recoverycode", "backupcode", "verificationcode", "mnemonic", "seedphrase",
        // Portuguese, German, French, Spanish and Catalan, Dutch, Polish, Czech, Finnish, Turkish, Italian.
        "senha", "kennwort", "motdepasse", "contrase", "wachtwoord", "haslo", "hasło", "heslo", "salasana", "sifre",
        "şifre", "parola",
        "пароль", "密码", "密碼", "パスワード",
    ]
    /// The fragments by their first byte: a large API document asks for hundreds of thousands of names, and nearly all of
    /// them are ASCII.
    private static let fragmentBytes = Dictionary(grouping: fragments.map { Array($0.utf8) }) { $0[0] }
    /// A field one of whose words is one of these is sensitive.
    private static let words: Set<String> = [
        "auth", "pwd", "pass", "passe", "pw", "sid", "session", "sig", "pin", "otp", "totp", "cvv", "cvc", "ssn",
        "iban", "nonce", "hmac", "mfa",
    ]
    /// Names that hold a fragment and say something harmless.
    private static let harmless: Set<String> = ["tokentype", "cookieconsent"]

    /// Header fields that end in `Key` and name something that all may know.
    private static let openKeys: Set<String> = [
        "idempotency-key", "x-idempotency-key", "sec-websocket-key", "surrogate-key", "x-cache-key", "cache-key",
        "x-surrogate-key", "x-partition-key", "x-sort-key", "x-routing-key", "x-amz-copy-source-key",
    ]

    /// True for the name of a field, cookie or member whose value is sensitive.
    public static func isOne(_ name: String) -> Bool {
        let letters = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        if harmless.contains(letters) { return false }
        if holdsFragment(letters) { return true }
        return words(of: name).contains { words.contains($0) } || SecretName(Array(name.utf8)[...]) != nil
    }

    private static func holdsFragment(_ letters: String) -> Bool {
        let bytes = Array(letters.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return fragments.contains(where: letters.contains) }
        return bytes.indices.contains { start in
            fragmentBytes[bytes[start]]?.contains { bytes[start...].starts(with: $0) } ?? false
        }
    }

    /// True for a header field, where every `…-Key` opens something: `X-Functions-Key`, `DD-APPLICATION-KEY`.
    public static func isHeader(_ name: String) -> Bool {
        if isOne(name) { return true }
        let name = name.lowercased()
        return name.hasSuffix("-key") && !openKeys.contains(name)
    }

    /// True for a field of a query, where `key` and `appid` are how services call the key of an application, and `code`
    /// beside `state` is the code of OAuth 2 (RFC 6749 §4.1.2).
    public static func isQueryField(_ name: String, among names: [String]) -> Bool {
        let lowered = name.lowercased()
        if isOne(name) || ["key", "appid", "appkey", "license", "licence"].contains(lowered) { return true }
        return lowered == "code" && names.contains { ["state", "grant_type"].contains($0.lowercased()) }
    }

    /// True for the value of a sensitive member: numbers of tokens are a setting of language models, no tokens.
    public static func isNumber(_ name: String) -> Bool {
        let counts: Set<String> = ["max", "min", "num", "count", "limit", "total"]
        return isOne(name) && !words(of: name).contains { counts.contains($0) }
    }

    /// Members that name what another member of the same object holds: `{"name": "password", "value": "…"}`.
    public static let naming: Set<String> = ["name", "key", "field", "id", "label", "k"]
    /// The members that hold it.
    public static let holding: Set<String> = ["value", "val", "v", "data", "content", "text"]

    /// `X-Auth_userPin` has the words x, auth, user, pin.
    public static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in name {
            let beginsWord = character.isUppercase && word.last?.isLowercase ?? false
            if !character.isLetter && !character.isNumber || beginsWord {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
            }
            if character.isLetter || character.isNumber { word.append(character) }
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}

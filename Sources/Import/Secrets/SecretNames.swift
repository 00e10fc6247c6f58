/// Tells by their names and looks which values of a recording must not be written down.
///
/// A name too many costs the user a line in the environment; a name too few gives a password away. So the names are
/// wide.
enum SecretNames {
    /// A field whose name holds one of these, letters and digits only, is secret.
    private static let fragments = [
        "authorization", "authentication", "cookie", "token", "secret", "passw", "passphrase", "passcode", "apikey",
        "accesskey", "privatekey", "subscriptionkey", "credential", "sessionid", "sessid", "jwt", "csrf", "xsrf",
        "signature", "bearer", "onetime", "cardnumber", "securitycode", "assertion", "samlre", "codeverifier",
    ]
    /// A field one of whose words is one of these is secret.
    private static let words: Set<String> = [
        "auth", "pwd", "pass", "sid", "session", "sig", "pin", "otp", "totp", "cvv", "cvc", "ssn", "iban", "nonce",
        "hmac", "mfa",
    ]
    /// Names that hold a fragment and say something harmless.
    private static let harmless: Set<String> = ["tokentype", "cookieconsent"]

    /// True for the name of a field, header, cookie or member whose value is a secret.
    static func isSecret(_ name: String) -> Bool {
        let letters = plain(name)
        if harmless.contains(letters) { return false }
        if fragments.contains(where: letters.contains) { return true }
        return wordsOf(name).contains { words.contains($0) }
    }

    /// True for a field of a query, where `key` is how many services call the key of an application, and `code` beside
    /// `state` the code of OAuth 2 (RFC 6749 §4.1.2).
    static func isSecretInQuery(_ name: String, among names: [String]) -> Bool {
        if isSecret(name) || name.lowercased() == "key" { return true }
        return name.lowercased() == "code" && names.contains { ["state", "grant_type"].contains($0.lowercased()) }
    }

    /// True for the value of a secret member: numbers of tokens are a setting of language models, no tokens.
    static func isSecretNumber(_ name: String) -> Bool {
        let counts: Set<String> = ["max", "min", "num", "count", "limit", "total"]
        return isSecret(name) && !wordsOf(name).contains { counts.contains($0) }
    }

    /// True for a value that is a key or token by its looks, or a text that names a secret and gives it.
    static func looksSecret(_ value: String) -> Bool { hasKnownForm(value) || givesSecret(value) }

    /// Beginnings of keys that services give out so that they can be found in texts like this one.
    private static let prefixes = [
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "sk_live_",
        "sk_test_", "rk_live_", "sk-", "AKIA", "ASIA", "AIza", "ya29.", "SG.", "npm_", "pypi-", "hvs.", "dop_v1_",
        "-----BEGIN",
    ]

    private static func hasKnownForm(_ value: String) -> Bool {
        for word in value.split(whereSeparator: { " \t\r\n\"',;&=<>/".contains($0) }) {
            // A JSON Web Token: parts with dots between, the first of which begins with `{"` in base64.
            if word.hasPrefix("eyJ"), word.split(separator: ".").count >= 2 { return true }
            if word.utf8.count >= 16, prefixes.contains(where: { word.hasPrefix($0) }) { return true }
        }
        return value.contains("-----BEGIN") || bearsCredentials(value)
    }

    /// `Bearer …`, `Basic …`, or `user:password@` in a URL.
    private static func bearsCredentials(_ value: String) -> Bool {
        let lowered = value.lowercased()
        for scheme in ["bearer ", "basic "] {
            if lowered.hasPrefix(scheme), lowered.utf8.count > scheme.utf8.count + 7,
                !lowered.dropFirst(scheme.count).contains(" ")
            {
                return true
            }
        }
        return RequestURL(value)?.userInformation != nil
    }

    /// True where a secret name is followed by a value: `password=x`, `"token": "x"`, `<secret>x</secret>`.
    ///
    /// `$password: String` declares a variable of GraphQL, and `password: $password` uses it; both give nothing away.
    private static func givesSecret(_ value: String) -> Bool {
        let scalars = Array(value.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let start = index
            while index < scalars.count, isName(scalars[index]) { index += 1 }
            guard index > start else {
                index += 1
                continue
            }
            // Longer words are no names, and only cost time.
            guard index - start <= 64, start == 0 || scalars[start - 1] != "$" else { continue }
            var next = index
            func skip(_ characters: String) {
                while next < scalars.count, characters.unicodeScalars.contains(scalars[next]) { next += 1 }
            }
            skip("\"'\\ \t]")
            guard next < scalars.count, ":=>".unicodeScalars.contains(scalars[next]) else { continue }
            next += 1
            skip("\"'\\ \t")
            guard next < scalars.count, isName(scalars[next]) || scalars[next].value > 127 else { continue }
            if isSecret(String(String.UnicodeScalarView(scalars[start..<index]))) { return true }
        }
        return false
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// `X-Auth_userPin` has the words x, auth, user, pin.
    static func wordsOf(_ name: String) -> [String] {
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

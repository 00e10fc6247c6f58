/// What the name of a setting says of its value.
struct SecretName {
    /// How much of a value is taken for a credential under such a name.
    enum Promise {
        /// A password: anything that is no word.
        case password
        /// A secret, chosen by a person or by lot.
        case secret
        /// A token or key: only what looks drawn by lot.
        case token
    }

    var promise: Promise
    /// The words of the name in lower case: `CLOUDFLARE_API_TOKEN` has three.
    var words: [String]

    /// What the name promises; nil where it promises no credential: `token_type`, `public_key`, `secretName`.
    init?(_ name: ArraySlice<UInt8>) {
        words = Self.words(of: name)
        guard let index = words.lastIndex(where: { Self.promise(of: $0) != nil || $0 == "key" || $0 == "keys" }) else {
            return nil
        }
        let before = index > 0 ? words[index - 1] : ""
        // `csrfmiddlewaretoken`: what a page gives everyone who asks for it.
        if words.contains(where: { $0.hasPrefix("csrf") || $0.hasPrefix("xsrf") || $0.hasSuffix("csrf") }) {
            return nil
        }
        // `PublicKeyToken` of .NET; and the part of a signature that says for which day and region a key is.
        if words.contains("public") || words.contains("amz") && words.last == "credential" { return nil }
        guard !words[(index + 1)...].contains(where: Self.others.contains), !Self.harmless.contains(before) else {
            return nil
        }
        if let promise = Self.promise(of: words[index]) {
            if promise == .token, Self.harmlessTokens.contains(before) { return nil }
            self.promise = promise
        } else {
            // Keys are of many sorts; only with these words before them do they open something.
            guard Self.keys.contains(before) || Self.promise(of: before) != nil else { return nil }
            promise =
                Self.promise(of: before) == .secret || before == "encryption" || before == "master" ? .secret : .token
        }
    }

    /// Whether the name is one of many values: `PASSWORDS`, `api_keys`. `tokens` alone are those of a language, and the
    /// members of `credentials` have names of their own.
    var isPlural: Bool {
        guard let last = words.last else { return false }
        let before = words.count > 1 ? words[words.count - 2] : ""
        return ["passwords", "secrets", "apikeys"].contains(last)
            || ["tokens", "keys"].contains(last) && ["api", "access", "auth", "bearer", "secret"].contains(before)
    }

    /// Whether all these words are in the name.
    func has(_ all: String...) -> Bool { all.allSatisfy(words.contains) }

    private static func promise(of word: String) -> Promise? {
        // A number at its end counts them: password1.
        let digits = word.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let word = String(word.dropLast(digits))
        if let known = promises[word] { return known }
        // Names written in one: PGPASSWORD, clientsecret, apikey.
        return endings.first { word.utf8.count > $0.0.utf8.count && word.hasSuffix($0.0) }?.1
    }

    /// The words of a name: divided at marks, and where a capital follows a small letter.
    static func words(of name: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var previous: UInt8 = 0
        func close() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        let bytes = Array(name)
        for (index, byte) in bytes.enumerated() {
            guard ByteClass.alphanumeric.contains(byte) else {
                close()
                previous = byte
                continue
            }
            let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            let wasLower = UInt8(ascii: "a")...UInt8(ascii: "z") ~= previous || ByteClass.digits.contains(previous)
            let nextIsLower = index + 1 < bytes.count && UInt8(ascii: "a")...UInt8(ascii: "z") ~= bytes[index + 1]
            // The A of APIKey ends no word, the K begins one.
            if isUpper, wasLower || nextIsLower, !word.isEmpty { close() }
            word.append(TextScan.lowered(byte))
            previous = byte
        }
        close()
        return words
    }

    private static let promises: [String: Promise] = [
        "password": .password, "passwd": .password, "passwort": .password, "pwd": .password, "pass": .password,
        "passphrase": .password, "passcode": .password, "passwords": .password, "pw": .password,
        "requirepass": .password, "masterauth": .password, "secret": .secret, "secrets": .secret, "token": .token,
        "tokens": .token, "apikey": .token, "credential": .token, "credentials": .token, "auth": .token,
        "authorization": .token,
        // Portuguese, German, French, Spanish, Dutch, Polish, Czech, Finnish, Turkish.
        "senha": .password, "kennwort": .password, "motdepasse": .password, "passe": .password,
        "contrasena": .password, "wachtwoord": .password, "haslo": .password, "heslo": .password,
        "salasana": .password, "sifre": .password, "parola": .password,
    ]
    private static let endings: [(String, Promise)] = [
        ("password", .password), ("passwd", .password), ("passphrase", .password), ("pwd", .password),
        ("secret", .secret),
        ("token", .token), ("apikey", .token), ("authkey", .token), ("accesskey", .token), ("privatekey", .token),
        ("secretkey", .secret), ("dbpass", .password), ("smtppass", .password), ("userpass", .password),
    ]
    private static let keys: Set<String> = [
        "access", "account", "admin", "aes", "api", "app", "application", "auth", "cipher", "client", "cookie",
        "crypto",
        "deploy",
        "encrypt", "encryption", "functions", "hmac", "host", "ingest", "integration", "jwt", "master", "private",
        "root",
        "salesforce", "sendgrid", "server", "service", "session", "shared", "sign", "signature", "signing", "ssh",
        "storage", "stripe", "subscription", "webhook", "write",
    ]
    /// Words before `token`, `key` or `secret` that make it something all may know.
    private static let harmless: Set<String> = [
        "bos", "cancel", "cancellation", "change", "continuation", "csrf", "cursor", "design", "eos", "lexer", "lock",
        "mask", "max",
        "min",
        "next", "num", "pad", "page", "public", "publishable", "start", "stop", "sync", "syntax", "unk", "xsrf",
        "commit",
    ]
    /// Words that make only a token harmless: what a page gives everyone, and what tells one request from another.
    private static let harmlessTokens: Set<String> = [
        "antiforgery", "authenticity", "input", "output", "request", "update", "verification",
    ]
    /// Words behind it that say that the value is something else.
    private static let others: Set<String> = [
        "address", "age", "backend", "checker", "contains", "encoder", "encoders", "exact", "hasher", "hashers",
        "hashing", "iexact", "icontains", "salt", "startswith", "validators", "alg", "algorithm", "algo", "arn",
        "attribute",
        "audience", "bucket", "button", "changed",
        "class",
        "column",
        "confirmation", "count", "created", "date", "description", "digest", "dir", "directory", "element", "enabled",
        "encoding",
        "endpoint",
        "error", "errors", "expiration", "expired", "expires", "expiry", "field", "fields", "file", "filename",
        "fingerprint", "form", "format", "generator", "handler", "hash", "hashed", "header", "hint", "host", "icon",
        "id",
        "identifier", "ids", "index", "input", "issuer", "kind", "label", "len", "length", "level", "lifetime", "limit",
        "limits", "link", "list", "location", "manager", "map", "max", "message", "method", "mgr", "min", "mode",
        "name",
        "names",
        "node", "page", "param", "parameter", "path", "pattern", "placeholder", "plugin", "policy", "port", "position",
        "prefix", "provider", "ref", "reference", "refs", "regex", "regexp", "required", "reset", "rotate", "rotation",
        "rule", "rules", "scope", "scopes", "screen", "service", "sha", "size", "source", "status", "store", "strength",
        "suffix", "symbol", "table", "time", "timeout", "timestamp", "title", "ttl", "type", "types", "updated", "uri",
        "url", "usage", "used", "user",
        "username",
        "validation", "validator", "verification", "version", "view", "visible", "endpoints", "checksum", "integrity",
    ]
}

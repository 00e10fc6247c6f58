/// A policy of a Content-Security-Policy field (CSP Level 3 §2.2).
struct ContentPolicy {
    /// The lists of sources by directive, names in lower case; of a directive that occurs twice, the first.
    private(set) var directives: [String: [String]] = [:]
    /// Directives that occur more than once: browsers heed the first only.
    private(set) var duplicates: [String] = []
    /// What browsers pass over.
    private(set) var problems: [String] = []

    /// The policies of all lines of a field: commas part them as lines do. Those without directives are none (§2.2.2).
    static func policies(_ values: [String]) -> [ContentPolicy] {
        values.flatMap { $0.split(separator: ",") }.map { ContentPolicy(String($0)) }.filter { !$0.directives.isEmpty }
    }

    init(_ text: String) {
        for part in text.split(separator: ";") {
            let tokens = part.split { $0 == " " || $0 == "\t" || $0 == "\u{0C}" }.map(String.init)
            guard let first = tokens.first else { continue }
            let name = first.lowercased()
            guard directives[name] == nil else {
                duplicates.append(name)
                continue
            }
            directives[name] = Array(tokens.dropFirst())
            if !Self.known.contains(name) {
                problems.append("\(FieldText.shown(name, upTo: 40)) is no directive")
            }
            if Self.hasSources(name) {
                problems += SourceList(directives[name] ?? []).problems.map { "\(name): \($0)" }
            }
        }
    }

    /// The sources of the first of the directives that is there; nil: none is.
    func sources(_ names: String...) -> SourceList? {
        for name in names { if let tokens = directives[name] { return SourceList(tokens) } }
        return nil
    }

    /// For script elements.
    var scripts: SourceList? { sources("script-src-elem", "script-src", "default-src") }
    /// For event handlers in attributes.
    var scriptAttributes: SourceList? { sources("script-src-attr", "script-src", "default-src") }
    /// For eval and its kin.
    var evaluation: SourceList? { sources("script-src", "default-src") }
    /// For style elements.
    var styles: SourceList? { sources("style-src-elem", "style-src", "default-src") }
    /// For style attributes.
    var styleAttributes: SourceList? { sources("style-src-attr", "style-src", "default-src") }
    /// For plugins.
    var objects: SourceList? { sources("object-src", "default-src") }

    /// All nonces.
    var nonces: [String] {
        Array(Set(directives.filter { Self.hasSources($0.key) }.values.flatMap { SourceList($0).nonces })).sorted()
    }

    private static func hasSources(_ name: String) -> Bool {
        name.hasSuffix("-src") || name.hasSuffix("-src-elem") || name.hasSuffix("-src-attr")
            || ["base-uri", "form-action", "frame-ancestors"].contains(name)
    }

    private static let known: Set<String> = [
        "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem",
        "style-src-attr", "img-src", "connect-src", "font-src", "object-src", "media-src", "frame-src", "child-src",
        "worker-src", "manifest-src", "prefetch-src", "fenced-frame-src", "base-uri", "form-action", "frame-ancestors",
        "sandbox", "report-uri", "report-to", "navigate-to", "webrtc", "upgrade-insecure-requests",
        "block-all-mixed-content", "require-trusted-types-for", "trusted-types", "require-sri-for", "plugin-types",
        "referrer", "reflected-xss",
    ]
}

/// The list of sources of a directive (CSP Level 3 §2.3.1).
struct SourceList {
    /// The expressions as they stand, keywords and schemes in lower case.
    let sources: [String]

    init(_ tokens: [String]) {
        sources = tokens.map { $0.hasPrefix("'nonce-") || Self.isHash($0) ? $0 : $0.lowercased() }
    }

    /// Nonces, without `'nonce-` and the quote at the end.
    var nonces: [String] {
        sources.filter { $0.lowercased().hasPrefix("'nonce-") && $0.last == "'" }.map {
            String($0.dropFirst(7).dropLast())
        }
    }

    /// Whether a nonce or hash is there.
    var hasNonceOrHash: Bool { !nonces.isEmpty || sources.contains(where: Self.isHash) }

    /// Whether scripts that are trusted hand their trust on, so that hosts and schemes don't count (§8.2).
    var isStrict: Bool { sources.contains("'strict-dynamic'") }

    /// Whether inline scripts run: nonces, hashes and 'strict-dynamic' switch 'unsafe-inline' off (§6.7.3.2).
    var allowsInlineScript: Bool { sources.contains("'unsafe-inline'") && !hasNonceOrHash && !isStrict }

    /// Whether inline styles apply; 'strict-dynamic' says nothing about them.
    var allowsInlineStyle: Bool { sources.contains("'unsafe-inline'") && !hasNonceOrHash }

    /// Sources that let in every host, or scripts that an attacker writes into a URL.
    var broad: [String] { sources.filter { Self.isBroad($0) } }

    /// Sources over plain HTTP or FTP.
    var insecure: [String] {
        sources.filter { source in ["http:", "ftp:", "ws:"].contains { source == $0 || source.hasPrefix("\($0)//") } }
    }

    /// What browsers pass over, in words.
    var problems: [String] {
        var problems: [String] = []
        for source in sources {
            let shown = FieldText.shown(source, upTo: 60)
            let bare = source.lowercased()
            if Self.keywords.contains("'\(bare)'") || bare.hasPrefix("nonce-") || Self.isHash("'\(bare)'") {
                problems.append("\(shown) without its quotes is the name of a host")
            } else if source.unicodeScalars.contains(where: { $0.value > 126 }) {
                problems.append("\(shown) has a character that no source has")
            } else if source.first == "'", !isQuoted(source) {
                problems.append("\(shown) is no keyword")
            }
        }
        if sources.contains("'none'"), sources.count > 1 { problems.append("'none' counts only when it is alone") }
        return problems
    }

    private func isQuoted(_ source: String) -> Bool {
        if Self.keywords.contains(source) { return true }
        if source.lowercased().hasPrefix("'nonce-") {
            return source.last == "'" && Self.isBase64(source.dropFirst(7).dropLast())
        }
        guard Self.isHash(source) else { return false }
        return Self.isBase64(source.dropFirst(8).dropLast())
    }

    private static let keywords: Set<String> = [
        "'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'unsafe-hashes'",
        "'report-sample'", "'wasm-unsafe-eval'", "'inline-speculation-rules'", "'trusted-types-eval'",
        "'unsafe-allow-redirects'", "'report-sha256'", "'report-sha384'", "'report-sha512'",
    ]

    private static func isHash(_ source: String) -> Bool {
        let lower = source.lowercased()
        return ["'sha256-", "'sha384-", "'sha512-"].contains { lower.hasPrefix($0) } && lower.last == "'"
    }

    private static func isBase64(_ text: Substring) -> Bool {
        let body = text.prefix { $0 != "=" }
        return !body.isEmpty && text.dropFirst(body.count).count <= 2
            && body.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isBroad(_ source: String) -> Bool {
        if ["*", "http:", "https:", "ftp:", "data:", "blob:", "filesystem:", "ws:", "wss:"].contains(source) {
            return true
        }
        guard !source.hasPrefix("'") else { return false }
        let rest = source.firstRange(of: "://").map { source[$0.upperBound...] } ?? source[...]
        let host = rest.prefix { $0 != "/" && $0 != ":" }
        // All hosts, or all of a top-level domain.
        return host == "*" || host.hasPrefix("*.") && !host.dropFirst(2).contains(".")
    }
}

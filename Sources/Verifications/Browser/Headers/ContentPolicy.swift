import VerificationKit

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
                problems.append("\(FieldText.shown(name, upTo: 40)) is not a directive")
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

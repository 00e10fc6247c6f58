/// Values that must never show, and what is shown in their place.
public struct Secrets: Sendable {
    /// Where the scenario takes its secrets from, as it names them, each once in the order of its places:
    /// `${env:TOKEN}`, `${aws-secret:database#password}`.
    public private(set) var sources: [String] = []
    /// Those of the sources that were not asked. A scenario that has such can be checked, but not run.
    public private(set) var unread: [String] = []

    private var entries: [(value: String, shown: String)] = []

    /// No secret.
    public init() {}

    /// Adds a value, e.g. of `${env:TOKEN}`. Values below 4 bytes are left out: replacing every `1` would garble all
    /// that is shown, and so short a value protects nothing.
    public mutating func add(_ value: String, shown: String) {
        if !sources.contains(shown) { sources.append(shown) }
        guard value.utf8.count >= 4 else { return }
        // As it stands in a URL, too.
        for value in Set([value, PercentEncoding.encoded(value)])
        where !entries.contains(where: { $0.value == value }) { entries.append((value, shown)) }
        // The longest first: a secret that holds another one must go whole.
        entries.sort { $0.value.utf8.count > $1.value.utf8.count }
    }

    /// Adds a secret whose source was not asked.
    mutating func addUnread(_ shown: String) {
        if !sources.contains(shown) { sources.append(shown) }
        if !unread.contains(shown) { unread.append(shown) }
    }

    /// The text with every secret replaced.
    public func redact(_ text: String) -> String {
        entries.reduce(text) { $0.replacing($1.value, with: $1.shown) }
    }
}

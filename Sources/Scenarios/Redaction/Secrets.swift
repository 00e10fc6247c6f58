/// Values that must never show, and what is shown in their place.
public struct Secrets: Sendable {
    /// Where the scenario takes its secrets from, as it names them, each once in the order of its places:
    /// `${env:TOKEN}`, `${aws-secret:database#password}`.
    public private(set) var sources: [String] = []
    /// Those of the sources that were not asked. A scenario that has such can be checked, but not run.
    public private(set) var unread: [String] = []

    private var entries: [Redactor.Secret] = []
    /// Made once, by `prepare`.
    private var prepared: Redactor?
    /// Of what is secret for a while only: what a user captured.
    private var passing: Redactor?
    private var passingEntries: [Redactor.Secret] = []

    /// No secret.
    public init() {}

    /// Adds a value, e.g. of `${env:TOKEN}`. Values below 4 bytes are left out: replacing every `1` would garble all
    /// that is shown, and so short a value protects nothing.
    public mutating func add(_ value: String, shown: String) {
        if !sources.contains(shown) { sources.append(shown) }
        add(Redactor.Secret(value: value, shown: shown))
    }

    /// Adds a value that the scenario has nothing to do with, e.g. of an option.
    public mutating func hide(_ value: String, shown: String) { add(Redactor.Secret(value: value, shown: shown)) }

    /// Adds the text that HTTP's Basic scheme sends of a user and a password, in base64 (RFC 7617 §2). Only as a whole: the
    /// user alone may show.
    public mutating func addPair(user: String, password: String, shown: String) {
        add(Redactor.Secret(value: "\(user):\(password)", shown: shown, isPair: true))
    }

    private mutating func add(_ secret: Redactor.Secret) {
        guard secret.value.utf8.count >= Redactor.shortest, !entries.contains(secret) else { return }
        entries.append(secret)
        prepared = nil
    }

    /// Adds a secret whose source was not asked.
    mutating func addUnread(_ shown: String) {
        if !sources.contains(shown) { sources.append(shown) }
        if !unread.contains(shown) { unread.append(shown) }
    }

    /// Makes what `redact` needs, once for all calls. Without it each call makes it again.
    public mutating func prepare() { if prepared == nil { prepared = Redactor(entries) } }

    /// These and further values, which are secret only for what is about to be shown: what one user captured. To be called
    /// where a text is kept for an output, not with each request.
    public func with(_ values: [(value: String, shown: String)]) -> Secrets {
        let more = values.filter { $0.value.utf8.count >= Redactor.shortest }
            .map { Redactor.Secret(value: $0.value, shown: $0.shown) }
        guard !more.isEmpty else { return self }
        var secrets = self
        secrets.passing = Redactor(more)
        secrets.passingEntries = more
        return secrets
    }

    /// What is shown in the place of secrets, each once.
    public var labels: [String] {
        var labels: [String] = []
        for entry in entries + passingEntries where !labels.contains(entry.shown) { labels.append(entry.shown) }
        return labels
    }

    /// True where a text holds a secret as it is, of those that are shown so; false where it holds it in another coding, or
    /// a part of it.
    public func stands(_ label: String, in text: String) -> Bool {
        (entries + passingEntries).contains { $0.shown == label && !$0.isPair && text.contains($0.value) }
    }

    /// The text with every secret replaced, in whatever coding it stands (see `Redactor`).
    public func redact(_ text: String) -> String {
        guard !entries.isEmpty || passing != nil else { return text }
        var text = text
        return text.withUTF8 { bytes in
            redacted(bytes, within: 0..<bytes.count).map { String(decoding: $0, as: UTF8.self) }
        } ?? text
    }

    /// The bytes with every secret replaced.
    ///
    /// - Parameter range: The part that is wanted; nil: all. What is beyond it is looked at, so that a secret that reaches
    ///   across its ends goes, too.
    public func redact(_ bytes: [UInt8], within range: Range<Int>? = nil) -> [UInt8] {
        let range = range ?? 0..<bytes.count
        guard !entries.isEmpty || passing != nil else { return Array(bytes[range]) }
        return bytes.withUnsafeBufferPointer { redacted($0, within: range) } ?? Array(bytes[range])
    }

    /// Nil where there is nothing to replace.
    private func redacted(_ bytes: UnsafeBufferPointer<UInt8>, within range: Range<Int>) -> [UInt8]? {
        var found = (prepared ?? Redactor(entries)).found(in: bytes)
        if let passing { found += passing.found(in: bytes) }
        return Redactor.replace(found, in: bytes, within: range)
    }
}

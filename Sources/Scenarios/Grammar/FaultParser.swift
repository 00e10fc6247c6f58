/// Parses faults that are written as a text: `kill primary`.
struct FaultParser {
    private let kinds: [any WordedFault.Type]

    init(_ kinds: FaultKinds) { self.kinds = kinds.types.compactMap { $0 as? any WordedFault.Type } }

    /// The fault, and where the name of what it breaks stands.
    func parse(_ text: String) throws(GrammarError) -> (fault: any FaultRule, subjectOffset: Int) {
        var words = FaultWords(text)
        let (verb, offset) = try words.placed("a fault such as \"kill primary\"")
        guard let kind = kinds.first(where: { $0.verbs.contains(verb) }) else {
            let verbs = kinds.flatMap { $0.verbs }
            let meant = Self.otherWords[verb.lowercased()] ?? Suggestion.nearest(to: verb, among: verbs)
            let hint = meant.map { " (did you mean \"\($0)\"?)" } ?? " (there are: \(verbs.joined(separator: ", ")))"
            throw GrammarError(offset: offset, message: "unknown fault \(quoted(verb))\(hint)")
        }
        var probe = words
        let subjectOffset = (try? probe.placed("").offset) ?? offset
        let fault = try kind.init(verb: verb, &words)
        try words.end(kind.usage)
        return (fault, subjectOffset)
    }

    /// What users of chaos tools write.
    private static let otherWords = [
        "delay": "latency", "lag": "latency", "timeout": "blackhole", "drop": "blackhole", "partition": "blackhole",
        "disable": "refuse", "down": "refuse", "reset_peer": "reset", "slicer": "slice", "sigkill": "kill",
        "sigterm": "terminate", "sigstop": "pause", "freeze": "pause", "suspend": "pause", "reboot": "restart",
        "throttle": "bandwidth",
    ]
}

import HTTPFields
import Measures

/// Whether an answer gives a payload back in a way that does harm: as markup that a browser would run, or calculated.
enum EchoJudge {
    /// The header field that a payload tries to add.
    static let injectedField = "X-Loadgate-Injected"
    /// Markup of payloads, as it must not stand in a page.
    private static let markup = [
        "<script>loadgate(", "<img src=x onerror=loadgate(", "<svg/onload=loadgate(", "<b>loadgate</b>",
    ]

    /// The markup that the answer holds as it was sent, where a browser would take it for markup.
    static func markup(in answer: ObservedExchange) -> String? {
        // Without a type browsers look into the body (WHATWG MIME Sniffing), unless told not to.
        let isMarkup =
            MediaType(lines: answer.values("Content-Type"))?.isMarkup
            ?? (answer.value("X-Content-Type-Options")?.lowercased() != "nosniff")
        guard isMarkup else { return nil }
        return markup.first { answer.body.contains($0) }
    }

    /// What a payload made the server do; nil: nothing that shows.
    static func effect(in answer: ObservedExchange, of payload: Bool) -> String? {
        if answer.value(injectedField) != nil { return "a header field that was in a text became one of the answer's" }
        if answer.body.contains("root:x:0:0:") { return "the answer holds the server's /etc/passwd" }
        if payload, answer.body.contains(HostileDerivation.calculated) {
            return "the answer holds \(HostileDerivation.calculated), the value of an expression that was in a text"
        }
        return nil
    }
}

extension [UInt8] {
    /// Whether the text occurs in the bytes; not empty.
    func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, count >= wanted.count else { return false }
        var index = 0
        while let next = self[index...].firstIndex(of: first), next + wanted.count <= count {
            if self[next..<(next + wanted.count)].elementsEqual(wanted) { return true }
            index = next + 1
        }
        return false
    }
}

import Scenarios

extension Secrets {
    /// The beginning of a text in one line, without secrets. A secret may reach across its end, so more is looked at.
    func excerpt(_ text: String, characters: Int) -> String {
        let shown = redact(String(text.prefix(characters + 4096)))
        let line = shown.prefix(characters).map { $0.isNewline ? " " : $0 }
        return shown.count > characters ? String(line) + "…" : String(line)
    }
}

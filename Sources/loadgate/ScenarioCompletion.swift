import ArgumentParser

extension CompletionKind {
    /// Scenario files.
    static var scenarios: CompletionKind { .file(extensions: ["yaml", "yml", "json"]) }
}

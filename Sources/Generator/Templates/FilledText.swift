import Scenarios

/// A text that an answer is compared with, compiled once.
struct FilledText {
    private let constant: String?
    private let template: TextTemplate

    init(_ text: Text, names: VariableNames) {
        constant = text.constant
        template = TextTemplate(text, names: names)
    }

    /// The text with its places filled in by `render`; nil where a capture is missing.
    func value(_ render: (TextTemplate) -> String?) -> String? { constant ?? render(template) }

    func release() { template.release() }
}

/// What a command's help says below its first line, in the order of a manual page.
struct ManualPage {
    /// What the command does.
    var description: String
    /// Command lines, each with what it is for.
    var examples: [(command: String, purpose: String)]
    /// Files that the command reads and writes, with what they are.
    var files: [(name: String, meaning: String)] = []
    /// The exit codes that the command's own page has to tell of.
    var exitCodes: [(code: Int, meaning: String)] = []
    /// Other commands, and pages of the documentation.
    var seeAlso: [String] = []

    /// The text for `CommandConfiguration.discussion`. Indented lines stay as they are.
    var discussion: String {
        var sections = [description]
        sections.append("EXAMPLES\n" + examples.map { "  \($0.command)\n      \($0.purpose)" }.joined(separator: "\n"))
        if !files.isEmpty { sections.append("FILES\n" + Self.list(files.map { ($0.name, $0.meaning) })) }
        if !exitCodes.isEmpty {
            sections.append("EXIT CODES\n" + Self.list(exitCodes.map { ("\($0.code)", $0.meaning) }))
        }
        if !seeAlso.isEmpty { sections.append("SEE ALSO\n  " + seeAlso.joined(separator: ", ")) }
        return sections.joined(separator: "\n\n")
    }

    private static func list(_ entries: [(String, String)]) -> String {
        let width = entries.map(\.0.count).max() ?? 0
        return entries.map { name, meaning in
            "  \(name)\(String(repeating: " ", count: width - name.count))  \(meaning)"
        }.joined(separator: "\n")
    }
}

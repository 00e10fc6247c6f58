import Scenarios

/// Takes a text apart into curl commands: one a line, or with `;`, `&&` or `&` between them, as a shell script or a browser's
/// "Copy all as cURL" has them; for a POSIX shell or for Windows' command prompt.
struct CurlCommands {
    /// The words of each command, without the program's name.
    private(set) var all: [[String]] = []
    /// What else stands there, a line each.
    private(set) var leftOut: [String] = []

    init(_ text: String) throws(InvalidSource) {
        if WindowsWords.isWritten(in: text) {
            for words in try WindowsWords.commands(text) { try add(words[...], isFirst: all.isEmpty) }
        } else {
            try splitShell(text)
        }
        if all.isEmpty { throw InvalidSource("curl", "the command begins with curl") }
    }

    private mutating func splitShell(_ text: String) throws(InvalidSource) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var isPiped = false
        while index < scalars.count {
            let shell = try ShellWords(scalars, from: index)
            if !shell.words.isEmpty {
                if isPiped { leave(out: shell.words[0]) } else { try add(shell.words[...], isFirst: all.isEmpty) }
            }
            guard let end = shell.end else { return }
            index = end
            isPiped = false
            // What separates commands; into a pipe or a file goes what was answered.
            while index < scalars.count, ";&|<>()\r\n".unicodeScalars.contains(scalars[index]) {
                if "|<>()".unicodeScalars.contains(scalars[index]) { isPiped = true }
                if "&\n;".unicodeScalars.contains(scalars[index]) { isPiped = false }
                index += 1
            }
            // The number of a stream: `2>&1`.
            if index < scalars.count, "0"..."9" ~= scalars[index], scalars[index - 1] == "&" { index += 1 }
        }
    }

    private mutating func leave(out word: String) {
        let line = "what follows a command: \(quoted(ShellVariables.template(word).shown))"
        if !leftOut.contains(line) { leftOut.append(line) }
    }

    private mutating func add(_ given: ArraySlice<String>, isFirst: Bool) throws(InvalidSource) {
        var words = given
        // As it is copied from documentation: a prompt, variables of this command, the program's path.
        if let first = words.first, ["$", "%", ">", "#"].contains(first) { words = words.dropFirst() }
        while let word = words.first, word.contains("="), !word.hasPrefix("-"), !word.contains("/") {
            words = words.dropFirst()
        }
        let program = words.first?.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map { $0.lowercased() }
        guard program == "curl" || program == "curl.exe" else {
            if isFirst, given.count == words.count { throw InvalidSource("curl", "the command begins with curl") }
            if let word = words.first { leave(out: word) }
            return
        }
        all.append(Array(words.dropFirst()))
    }
}

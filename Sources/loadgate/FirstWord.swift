import ArgumentParser
import Foundation
import Loadgate
import Scenarios

/// What `loadgate` makes of its first word, before it is taken for a URL: the name of a command may be left out with one.
enum FirstWord {
    /// What is wrong with a command line, in words, as far as its first word tells: nothing of none, of an option, of a
    /// command and of a URL.
    static func problem(_ arguments: [String]) -> String? {
        guard let word = arguments.first, !word.hasPrefix("-"), !allCommands.contains(word), word != "help" else {
            return nil
        }
        return problem(ofURL: word)
    }

    /// What is wrong with a word that should be a URL; nil where nothing is, as far as its scheme goes.
    static func problem(ofURL word: String) -> String? {
        if word.contains("://") { return nil }
        let isFile = [".yaml", ".yml"].contains { word.lowercased().hasSuffix($0) }
        if isFile || FileManager.default.fileExists(atPath: word) {
            return "'\(word)' is not a command (did you mean 'loadgate run \(word)'?)"
        }
        if word == "localhost" || word.contains(where: { ".:/".contains($0) }) {
            return "'\(word)' is not a URL (did you mean 'loadgate http://\(word)'?)"
        }
        guard let command = Suggestion.nearest(to: word, among: commands) else {
            return "'\(word)' is neither a command (there are: \(commands.joined(separator: ", "))) nor a URL"
        }
        return "'\(word)' is not a command (did you mean 'loadgate \(command)'?)"
    }

    /// The help for those who gave nothing: what there is, and where the rest stands.
    static var shortHelp: String {
        """
        loadgate \(Version.text): \(LoadgateCommand.configuration.abstract)

        USAGE: \((LoadgateCommand.configuration.usage ?? "").replacing("\n", with: "\n       "))

        First steps: docs/tutorial.md. All of it: loadgate --help; of one command: loadgate run --help.

        """
    }

    /// Those that a user may want.
    private static var commands: [String] {
        LoadgateCommand.configuration.subcommands.map { $0.configuration }
            .filter { $0.shouldDisplay }.compactMap { $0.commandName }
    }

    private static var allCommands: [String] {
        LoadgateCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    }
}

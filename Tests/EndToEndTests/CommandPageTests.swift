import Foundation
import TestSupport
import Testing

/// What the program says of itself, and what the documentation says of it.
@Suite("The command's pages")
struct CommandPageTests {
    /// A command and what it takes.
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                var kind: String
                var name: String
            }
            var kind: String
            var abstract: String?
            var names: [Name]?
            var valueName: String?
        }
        var commandName: String
        var abstract: String?
        var discussion: String?
        var arguments: [Argument]?
        var subcommands: [Command]?

        var options: Set<String> {
            Set((arguments ?? []).flatMap { $0.names ?? [] }.map { ($0.kind == "long" ? "--" : "-") + $0.name })
        }
    }

    private struct Dump: Decodable {
        var command: Command
    }

    /// All commands by their words: `loadgate`, `loadgate run`, …
    private static func commands() throws -> [String: Command] {
        let dump = try Binary.run("--experimental-dump-help")
        let root = try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command
        var all: [String: Command] = [:]
        func add(_ command: Command, _ path: String) {
            all[path] = command
            for sub in command.subcommands ?? [] where sub.commandName != "help" {
                add(sub, "\(path) \(sub.commandName)")
            }
        }
        add(root, "loadgate")
        return all
    }

    private static func page(_ path: String) throws -> String {
        try String(contentsOf: Binary.package.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("docs/command.md is what the commands say of themselves (make docs)")
    func commandPage() throws {
        let made = try Binary.shell("scripts/command-page '\(Binary.url(of: "loadgate").path)'")
        #expect(made.code == 0, "\(made.errors)")
        let page = try Self.page("docs/command.md")
        // Line by line, so that a difference can be read.
        let (old, new) = (page.split(separator: "\n"), made.output.split(separator: "\n"))
        for line in new where !old.contains(line) { Issue.record("missing in docs/command.md: \(line)") }
        for line in old where !new.contains(line) { Issue.record("no longer true in docs/command.md: \(line)") }
        #expect(page == made.output)
    }

    @Test("every command says what it is for, shows examples, and explains each option")
    func complete() throws {
        let commands = try Self.commands()
        #expect(commands.count >= 7)
        for (path, command) in commands {
            #expect(!(command.abstract ?? "").isEmpty, "\(path)")
            let hasOwn = (command.subcommands ?? []).isEmpty
            if hasOwn { #expect((command.discussion ?? "").contains("loadgate "), "\(path)") }
            for argument in command.arguments ?? [] {
                let name = argument.names?.first?.name ?? argument.valueName ?? "?"
                #expect(!(argument.abstract ?? "").isEmpty, "\(path) \(name)")
            }
        }
    }

    /// The command lines of a text: those that begin with the program's name, continued over `\` at a line's end.
    private static func commandLines(_ text: String) -> [String] {
        text.replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")[...]
            while let first = words.first, first == "$" || first.contains("=") { words = words.dropFirst() }
            guard let first = words.first, first == "loadgate" || first.hasSuffix("/loadgate") else { return nil }
            let rest = words.dropFirst().prefix { !["|", ">", "&", "&&", ";", "#", "2>&1"].contains($0) }
            return rest.joined(separator: " ")
        }
    }

    @Test("no example and no page shows an option that its command doesn't have")
    func examples() throws {
        let commands = try Self.commands()
        var texts = commands.values.map { ($0.discussion ?? "").components(separatedBy: "\n\nSEE ALSO")[0] }
        let docs = Binary.package.appendingPathComponent("docs")
        let files = FileManager.default.enumerator(atPath: docs.path)?.compactMap { $0 as? String } ?? []
        for file in ["README.md"] + files.filter({ $0.hasSuffix(".md") && $0 != "command.md" }).map({ "docs/\($0)" }) {
            // Code only: in running text a word that begins with -- may be another program's.
            let blocks = try Self.page(file).replacing(/\n +```/, with: "\n```").components(separatedBy: "\n```")
            texts += blocks.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        }
        var checked = 0
        for line in texts.flatMap(Self.commandLines) {
            let words = line.split(separator: " ").map(String.init)
            var path = "loadgate"
            for word in words.prefix(2) where commands["\(path) \(word)"] != nil { path += " \(word)" }
            if path == "loadgate", let first = words.first, !first.hasPrefix("-") {
                // The tutorial may lead further than this version; what a version has is checked.
                if ["baseline", "gate", "compare", "report", "merge"].contains(first) { continue }
                #expect(first.contains("://") || first == "URL" || first == "COMMAND", "loadgate \(line)")
                path = "loadgate load"
            }
            let known = (commands[path]?.options ?? []).union(["--help", "--version"])
            var isQuoted = false
            for word in words {
                if !isQuoted, word.hasPrefix("--"), word.count > 2 {
                    let option = String(word.prefix { $0 != "=" && $0 != "]" })
                    #expect(known.contains(option), "loadgate \(line)")
                    checked += 1
                }
                // What stands in quotes belongs to another program.
                if !word.count(where: { $0 == "'" || $0 == "\"" }).isMultiple(of: 2) { isQuoted.toggle() }
            }
        }
        #expect(checked > 30)
    }
}

import ArgumentParser
import Foundation
import Glibc
import Import
import Scenarios

/// `loadgate init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract:
            "Write a scenario file from an OpenAPI document, a HAR recording, a Postman collection or a curl command.",
        discussion: ManualPage(
            description: """
                The scenario is valid and can be run. Nothing is sent, but for a request for the document where --openapi \
                names a URL. What could not be taken over is listed in the file and on standard error. Secrets of a source \
                are not written: ${env:…} stands in their place. The kind of a FILE without an option is detected.
                """,
            examples: [
                ("loadgate init --openapi api.yaml --out api-load.yaml", "a step for each operation of an API"),
                ("loadgate init --openapi http://127.0.0.1:8000/openapi.json", "the document that a service publishes"),
                ("loadgate init --postman shop.postman_collection.json", "the requests of a collection"),
                ("loadgate init --har session.har --name session", "what a browser did, pauses included"),
                (
                    "loadgate init --curl 'curl http://127.0.0.1:8080/' --out -",
                    "to standard output"
                ), ("loadgate init --curl @commands.txt", "all commands of a file, as browsers copy them"),
            ],
            files: [("<name>.yaml", "the scenario, unless --out names another file; none is replaced without --force")],
            exitCodes: [
                (0, "the scenario was written"), (64, "the output file exists, or the command line is wrong"),
                (65, "the source is invalid; every problem is listed"), (69, "the URL gives no answer"),
                (70, "the file can't be written"), (77, "the URL's host is neither on this machine nor authorised"),
            ],
            seeAlso: ["loadgate validate", "docs/import.md"]
        ).discussion)

    @Argument(
        help: ArgumentHelp("An OpenAPI document, a HAR recording or a Postman collection.", valueName: "file"),
        completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp(
            "An OpenAPI 3 or Swagger 2.0 document in JSON or YAML: a file, or a URL on this machine or an authorised host.",
            valueName: "file"),
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var openapi: String?

    @Option(
        help: ArgumentHelp("A HAR 1.2 recording of a browser or proxy.", valueName: "file"),
        completion: .file(extensions: ["har", "json"]))
    var har: String?

    @Option(
        help: ArgumentHelp("A Postman collection of version 2.0 or 2.1.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var postman: String?

    @Option(
        help: ArgumentHelp(
            "Command lines of curl, in quotes; @FILE reads them from a file, - from standard input.",
            valueName: "command"))
    var curl: String?

    @Option(
        help: ArgumentHelp("Write the scenario here; - is standard output. (default: <name>.yaml)", valueName: "file"),
        completion: .scenarios)
    var out: String?

    @Option(help: ArgumentHelp("Where load goes, instead of what the source says.", valueName: "url"))
    var target: String?

    @Option(help: ArgumentHelp("The scenario's name.", valueName: "name"))
    var name: String?

    @Flag(help: "Replace the output file if it exists.")
    var force = false

    @Flag(help: "--har, --postman: keep requests to hosts other than that of the first page, or of most requests.")
    var allHosts = false

    @Option(
        help: ArgumentHelp(
            "--openapi: the folder that references to other files may lead to. (default: that of the document)",
            valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp("--openapi: allow a request to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    func validate() throws {
        guard [file, openapi, har, postman, curl].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("init wants one of --openapi FILE, --har FILE, --postman FILE and --curl 'curl …'")
        }
        if allHosts, openapi != nil || curl != nil {
            throw ValidationError("--all-hosts belongs to --har and --postman")
        }
        let document = openapi ?? file
        if root != nil, document == nil { throw ValidationError("--root belongs to --openapi") }
        if !authorise.isEmpty, document == nil { throw ValidationError("--authorise belongs to --openapi") }
        if root != nil, Self.isURL(document) { throw ValidationError("--root belongs to a document that is a file") }
        if let target, let problem = ScenarioImport.problem(ofTarget: target) {
            throw ValidationError("--target: \(problem)")
        }
        if let name, let problem = ScenarioImport.problem(ofName: name) { throw ValidationError("--name: \(problem)") }
        if out == "" { throw ValidationError("--out wants a file, or -") }
    }

    func run() throws {
        // Known beforehand, it saves the reading of a large source.
        if let out { try refuseExisting(out) }
        do {
            let scenario = try imported()
            let path = out ?? "\(Self.fileName(scenario.name)).yaml"
            if path == "-" {
                Console.result(scenario.text)
            } else {
                try refuseExisting(path)
                try write(scenario.text, to: path)
            }
            report(scenario, path)
        } catch let error as InvalidSource {
            Console.note(error.description)
            throw ExitCode.invalidScenario
        } catch let error as FetchedDocument.Failure {
            Console.note("loadgate: \(error)")
            throw error.code
        } catch let error as ImportFailure {
            Console.note("loadgate: \(error)")
            throw ExitCode.internalError
        }
    }

    /// True for what is no file's name.
    private static func isURL(_ text: String?) -> Bool {
        ["http://", "https://"].contains { text?.lowercased().hasPrefix($0) ?? false }
    }

    private func imported() throws -> ImportedScenario {
        if let file {
            if Self.isURL(file) { return try openAPI(file) }
            switch try ScenarioImport.kind(of: file) {
            case .openAPI: return try openAPI(file)
            case .har: return try har(file)
            case .postman: return try postman(file)
            }
        }
        if let openapi { return try openAPI(openapi) }
        if let har { return try self.har(har) }
        if let postman { return try self.postman(postman) }
        return try ScenarioImport.curl(try commands(curl ?? ""), target: target, name: name, heading: command)
    }

    /// The commands themselves, or those of a file or of standard input.
    private func commands(_ text: String) throws(InvalidSource) -> String {
        if text == "-" { return try ScenarioImport.commands(ofFile: "/dev/stdin") }
        return text.hasPrefix("@") ? try ScenarioImport.commands(ofFile: String(text.dropFirst())) : text
    }

    private func openAPI(_ source: String) throws -> ImportedScenario {
        guard Self.isURL(source) else {
            return try ScenarioImport.openAPI(
                path: source, folder: root, target: target, name: name, command: command)
        }
        let document = try FetchedDocument(source, authorised: authorise)
        return try ScenarioImport.openAPI(
            text: document.bytes, url: document.url, target: target, name: name, command: command)
    }

    private func har(_ path: String) throws -> ImportedScenario {
        try ScenarioImport.har(path: path, allHosts: allHosts, target: target, name: name, command: command)
    }

    private func postman(_ path: String) throws -> ImportedScenario {
        try ScenarioImport.postman(path: path, allHosts: allHosts, target: target, name: name, command: command)
    }

    /// The command line as the file's head shows it; a curl command may hold secrets, and so may a URL.
    private var command: String {
        var words = ["loadgate", "init"]
        func shown(_ source: String) -> String { Self.isURL(source) ? String(source.prefix { $0 != "?" }) : source }
        if let file { words.append(shown(file)) }
        if let openapi { words += ["--openapi", shown(openapi)] }
        if let har { words += ["--har", har] }
        if let postman { words += ["--postman", postman] }
        if curl != nil { words += ["--curl", "'curl …'"] }
        if allHosts { words.append("--all-hosts") }
        if let root { words += ["--root", root] }
        if let target { words += ["--target", target] }
        if let name { words += ["--name", name.contains(" ") ? "'\(name)'" : name] }
        return words.joined(separator: " ")
    }

    // MARK: - Output

    private func refuseExisting(_ path: String) throws {
        guard path != "-", !force, FileManager.default.fileExists(atPath: path) else { return }
        Console.note("loadgate: \(path) exists: --force replaces it, --out names another file")
        throw ExitCode.validationFailure
    }

    /// By a new file that takes the old one's place, so that a full disk costs nothing that was there.
    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            Console.note("loadgate: can't write \(path): \(error.localizedDescription)")
            throw ExitCode.internalError
        }
    }

    private static func fileName(_ name: String) -> String {
        let safe = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }
        return safe.first == "." || safe.first == "-" ? "scenario\(String(safe))" : String(safe)
    }

    private func report(_ scenario: ImportedScenario, _ path: String) {
        Console.note(
            "\(path == "-" ? "made" : "\(path):") \(counted(scenario.flowCount, "flow")), "
                + counted(scenario.stepCount, "step"))
        for line in scenario.leftOut.prefix(20) { Console.note("not taken over: \(line)") }
        if scenario.leftOut.count > 20 { Console.note("not taken over: \(scenario.leftOut.count - 20) more") }
        for line in scenario.hints.prefix(20) { Console.note(line) }
        let isLocal = ["localhost", "127.0.0.1", "::1"].contains(scenario.targetHost) || scenario.targetHost.isEmpty
        let authorise = isLocal ? "" : " --authorise \(scenario.targetHost)"
        Console.note("next: loadgate run \(path == "-" ? "FILE" : path)\(authorise)")
    }
}

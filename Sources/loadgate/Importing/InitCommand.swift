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
            "Write a scenario file from \(SourceOptions.nouns(ofFiles: false)).",
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
        help: ArgumentHelp("\(SourceOptions.nouns(ofFiles: true).sentence).", valueName: "file"),
        completion: .file())
    var file: String?

    @OptionGroup var sources: SourceOptions

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

    @Flag(
        help: """
            \(SourceOptions.taking(.allHosts)): keep requests to hosts other than that of the first page, or of most \
            requests.
            """)
    var allHosts = false

    @Option(
        help: ArgumentHelp(
            "\(SourceOptions.taking(.folder)): the folder that references to other files may lead to. (default: that of the document)",
            valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "\(SourceOptions.taking(.url)): allow a request to this host besides loopback; repeatable.",
            valueName: "host"))
    var authorise: [String] = []

    func validate() throws {
        guard sources.given.count + (file == nil ? 0 : 1) == 1 else {
            throw ValidationError("init wants one of \(SourceOptions.usage)")
        }
        // What a file without an option is comes out when it is read.
        let importer = sources.given.first?.importer
        func refuse(_ option: String, _ setting: ImportSetting) throws {
            if let importer, !importer.settings.contains(setting) {
                throw ValidationError("\(option) belongs to \(SourceOptions.taking(setting, last: "and"))")
            }
        }
        if allHosts { try refuse("--all-hosts", .allHosts) }
        if root != nil { try refuse("--root", .folder) }
        if !authorise.isEmpty { try refuse("--authorise", .url) }
        if root != nil, ImportSource.isURL(given) {
            throw ValidationError("--root belongs to a document that is a file")
        }
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

    /// What the source is: a file or URL, or what an option takes.
    private var given: String { file ?? sources.given.first?.source ?? "" }

    private func imported() throws -> ImportedScenario {
        var importer = sources.given.first?.importer
        // A document behind a URL is not known before it is fetched.
        if importer == nil, ImportSource.isURL(given) { importer = Importers.standard.taking(.url).first }
        let source: ImportSource
        if importer?.settings.contains(.url) ?? false, ImportSource.isURL(given) {
            let document = try FetchedDocument(given, authorised: authorise)
            source = ImportSource(fetched: document.bytes, from: document.url)
        } else {
            source = ImportSource(given)
        }
        var settings = ImportSettings(command: command, target: target, name: name)
        settings.keepsAllHosts = allHosts
        settings.folder = root
        return try ScenarioImport.scenario(of: source, by: try importer ?? source.importer(), settings)
    }

    /// The command line as the file's head shows it; a curl command may hold secrets, and so may a URL.
    private var command: String {
        var words = ["loadgate", "init"]
        if let file { words.append(ImportSource.isURL(file) ? String(file.prefix { $0 != "?" }) : file) }
        for (importer, source) in sources.given { words += ["--\(importer.option)", importer.shown(source)] }
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

extension String {
    /// The text with a capital letter at its beginning.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() }
}

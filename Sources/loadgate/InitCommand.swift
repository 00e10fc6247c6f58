import ArgumentParser
import Foundation
import Glibc
import Import

/// `loadgate init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a scenario file from an OpenAPI document, a HAR recording or a curl command.",
        discussion: ManualPage(
            description: """
                What is written validates and runs; nothing is sent. What could not be taken over is said in the file and \
                on standard error. Secrets of a recording or command are not written: ${env:…} stands in their place.
                """,
            examples: [
                ("loadgate init --openapi api.yaml --out api-load.yaml", "a step for each operation of an API"),
                ("loadgate init --har session.har --name session", "what a browser did, pauses included"),
                (
                    "loadgate init --curl 'curl http://127.0.0.1:8080/' --out -",
                    "to standard output"
                ),
            ],
            files: [("<name>.yaml", "the scenario, unless --out names another file; none is replaced without --force")],
            exitCodes: [
                (0, "the scenario was written"), (64, "the output file exists, or the command line is wrong"),
                (65, "the source is invalid; every problem is listed"), (70, "the file can't be written"),
            ],
            seeAlso: ["loadgate validate", "docs/import.md"]
        ).discussion)

    @Option(
        help: ArgumentHelp("An OpenAPI 3.0 or 3.1 document in JSON or YAML.", valueName: "file"),
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var openapi: String?

    @Option(
        help: ArgumentHelp("A HAR 1.2 recording of a browser or proxy.", valueName: "file"),
        completion: .file(extensions: ["har", "json"]))
    var har: String?

    @Option(help: ArgumentHelp("A command line of curl, in quotes.", valueName: "command"))
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

    @Flag(help: "--har: keep requests to hosts other than that of the first page.")
    var allHosts = false

    func validate() throws {
        guard [openapi, har, curl].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("init wants one of --openapi FILE, --har FILE and --curl 'curl …'")
        }
        if allHosts, har == nil { throw ValidationError("--all-hosts belongs to --har") }
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
        } catch let error as ImportFailure {
            Console.note("loadgate: \(error)")
            throw ExitCode.internalError
        }
    }

    private func imported() throws -> ImportedScenario {
        if let openapi {
            return try ScenarioImport.openAPI(path: openapi, target: target, name: name, command: command)
        }
        if let har {
            return try ScenarioImport.har(path: har, allHosts: allHosts, target: target, name: name, command: command)
        }
        return try ScenarioImport.curl(curl ?? "", target: target, name: name, heading: command)
    }

    /// The command line as the file's head shows it; a curl command may hold secrets.
    private var command: String {
        var words = ["loadgate", "init"]
        if let openapi { words += ["--openapi", openapi] }
        if let har { words += ["--har", har] }
        if curl != nil { words += ["--curl", "'curl …'"] }
        if allHosts { words.append("--all-hosts") }
        if let target { words += ["--target", target] }
        if let name { words += ["--name", name.contains(" ") ? "'\(name)'" : name] }
        return words.joined(separator: " ")
    }

    // MARK: - Output

    private func refuseExisting(_ path: String) throws {
        if path != "-", !force, FileManager.default.fileExists(atPath: path) {
            throw ValidationError("\(path) exists: --force replaces it, --out names another file")
        }
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
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        Console.note(
            "\(path == "-" ? "made" : "\(path):") \(count(scenario.flowCount, "flow")), "
                + count(scenario.stepCount, "step"))
        for line in scenario.leftOut.prefix(20) { Console.note("not taken over: \(line)") }
        if scenario.leftOut.count > 20 { Console.note("not taken over: \(scenario.leftOut.count - 20) more") }
        for line in scenario.hints.prefix(20) { Console.note(line) }
        let isLocal = ["localhost", "127.0.0.1", "::1"].contains(scenario.targetHost) || scenario.targetHost.isEmpty
        let authorise = isLocal ? "" : " --authorise \(scenario.targetHost)"
        Console.note("next: loadgate run \(path == "-" ? "FILE" : path)\(authorise)")
    }
}

import Foundation
import TestSupport
import Testing

/// The CI files of docs/ci: valid YAML, and nothing in them that doesn't exist.
@Suite("CI examples")
struct ContinuousIntegrationTests {
    /// Every command line of a file, found by a YAML parser that is not ours.
    private func commands(_ name: String) throws -> [String] {
        let code = """
            import json, sys, yaml
            with open(sys.argv[1]) as file: document = yaml.safe_load(file)
            assert isinstance(document, dict) and document
            lines = []
            def walk(value, key=""):
                if isinstance(value, dict):
                    for name, member in value.items(): walk(member, name)
                elif isinstance(value, list):
                    for member in value: walk(member, key)
                elif key in ("run", "script", "before_script", "after_script"):
                    lines.extend(value.splitlines())
            walk(document)
            print(json.dumps(lines))
            """
        let file = Binary.package.path + "/docs/ci/" + name
        let result = try Binary("/usr/bin/python3", ["-c", code, file]).wait()
        #expect(result.code == 0, "\(result.errors)")
        return try JSONDecoder().decode([String].self, from: Data(result.output.utf8))
    }

    @Test(
        "Every make target, command, option and scenario in them is real", arguments: ["github-actions", "gitlab-ci"])
    func real(name: String) throws {
        let commands = try commands(name + ".yml")
        let makefile = try String(contentsOfFile: Binary.package.path + "/Makefile", encoding: .utf8)
        var seen: Set<String> = []
        for line in commands {
            var words = line.split(separator: " ").map(String.init)
            var program = words.removeFirst()
            // The same commit's tree or another's: what is called is the same.
            if program.hasPrefix("before/") { program.removeFirst("before/".count) }
            seen.insert(program)
            switch program {
            case "make":
                if words.first == "-C" { words.removeFirst(2) }
                #expect(!words.isEmpty)
                for target in words { #expect(makefile.contains("\n\(target):"), "\(line)") }
            case ".build/release/loadgate":
                let subcommand = try #require(words.first)
                let help = try Binary.run(subcommand, "--help")
                #expect(help.code == 0, "\(line)")
                #expect(help.output.contains("USAGE: loadgate \(subcommand)"), "\(line)")
                for option in words where option.hasPrefix("--") {
                    #expect(help.output.contains("\(option) ") || help.output.contains("\(option)\n"), "\(line)")
                }
                for scenario in words where scenario.hasSuffix(".yaml") {
                    #expect(FileManager.default.fileExists(atPath: "\(Binary.package.path)/\(scenario)"), "\(line)")
                }
            case ".build/release/paintbox-target":
                let help = try Binary("paintbox-target", ["serve", "--help"]).wait()
                for option in words where option.hasPrefix("--") { #expect(help.output.contains(option), "\(line)") }
            default: #expect(["cat", "git"].contains(program), "\(line)")
            }
        }
        #expect(seen.isSuperset(of: ["make", ".build/release/loadgate", ".build/release/paintbox-target"]))
        // What they hand on is what a run leaves.
        let text = try String(contentsOfFile: "\(Binary.package.path)/docs/ci/\(name).yml", encoding: .utf8)
        #expect(text.contains("reports/ci/junit.xml"))
    }
}

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

    @Test("Every command and option in them is real, and nothing is built", arguments: ["github-actions", "gitlab-ci"])
    func real(name: String) throws {
        let commands = try commands(name + ".yml")
        var seen: Set<String> = []
        for line in commands {
            var words = line.split(separator: " ").map(String.init)
            let program = words.removeFirst()
            seen.insert(program)
            switch program {
            case "loadgate", ".loadgate/bin/loadgate":
                let subcommand = try #require(words.first)
                if subcommand == "--version" { continue }
                let help = try Binary.run(subcommand, "--help")
                #expect(help.code == 0, "\(line)")
                #expect(help.output.contains("USAGE: loadgate \(subcommand)"), "\(line)")
                for option in words where option.hasPrefix("--") {
                    #expect(help.output.contains("\(option) ") || help.output.contains("\(option)\n"), "\(line)")
                }
            // The service is the reader's.
            case "scripts/serve", "before/scripts/serve": break
            default:
                #expect(
                    ["apt-get", "mkdir", "test", "curl", "echo", "export", "cat", "git"].contains(program), "\(line)")
            }
        }
        #expect(seen.contains("loadgate"))
        // What they hand on is what a run leaves.
        let text = try String(contentsOfFile: "\(Binary.package.path)/docs/ci/\(name).yml", encoding: .utf8)
        #expect(text.contains("reports/ci/junit.xml") && text.contains("--against"))
        // What actions may do is what they need.
        if text.contains("action-junit-report") { #expect(text.contains("\n  checks: write\n")) }
        if text.contains("sticky-pull-request-comment") { #expect(text.contains("\n  pull-requests: write\n")) }
    }
}

import Foundation
import TestSupport
import Testing

/// What `make install` leaves, and the CI samples that use it.
@Suite("Installing")
struct InstallTests {
    /// Installs the binaries under test into a folder.
    private static func install(into prefix: String) throws -> Binary.Result {
        let build = Binary.url(of: "loadgate").deletingLastPathComponent().path
        return try Binary.shell("'\(Binary.package.path)/scripts/install' '\(build)' '\(prefix)'")
    }

    @Test("An install has programs, a manual page for each command, and completions that know files and values")
    func installed() throws {
        let folder = try TemporaryFolder()
        let result = try Self.install(into: folder.path)
        #expect(result.code == 0, "\(result.errors)")
        for program in ["loadgate", "paintbox-target"] {
            #expect(FileManager.default.isExecutableFile(atPath: "\(folder.path)/bin/\(program)"))
        }
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/share/man/man1")
        for page in ["loadgate", "loadgate-run", "loadgate-gate", "loadgate-baseline", "loadgate-baseline-record"] {
            #expect(pages.contains(page + ".1"))
        }
        for page in pages {
            let text = try String(contentsOfFile: "\(folder.path)/share/man/man1/\(page)", encoding: .utf8)
            #expect(text.hasPrefix(".TH \"") && text.contains("\n.SH NAME\nloadgate"), "\(page)")
        }
        let gate = try String(contentsOfFile: folder.path + "/share/man/man1/loadgate-gate.1", encoding: .utf8)
        #expect(gate.contains("\\fB\\-\\-against\\fR \\fIurl\\fR"))
        #expect(gate.contains("\n.SH \"EXIT CODES\"\n"))
        let bash = folder.path + "/share/bash-completion/completions/loadgate"
        #expect(try Binary.shell("bash -n '\(bash)'").code == 0)
        // What is offered behind words that were typed, in a folder with these files.
        try FileManager.default.createDirectory(atPath: folder.path + "/work", withIntermediateDirectories: true)
        for name in ["work/shop.yaml", "work/notes.txt"] { _ = try folder.write(name, "") }
        func offered(_ words: String...) throws -> [String] {
            let list = words.map { "'\($0)'" }.joined(separator: " ")
            let script = """
                cd '\(folder.path)/work'; . '\(bash)'
                COMP_WORDS=(loadgate \(list)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="${COMP_WORDS[*]}"
                COMP_POINT=${#COMP_LINE}; COMPREPLY=()
                _loadgate loadgate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let result = try Binary("/bin/bash", ["-c", script]).wait()
            return result.output.split(separator: "\n").map(String.init)
        }
        #expect(try offered("run", "").contains("shop.yaml"))
        #expect(try !offered("run", "").contains("notes.txt"))
        #expect(try Set(offered("report", "--format", "")).isSuperset(of: ["text", "json", "html", "md", "junit"]))
        #expect(try offered("schema", "").contains("scenario"))
    }

    @Test("The CI samples install a release, run a scenario and leave their reports")
    func samples() throws {
        let folder = try TemporaryFolder()
        #expect(try Self.install(into: folder.path + "/release").code == 0)
        // What is for debuggers takes long to pack.
        let packed = try Binary.shell(
            "strip bin/*; tar -I 'xz -0' -cf '\(folder.path)/loadgate.tar.xz' -C .. release",
            in: folder.url.appendingPathComponent("release"))
        #expect(packed.code == 0, "\(packed.errors)")
        let paintbox = try Paintbox("--rate-limit", "off")
        for kind in ["github", "gitlab"] { try sample(kind, in: folder, target: paintbox.url) }
    }

    private func sample(_ kind: String, in folder: TemporaryFolder, target: String) throws {
        let checkout = "\(folder.path)/\(kind)"
        try FileManager.default.createDirectory(atPath: checkout + "/load", withIntermediateDirectories: true)
        _ = try folder.write(
            "\(kind)/load/shop.yaml",
            """
            name: shop
            target: \(target)
            flows: {main: {steps: [{name: health, get: /health}]}}
            load: [{iterations: 5, users: 1}]
            objectives: [errors == 0, max response_time < 100s]
            """)
        let code = """
            import sys, yaml
            file = yaml.safe_load(open(sys.argv[1]))
            if sys.argv[2] == "github":
                steps = {step.get("name"): step.get("run", "") for step in file["jobs"]["load-test"]["steps"]}
                lines = [line for name in ("Install", "Run", "Report") for line in steps[name].splitlines()]
            else:
                job = {**file[".loadgate"], **file["load-test"]}
                lines = job["before_script"] + job["script"] + job["after_script"]
            print("\\n".join(line for line in lines if not line.startswith("apt-get")))
            """
        let name = kind == "github" ? "github-actions" : "gitlab-ci"
        let lines = try Binary(
            "/usr/bin/python3", ["-c", code, "\(Binary.package.path)/docs/ci/\(name).yml", kind]
        ).wait()
        #expect(lines.code == 0, "\(lines.errors)")
        let script = """
            set -e; cd '\(checkout)'
            export LOADGATE_URL='file://\(folder.path)/loadgate.tar.xz' JOB=https://ci.example/1 CI_JOB_URL=https://ci.example/1
            export GITHUB_PATH=path GITHUB_STEP_SUMMARY=summary PATH="$PWD/.loadgate/bin:$PATH"
            \(lines.output)
            """
        let run = try Binary("/bin/bash", ["-c", script]).wait(seconds: 60)
        #expect(run.code == 0, "\(run.output)\n\(run.errors)")
        let comment = try String(contentsOfFile: checkout + "/reports/ci/comment.md", encoding: .utf8)
        #expect(comment.contains("PASS shop") && comment.contains("(<https://ci.example/1>)"))
        #expect(FileManager.default.fileExists(atPath: checkout + "/reports/ci/junit.xml"))
    }
}

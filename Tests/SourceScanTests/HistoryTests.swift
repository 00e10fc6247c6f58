import Foundation
import Glibc
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct HistoryTests {
    private static let password = "Zp9" + "kfwe7xq"

    private func found(_ folder: ScannedFolder, _ change: (inout CredentialRule) -> Void = { _ in }) throws
        -> [SARIFFound]
    {
        let log = try TemporaryFolder().path + "/log.sarif"
        _ = folder.scan(history: true) {
            change(&$0)
            $0.sarif = log
        }
        return try SARIFFound.read(log)
    }

    private func repository() throws -> ScannedFolder {
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write("README.md", "Paintbox\n")
        try folder.commit("first")
        return folder
    }

    @Test(
        "A secret in several versions of a file is told once, with the oldest commit, its line there, and their number")
    func versions() throws {
        let folder = try repository()
        try folder.write("a.ini", "password = \(Self.password)\n")
        try folder.commit("second")
        let culprit = try folder.git("rev-parse HEAD")
        for number in 1...3 {
            try folder.write("a.ini", String(repeating: "; moved\n", count: number) + "password = \(Self.password)\n")
            try folder.commit("third")
        }
        try folder.git("mv a.ini b.ini")
        try folder.commit("renamed")
        try folder.write("b.ini", "password = ${PASSWORD}\n")
        try folder.commit("gone")
        let found = try found(folder)
        // The version that was renamed stands under its newest name.
        #expect(found.map(\.file) == ["b.ini", "a.ini"])
        #expect(Set(found.map(\.fingerprint)).count == 1)
        #expect(found.last?.commit == culprit)
        #expect(found.last?.line == 1)
        #expect(found.map(\.versions) == [1, 3])
        #expect(found.last?.sources == ["loadgate"])
    }

    @Test("Branches, tags, stashes, what is staged and what no branch leads to are searched; messages are, too")
    func everywhere() throws {
        let folder = try repository()
        func secret(_ number: Int) -> String { "password = \(Self.password)\(number)\n" }
        try folder.git("checkout -q -b side")
        try folder.write("branch.ini", secret(1))
        try folder.commit("side")
        try folder.git("checkout -q --detach main")
        try folder.write("tagged.ini", secret(2))
        try folder.commit("tagged")
        try folder.git("tag -a v1 -m 'DB_PASSWORD=\"\(Self.password)9\"'")
        try folder.git("checkout -q main")
        for number in 3...4 {
            try folder.write("stash\(number).ini", secret(number))
            try folder.git("add -A")
            try folder.git("stash push -q")
        }
        try folder.git(
            "commit -q --allow-empty -m 'token: \"\("gh" + "p_" + String("q8ZtR2vX5nLw7YbK3mDf9GhJ4cPs6TaEwRuQ"))\"'")
        let message = try folder.git("rev-parse HEAD")
        try folder.write("staged.ini", secret(5))
        try folder.git("add staged.ini")
        try FileManager.default.removeItem(atPath: folder.url.path + "/staged.ini")
        let found = try found(folder)
        #expect(
            Set(found.map(\.file)) == [
                "branch.ini", "tagged.ini", "stash3.ini", "stash4.ini", "staged.ini", "(message of a commit)",
                "(message of a tag)",
            ])
        #expect(found.first { $0.file == "(message of a commit)" }?.commit == message)
        #expect(found.first { $0.file == "(message of a commit)" }?.rule == "github_token")
        #expect(found.first { $0.file == "staged.ini" }?.commit == nil)
        #expect(found.filter { $0.file.hasPrefix("stash") }.allSatisfy { $0.commit != nil })
    }

    @Test("A secret that a merge alone brought is found, with the merge")
    func merges() throws {
        let folder = try repository()
        try folder.git("checkout -q -b side")
        try folder.write("side.txt", "x\n")
        try folder.commit("side")
        try folder.git("checkout -q main")
        try folder.git("merge -q --no-ff --no-commit side")
        try folder.write("README.md", "password: \(Self.password)\n")
        try folder.commit("merge")
        let merge = try folder.git("rev-parse HEAD")
        try folder.write("README.md", "Paintbox\n")
        try folder.commit("mended")
        let found = try found(folder)
        #expect(found.map(\.file) == ["README.md"])
        #expect(found.first?.commit == merge)
    }

    @Test("What is excluded is left out of the history, too, unless the same text stood elsewhere")
    func excluded() throws {
        let folder = try repository()
        try folder.write("vendor/a.ini", "password = \(Self.password)\n")
        try folder.commit()
        try folder.write("vendor/b.ini", "password = \(Self.password)2\n")
        try folder.write("src/b.ini", "password = \(Self.password)2\n")
        try folder.commit()
        try folder.git("rm -rq vendor src")
        try folder.commit("gone")
        let found = try found(folder) { $0.excluded = ["vendor"] }
        #expect(found.map(\.file) == ["src/b.ini"])
    }

    @Test("A shallow clone, a folder without a repository, and a broken repository are inconclusive")
    func incomplete() throws {
        let folder = try repository()
        try folder.commit("second")
        let clone = try ScannedFolder()
        try clone.git("clone -q --depth 1 'file://\(folder.url.path)' .")
        let shallow = clone.scan(history: true)
        #expect(shallow.verdict("history") == .inconclusive)
        #expect(shallow.finding("history")?.evidence.contains("shallow clone: its older commits are not there") == true)
        #expect(shallow.verdict("work_tree") == .pass)

        let plain = try ScannedFolder()
        try plain.write("a.txt", "x\n")
        let none = plain.scan(history: true)
        #expect(none.verdict("history") == .inconclusive)
        #expect(none.finding("history")?.evidence.contains("no git repository holds \(plain.url.path)") == true)
        #expect(plain.scan().finding("history") == nil)

        // An object that is gone.
        let blob = try folder.git("rev-parse HEAD:README.md")
        let object = folder.url.path + "/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
        try FileManager.default.removeItem(atPath: object)
        let broken = folder.scan(history: true)
        #expect(broken.verdict("history") == .inconclusive, "\(broken.words)")

        let unborn = try ScannedFolder()
        try unborn.git("init -q")
        try unborn.write("a.txt", "x\n")
        #expect(unborn.scan(history: true).verdict == .pass, "\(unborn.scan(history: true).words)")
    }

    @Test("A bare repository has a history; names with blanks, quotes and other alphabets are searched")
    func names() throws {
        let folder = try repository()
        for (number, name) in ["a b.ini", "\"q\".ini", "müsli.ini", "日本/語.ini", "-n.ini"].enumerated() {
            try folder.write(name, "password = \(Self.password)\(number)\n")
        }
        try folder.commit()
        let all = Set(["a b.ini", "\"q\".ini", "müsli.ini", "日本/語.ini", "-n.ini"])
        let found = try found(folder)
        #expect(Set(found.filter { $0.commit == nil }.map(\.file)) == all)
        #expect(Set(found.filter { $0.commit != nil }.map(\.file)) == all)
        let bare = try ScannedFolder()
        try bare.git("clone -q --bare '\(folder.url.path)' repository.git")
        let report = bare.scan(history: true) { $0.paths = [bare.url.path + "/repository.git"] }
        #expect(report.verdict("history") == .fail)
        #expect(report.verdict("work_tree") == .noData)
    }

    @Test("A repository can't make the scan run its programs")
    func programs() throws {
        let folder = try repository()
        let trace = folder.url.path + ".trace"
        defer { unlink(trace) }
        try folder.write("run.sh", "#!/bin/sh\necho ran >> '\(trace)'\nexit 1\n")
        chmod(folder.url.path + "/run.sh", 0o755)
        let program = folder.url.path + "/run.sh"
        for key in [
            "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external", "diff.x.textconv",
            "diff.x.command",
            "gpg.program", "filter.x.clean", "filter.x.smudge", "filter.x.process", "credential.helper",
            "core.alternateRefsCommand",
        ] {
            try folder.git("config \(key) '\(program)'")
        }
        try folder.git("config log.showSignature true")
        try folder.write(".gitattributes", "* diff=x filter=x\n")
        try folder.write(".git/info/attributes", "* diff=x filter=x\n")
        for hook in ["post-checkout", "post-index-change", "reference-transaction"] {
            try folder.write(".git/hooks/\(hook)", "#!/bin/sh\necho ran >> '\(trace)'\n")
            chmod(folder.url.path + "/.git/hooks/\(hook)", 0o755)
        }
        try folder.write("a.ini", "password = \(Self.password)\n")
        let report = folder.scan(history: true)
        #expect(report.verdict("work_tree") == .fail)
        #expect(!FileManager.default.fileExists(atPath: trace))
    }
}

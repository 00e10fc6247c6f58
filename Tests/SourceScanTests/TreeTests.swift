import Foundation
import Glibc
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct TreeTests {
    private static let password = "Zp9" + "kfwe7xq"
    private static let line = "DB_PASSWORD=\(password)\n"

    @Test("Files in UTF-16, with CRLF, and in one very long line are searched")
    func forms() throws {
        let folder = try ScannedFolder()
        let log = folder.url.path + ".sarif"
        defer { unlink(log) }
        let utf16 = "\r\nDB_PASSWORD=\(Self.password)\r\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        try folder.write("wide.env", [0xFF, 0xFE] + utf16)
        try folder.write("crlf.env", "A=1\r\nB=2\r\n" + Self.line)
        try folder.write(
            "long.json", "{\"a\":\"" + String(repeating: "é", count: 50_000) + "\",\"password\":\"\(Self.password)\"}")
        _ = folder.scan { $0.sarif = log }
        let found = try SARIFFound.read(log)
        #expect(found.map(\.file) == ["crlf.env", "long.json", "wide.env"])
        #expect(found.map(\.line) == [3, 1, 2])
        #expect(Set(found.map(\.fingerprint)).count == 1)
        let text = try String(contentsOfFile: log, encoding: .utf8)
        // {"a":" and the é, then ","password":": columns count characters, not bytes.
        #expect(text.contains("\"startColumn\" : \(6 + 50_000 + 14 + 1)"))
    }

    @Test("Binary files are left aside and counted, but for those that are key stores by name and content")
    func binaries() throws {
        let folder = try ScannedFolder()
        let version: [UInt8] = [0x30, 0x82, 0x04, 0xBD, 0x02, 0x01, 0x00, 0x30, 0x0D]
        try folder.write("a.png", [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0] + Array(Self.line.utf8))
        try folder.write("store.p12", [0x30, 0x82, 0, 1, 2, 3, 4, 5])
        try folder.write("trust.jks", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2])
        try folder.write("server.key", version + [0, 1, 2])
        // A certificate begins with a sequence inside the sequence; a Keynote document is a zip file.
        try folder.write("server.der", [0x30, 0x82, 0x04, 0xBD, 0x30, 0x82, 0x03, 0, 0])
        try folder.write("talk.key", [0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0, 0])
        let log = try TemporaryFolder().path + "/log.sarif"
        let report = folder.scan { $0.sarif = log }
        let found = try SARIFFound.read(log)
        #expect(found.map(\.file) == ["server.key", "store.p12", "trust.jks"])
        #expect(found.allSatisfy { $0.rule == "key_file" && $0.line == nil })
        #expect(report.finding("coverage")?.evidence.contains("6 binary files") == true)
        #expect(report.verdict("coverage") == .pass)
    }

    @Test("Links are not followed, and what they lead to is not searched")
    func links() throws {
        let folder = try ScannedFolder()
        let outside = try ScannedFolder()
        try outside.write("secret.env", Self.line)
        try folder.write("a.txt", "nothing\n")
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: folder.url.path + "/file", withDestinationPath: outside.url.path + "/secret.env")
        try manager.createSymbolicLink(atPath: folder.url.path + "/folder", withDestinationPath: outside.url.path)
        try manager.createSymbolicLink(atPath: folder.url.path + "/loop", withDestinationPath: ".")
        mkfifo(folder.url.path + "/pipe", 0o600)
        let report = folder.scan()
        #expect(report.verdict == .pass, "\(report.words)")
        #expect(report.finding("coverage")?.evidence.contains("4 links") == true)
    }

    @Test("A text that is too large is told, a binary that is too large is not")
    func large() throws {
        let folder = try ScannedFolder()
        try folder.write("dump.sql", String(repeating: "INSERT\n", count: 300) + Self.line)
        try folder.write("movie.bin", [UInt8](repeating: 0, count: 5000))
        try folder.write("small.txt", "x\n")
        let report = folder.scan { $0.maximumFileBytes = 1024 }
        #expect(report.verdict("work_tree") == .pass)
        #expect(report.verdict("coverage") == .inconclusive)
        #expect(report.finding("coverage")?.observed == "1 not read")
        #expect(report.finding("coverage")?.evidence.hasPrefix("Not read: dump.sql: it has 2,") == true)
        let excluded = folder.scan {
            $0.maximumFileBytes = 1024
            $0.excluded = ["*.sql"]
        }
        #expect(excluded.verdict == .pass)
        #expect(excluded.finding("coverage")?.evidence.contains("1 excluded files") == true)
    }

    @Test(
        "What can't be read, or is not there, is told and never green", .enabled(if: getuid() != 0, "root may read all")
    )
    func unreadable() throws {
        let folder = try ScannedFolder()
        try folder.write("a.env", Self.line)
        try folder.write("shut/b.txt", "x")
        chmod(folder.url.path + "/a.env", 0)
        chmod(folder.url.path + "/shut", 0)
        defer { chmod(folder.url.path + "/shut", 0o700) }
        let report = folder.scan()
        #expect(report.verdict("coverage") == .inconclusive)
        #expect(report.finding("coverage")?.evidence.contains("a.env: Permission denied") == true)
        #expect(report.finding("coverage")?.evidence.contains("shut/: Permission denied") == true)
    }

    @Test("Where nothing was searched nothing is green")
    func nothing() throws {
        let folder = try ScannedFolder()
        #expect(folder.scan().verdict("work_tree") == .noData)
        #expect(folder.scan().verdict == .noData)
        let missing = folder.scan { $0.paths = [folder.url.path + "/missing"] }
        #expect(missing.verdict("work_tree") == .noData)
        #expect(missing.verdict("coverage") == .inconclusive)
        #expect(missing.finding("coverage")?.evidence.contains("/missing: no such file or folder") == true)
        try folder.write("a.txt", "x\n")
        let stopped = ScannedFolder.scan(folder.rule(history: true), shouldStop: { true })
        #expect(stopped.verdict("work_tree") == .inconclusive)
        #expect(stopped.verdict("history") == .inconclusive)
        #expect(stopped.verdict("coverage") == .inconclusive)
        #expect(stopped.finding("work_tree")?.evidence.contains("because it was interrupted") == true)
        let late = folder.scan { $0.timeout = .nanoseconds(1) }
        #expect(late.finding("work_tree")?.evidence.contains("because its time was up") == true)
    }

    @Test("Of a work tree, ignored files are searched only where that is asked for")
    func untracked() throws {
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write(".gitignore", "*.env\nbuild/\n")
        try folder.write("kept.ini", "password = \(Self.password)\n")
        try folder.git("add .gitignore kept.ini")
        try folder.git("commit -q -m first")
        try folder.write("new.ini", "password = \(Self.password)\n")
        try folder.write("local.env", Self.line)
        try folder.write("build/out.env", Self.line)
        // Tracked all the same.
        try folder.write("forced.env", Self.line)
        try folder.git("add -f forced.env")
        func files(_ untracked: CredentialRule.Untracked) throws -> [String] {
            let log = try TemporaryFolder().path + "/log.sarif"
            _ = folder.scan {
                $0.untracked = untracked
                $0.sarif = log
            }
            return try SARIFFound.read(log).map(\.file)
        }
        #expect(try files(.none) == ["forced.env", "kept.ini"])
        #expect(try files(.unignored) == ["forced.env", "kept.ini", "new.ini"])
        #expect(try files(.all) == ["build/out.env", "forced.env", "kept.ini", "local.env", "new.ini"])
        // A file that is named is searched in any case.
        let named = folder.scan { $0.paths = [folder.url.path + "/local.env"] }
        #expect(
            named.finding("work_tree")?.evidence.hasPrefix("local.env:1:13: generic_password Zp… (10 characters)")
                == true)
    }

    @Test("Submodules and repositories inside are searched, under their paths; several roots are told apart")
    func nested() throws {
        let library = try ScannedFolder()
        try library.git("init -q")
        try library.write("lib.ini", "password = \(Self.password)\n")
        try library.commit()
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write("a.txt", "x\n")
        try folder.git("submodule --quiet add '\(library.url.path)' vendor/lib")
        try folder.commit()
        try folder.write("inner/b.ini", "password = \(Self.password)\n")
        try folder.git("init -q", in: "inner")
        func files(_ paths: [String]) throws -> [String] {
            let log = try TemporaryFolder().path + "/log.sarif"
            _ = folder.scan {
                $0.paths = paths
                $0.sarif = log
            }
            return try SARIFFound.read(log).map(\.file)
        }
        #expect(try files([folder.url.path]) == ["inner/b.ini", "vendor/lib/lib.ini"])
        let names = (folder.url.lastPathComponent, library.url.lastPathComponent)
        #expect(
            try files([folder.url.path, library.url.path, folder.url.path + "/inner"])
                == ["\(names.1)/lib.ini", "inner/b.ini", "\(names.0)/vendor/lib/lib.ini"])
        try folder.git("submodule --quiet deinit -f vendor/lib")
        let report = folder.scan()
        #expect(report.finding("coverage")?.evidence.contains("vendor/lib: the submodule is not checked out") == true)
    }
}

import Foundation
import Glibc
import TestSupport
import Testing

/// Files and outputs that can't be written cost neither the verdict nor the exit code.
@Suite("Outputs that can't be written", .serialized)
struct LostOutputTests {
    private let server: ScriptedServer
    private let folder: TemporaryFolder
    private static let hold = "the verdict and the exit code hold without"

    init() throws {
        server = try ScriptedServer(record: false) { request in
            [.send(ScriptedServer.response(request.path == "/bad" ? "500 Oops" : "200 OK"))]
        }
        folder = try TemporaryFolder()
    }

    /// A run by a shell that sets its limits first. The code is that of the run.
    private func run(_ before: String, _ path: String = "/", after: String = "", out: String) throws -> Binary.Result {
        let loadgate = Binary.url(of: "loadgate").path
        let command = "\(before) '\(loadgate)' \(server.url)\(path) --iterations 20 --no-live --out \(out) \(after)"
        return try Binary("/bin/bash", ["-c", command], in: folder.url).wait()
    }

    private func names(_ out: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + out).sorted()
    }

    @Test("Where no file may grow so large, the verdict and the exit code are as without, and no file is left in part")
    func fileSize() throws {
        defer { server.stop() }
        for (path, code, verdict) in [("/", Int32(0), "PASS"), ("/bad", 1, "FAIL")] {
            // An older run's result would be taken for this one's.
            _ = try FileManager.default.createDirectory(
                atPath: folder.path + "/out", withIntermediateDirectories: true)
            _ = try folder.write("out/result.json", "{\"verdict\": \"pass\"}")
            // Blocks of 1,024 bytes: the head of the progress has room, a result has not. Bash's own output is a file, too.
            let result = try run("ulimit -f 4;", path, out: "out")
            #expect(result.code == code, "\(result.errors)")
            #expect(result.output.contains(verdict), "\(result.output)")
            let told = result.errors.split(separator: "\n").filter { $0.contains(Self.hold) }
            #expect(told.count == 1, "\(result.errors)")
            #expect(told.first?.contains("can't write out/result.json") == true, "\(result.errors)")
            #expect(told.first?.contains("File too large") == true, "\(result.errors)")
            let left = try names("out")
            #expect(!left.contains { $0.hasSuffix(".part") || $0 == "result.json" || $0 == "report.html" }, "\(left)")
        }
    }

    @Test("Where the disk is full, too", .enabled(if: LostOutputTests.mayMount, "no mount namespace can be made here"))
    func fullDisk() throws {
        defer { server.stop() }
        // 32 KiB: the page of the report doesn't fit in, whatever else does. The names are told within the namespace.
        let command = """
            mkdir small && mount -t tmpfs -o size=32k tmpfs small && '\(Binary.url(of: "loadgate").path)' \(server.url)/bad \
            --iterations 20 --no-live --out small; code=$?; ls small; exit $code
            """
        let result = try Binary("/usr/bin/unshare", ["-m", "bash", "-c", command], in: folder.url).wait()
        #expect(result.code == 1, "\(result.errors)")
        #expect(result.output.contains("FAIL"))
        #expect(result.errors.contains("No space left on device; \(Self.hold)"), "\(result.errors)")
        #expect(!result.output.contains(".part") && !result.output.contains("report.html\n"), "\(result.output)")
    }

    static let mayMount = {
        let result = try? Binary("/usr/bin/unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).wait()
        return result?.code == 0
    }()

    @Test("A full standard output is said, a closed one is not; both leave the verdict and the files as they are")
    func standardOutput() throws {
        defer { server.stop() }
        for format in ["text", "json"] {
            let full = try run("", "/bad", after: "--format \(format) > /dev/full", out: "full")
            #expect(full.code == 1)
            #expect(full.errors.contains("can't write standard output: No space left on device"), "\(full.errors)")
            #expect(try folder.json("full/result.json")["verdict"] as? String == "fail")
            // `true` has ended before the run has anything to say.
            let closed = try run("", "/bad", after: "--format \(format) | true; exit ${PIPESTATUS[0]}", out: "closed")
            #expect(closed.code == 1)
            #expect(!closed.errors.contains("can't write"), "\(closed.errors)")
            #expect(try folder.json("closed/result.json")["verdict"] as? String == "fail")
        }
        let head = try run("", after: "| head -n 1; exit ${PIPESTATUS[0]}", out: "head")
        #expect(head.code == 0, "\(head.errors)")
        #expect(head.output.split(separator: "\n").count == 1)
    }
}

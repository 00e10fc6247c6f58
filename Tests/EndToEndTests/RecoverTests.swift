import Foundation
import Glibc
import TestSupport
import Testing

/// `loadgate recover` and the guardian, by the built program.
@Suite("Recovery", .serialized)
struct RecoverTests {
    /// The journal of a run that was killed with faults in force: a file that one of them made, and an undo that fails.
    private func journal(in folder: TemporaryFolder, failing: Bool) throws -> String {
        let file = try folder.write("broken", "")
        func begun(_ number: Int, _ source: String, _ command: [String]) -> String {
            let words = command.map { "{\"pieces\":[{\"literal\":{\"_0\":\"\($0)\"}}]}" }.joined(separator: ",")
            return
                "{\"begun\":{\"_0\":{\"at\":\"2026-01-01T00:00:00Z\",\"boot\":\"\",\"folder\":\"/\",\"number\":\(number),"
                + "\"process\":{\"id\":1,\"started\":0},\"recovery\":[{\"run\":{\"_0\":[\(words)],\"seconds\":10}}],"
                + "\"source\":\"\(source)\"}}}\n"
        }
        let second = failing ? begun(2, "run fly stop", ["false"]) : ""
        _ = try folder.write("faults.jsonl", begun(1, "run touch broken", ["rm", "-f", file]) + second)
        return file
    }

    @Test("What is in force is undone; once more there is nothing to do")
    func undone() throws {
        let folder = try TemporaryFolder()
        let file = try journal(in: folder, failing: false)
        let first = try Binary.run("recover", folder.path)
        #expect(first.output == "undone: run touch broken (rm exited with code 0)\n")
        #expect(first.code == 0, "\(first.errors)")
        #expect(access(file, F_OK) != 0)
        let second = try Binary.run("recover", folder.path)
        #expect(second.output == "no fault is in force: nothing to undo in \(folder.path)\n")
        #expect(second.code == 0)
    }

    @Test("What can't be undone is named with what to do, and the exit code tells")
    func left() throws {
        let folder = try TemporaryFolder()
        let file = try journal(in: folder, failing: true)
        let result = try Binary.run("recover", folder.path)
        #expect(result.code == 1)
        #expect(
            result.errors
                == "NOT undone: run fly stop: false exited with code 1; to be done by hand: run: false\n")
        #expect(result.output == "undone: run touch broken (rm exited with code 0)\n")
        #expect(access(file, F_OK) != 0)
    }

    @Test("A folder that isn't there, one without a journal, and a damaged journal")
    func folders() throws {
        let folder = try TemporaryFolder()
        #expect(try Binary.run("recover", folder.path + "/none").code == 65)
        #expect(try Binary.run("recover", folder.path).code == 0)
        _ = try folder.write("faults.jsonl", "broken\n")
        let damaged = try Binary.run("recover", folder.path)
        #expect(damaged.code == 65)
        #expect(damaged.errors.contains("faults.jsonl:1: the journal of faults is damaged"))
    }

    @Test("The program is the guardian of a drill that is killed, and is named nowhere")
    func guardian() throws {
        let folder = try TemporaryFolder()
        let state = folder.path + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let driver = try Binary(
            "drill-driver", ["drill", folder.path, state],
            environment: ["LOADGATE_PROGRAM": Binary.url(of: "loadgate").path])
        func left() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? [] }
        #expect(Wait.until { left().contains("c") })
        driver.signal(SIGKILL)
        let recovered = folder.path + "/recovered.txt"
        #expect(Wait.until { access(recovered, F_OK) == 0 && left().isEmpty })
        #expect(try !Binary.run("--help").output.contains("guardian"))
    }
}

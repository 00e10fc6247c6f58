import CLinux
public import Foundation
import Glibc

/// One of the package's programs, as it was built beside the tests, run the way a user runs it.
public final class Binary {
    /// What a finished program left.
    public struct Result {
        /// The exit code, or 128 and the signal.
        public var code: Int32
        /// What it printed.
        public var output: String
        /// What it complained of.
        public var errors: String
    }

    /// The root of the package.
    public static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private let process = Process()
    private let outputFile: URL
    private let errorFile: URL

    /// Starts a program. `name` is a product of the package, or a path.
    public init(
        _ name: String = "loadgate", _ arguments: [String], in folder: URL = Binary.package,
        environment: [String: String] = [:]
    ) throws {
        let id = UUID().uuidString
        outputFile = FileManager.default.temporaryDirectory.appendingPathComponent("\(id).out")
        errorFile = FileManager.default.temporaryDirectory.appendingPathComponent("\(id).err")
        for file in [outputFile, errorFile] {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.executableURL = Self.url(of: name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = try FileHandle(forWritingTo: outputFile)
        let errors = try FileHandle(forWritingTo: errorFile)
        // A `Process` is never let go of by Foundation, and would keep them open until the tests' end.
        defer { for handle in [output, errors] { try? handle.close() } }
        process.standardOutput = output
        process.standardError = errors
        // A test runs on a thread that blocks signals, which a program would inherit: SIGTERM would not end it.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) }
    }

    /// Runs a program to its end.
    public static func run(
        _ arguments: String..., in folder: URL = Binary.package, environment: [String: String] = [:]
    ) throws -> Result {
        try Binary("loadgate", arguments, in: folder, environment: environment).wait()
    }

    /// A shell command of the system, run to its end.
    public static func shell(_ command: String, in folder: URL = Binary.package) throws -> Result {
        try Binary("/bin/bash", ["-c", command], in: folder).wait()
    }

    /// The path of a product, which lies beside the tests' own executable.
    public static func url(of name: String) -> URL {
        if name.hasPrefix("/") { return URL(fileURLWithPath: name) }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name)
    }

    /// Its process id.
    public var identifier: Int32 { process.processIdentifier }

    /// False once it has ended.
    public var isRunning: Bool { process.isRunning }

    /// What was printed so far.
    public var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// What was complained of so far.
    public var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end, for `seconds` at most; then the program is killed and the test fails.
    public func wait(seconds: Double = 120) throws -> Result {
        guard Wait.until(within: seconds, { !self.process.isRunning }) else {
            kill(process.processIdentifier, SIGKILL)
            throw TestFailure("still running after \(seconds) s: \(errors)")
        }
        let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Result(code: code, output: output, errors: errors)
    }
}

/// A folder that is removed with its last reference.
public final class TemporaryFolder {
    /// Where it is.
    public let url: URL

    /// Makes one.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("loadgate-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Its path.
    public var path: String { url.path }

    /// Writes a file and gives its path.
    public func write(_ name: String, _ text: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    /// Writes a scenario of one GET that no errors are allowed for. Its latency limit is so wide that a slow machine is
    /// no reason to call the run invalid.
    public func scenario(target: String, load: String) throws -> String {
        try write(
            "scenario.yaml",
            """
            name: simple run
            target: \(target)
            flows: {main: {steps: [{name: step, get: /}]}}
            load: [\(load)]
            objectives: [errors == 0, max response_time < 100s]
            """)
    }

    /// A JSON file of the folder.
    public func json(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: url.appendingPathComponent(name))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}

extension Binary {
    /// A program of the system; servers lie where a user's path may not lead.
    public static func path(of program: String) throws -> String {
        try shell("command -v \(program) || echo /usr/sbin/\(program)").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Starts a server that can't choose a port by itself. The port was free a moment ago; another process may take it
    /// first, so there are some tries.
    public static func onFreePort(_ start: (Int) throws -> Binary) throws -> (Binary, port: Int) {
        for _ in 0..<5 {
            let free = try ScriptedServer(always: "")
            free.stop()
            let binary = try start(free.port)
            _ = Wait.until(within: 5) { accepts(free.port) || !binary.isRunning }
            if binary.isRunning, accepts(free.port) { return (binary, free.port) }
            binary.signal(SIGKILL)
        }
        throw TestFailure("a server does not start")
    }

    private static func accepts(_ port: Int) -> Bool {
        (try? shell("exec 3<>/dev/tcp/127.0.0.1/\(port)").code) == 0
    }
}

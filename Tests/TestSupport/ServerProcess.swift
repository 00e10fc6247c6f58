import CLinux
import Foundation
import Glibc

/// A server program of the system that a test runs: its ports are free ones, its files lie in a folder of its own, and it
/// ends with the last reference.
final class ServerProcess {
    /// The ports on 127.0.0.1 that it was given.
    let ports: [Int]
    private let process: Process
    private let folder: URL
    private let ending: Int32

    /// Starts `program` and waits until every port takes connections, for `seconds` at most. `files` gives the texts of its
    /// files by name, `arguments` what it is started with, `ending` the signal that ends it; `user` is who it runs as, with
    /// its folder.
    init(
        _ program: String, ports count: Int, ending: Int32 = SIGTERM, user: ServerUser? = nil,
        within seconds: Double = 10,
        files: (_ ports: [Int], _ folder: String) -> [String: String],
        arguments: (_ ports: [Int], _ folder: String) -> [String]
    ) throws {
        self.ending = ending
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("loadgate-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var started: (Process, [Int])?
        // A port that was free a moment ago may be taken by another process, so there are some tries.
        for _ in 0..<4 where started == nil {
            let ports = try (0..<count).map { _ in try Self.freePort() }
            for (name, text) in files(ports, folder.path) {
                try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            let process = Process()
            let command = [try Self.path(of: program)] + arguments(ports, folder.path)
            try user?.own(folder.path)
            process.setCommand(user?.command(command) ?? command)
            process.currentDirectoryURL = folder
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            let isUp = Wait.until(within: seconds) { !process.isRunning || ports.allSatisfy(Self.accepts) }
            if isUp, process.isRunning {
                started = (process, ports)
            } else {
                Self.stop(process, ending)
            }
        }
        guard let started else {
            try? FileManager.default.removeItem(at: folder)
            throw TestFailure("\(program) does not start")
        }
        (process, ports) = started
    }

    /// Where its files lie.
    var folderPath: String { folder.path }

    deinit {
        Self.stop(process, ending)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func stop(_ process: Process, _ ending: Int32) {
        kill(process.processIdentifier, ending)
        if !Wait.until(within: 5, { !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Servers lie where a user's path may not lead.
    static func path(of program: String) throws -> String {
        if program.hasPrefix("/") { return program }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin"]
        for folder in folders where access("\(folder)/\(program)", X_OK) == 0 { return "\(folder)/\(program)" }
        throw TestFailure("\(program) is not installed: make setup")
    }

    private static func freePort() throws -> Int {
        let socket = try ListeningSocket()
        close(socket.descriptor)
        return socket.port
    }

    private static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

import Foundation
import Glibc
import TestSupport

/// A `paintbox-target` process of the test's own.
final class Paintbox {
    let url: String
    let control: String
    private let binary: Binary

    init(_ options: String...) throws {
        let binary = try Binary("paintbox-target", ["--port", "0", "--control-port", "0"] + options)
        func address(_ kind: String) -> String? {
            binary.output.split(separator: "\n").first { $0.contains(" \(kind) on http") }
                .flatMap { $0.split(separator: " ").last.map(String.init) }
        }
        guard Binary.eventually({ address("listening") != nil && address("control") != nil }) else {
            throw TestFailure("paintbox-target does not start: \(binary.errors)")
        }
        url = address("listening") ?? ""
        control = address("control") ?? ""
        self.binary = binary
    }

    deinit {
        binary.signal(SIGTERM)
        _ = try? binary.wait(seconds: 10)
    }
}

/// An nginx process of the test's own.
final class Nginx {
    let url: String
    private let binary: Binary
    private let folder: TemporaryFolder

    /// `location` is the body of the server block.
    init(_ location: String = #"location / { return 200 "hello world\n"; }"#) throws {
        let folder = try TemporaryFolder()
        var started: (Binary, Int)?
        // The port was free a moment ago; another process may take it first, so there are some tries.
        for _ in 0..<5 where started == nil {
            let port = try Self.freePort()
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder.path);"
            }
            let configuration = try folder.write(
                "nginx.conf",
                """
                daemon off; worker_processes 1; pid \(folder.path)/nginx.pid; error_log stderr;
                events { worker_connections 4096; }
                http {
                    access_log off; keepalive_requests 1000000; \(temporary.joined(separator: " "))
                    server { listen 127.0.0.1:\(port) backlog=4096; \(location) }
                }
                """)
            let path = try Binary.shell("command -v nginx || echo /usr/sbin/nginx").output
            let binary = try Binary(
                path.trimmingCharacters(in: .whitespacesAndNewlines), ["-p", folder.path, "-c", configuration])
            let accepts = Binary.eventually(within: 5) { Self.accepts(port) || !binary.isRunning }
            if accepts, binary.isRunning { started = (binary, port) }
        }
        guard let (binary, port) = started else { throw TestFailure("nginx does not start") }
        self.folder = folder
        self.binary = binary
        url = "http://127.0.0.1:\(port)"
    }

    deinit {
        binary.signal(SIGQUIT)
        _ = try? binary.wait(seconds: 10)
    }

    private static func freePort() throws -> Int {
        let server = try ScriptedServer(always: "")
        defer { server.stop() }
        return server.port
    }

    private static func accepts(_ port: Int) -> Bool {
        (try? Binary.shell("exec 3<>/dev/tcp/127.0.0.1/\(port)").code) == 0
    }
}

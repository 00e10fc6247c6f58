import Foundation
import Glibc

/// An nginx process of the test's own.
public final class Nginx {
    /// `http://127.0.0.1:port`, or `https://` where it listens with TLS.
    public let url: String
    /// Its port on 127.0.0.1.
    public let port: Int
    private let binary: Binary
    private let folder: TemporaryFolder

    /// `location` is the body of the server block; `listening` goes on with the `listen` directive: `ssl http2`; `http`
    /// stands beside the server block, and its relative paths begin at a folder of this server.
    public init(
        _ location: String = #"location / { return 200 "hello world\n"; }"#, listening options: String = "",
        http: String = ""
    ) throws {
        let folder = try TemporaryFolder()
        let (binary, port) = try Binary.onFreePort { port in
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
                    \(http)
                    server { listen 127.0.0.1:\(port) \(options) backlog=4096; \(location) }
                }
                """)
            return try Binary(Binary.path(of: "nginx"), ["-p", folder.path, "-c", configuration])
        }
        self.folder = folder
        self.binary = binary
        self.port = port
        url = "\(options.contains("ssl") ? "https" : "http")://127.0.0.1:\(port)"
    }

    deinit {
        binary.signal(SIGQUIT)
        _ = try? binary.wait(seconds: 10)
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

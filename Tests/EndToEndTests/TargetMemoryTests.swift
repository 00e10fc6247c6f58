import Foundation
import Glibc
import TestSupport
import Testing

/// What the reference target takes when its clients mean harm.
@Suite("The reference target's memory", .serialized)
struct TargetMemoryTests {
    @Test("Two thousand half bodies take no more than the bodies that may wait")
    func halfBodies() throws {
        let target = try Binary("paintbox-target", ["--port", "0", "--control-port", "0"])
        defer {
            target.signal(SIGTERM)
            _ = try? target.wait(seconds: 10)
        }
        func port() -> String? {
            target.output.split(separator: "\n").first { $0.contains(" listening on http") }
                .flatMap { $0.split(separator: ":").last.map(String.init) }
        }
        #expect(Wait.until { port() != nil })
        let folder = try TemporaryFolder()
        // 2,000 times 300,000 bytes are 600 MB. Each sends until the server takes no more of it.
        let script = try folder.write(
            "half.py",
            """
            import resource, socket, sys
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
            head = b"POST /api/v1/calculate HTTP/1.1\\r\\nHost: a\\r\\nContent-Type: application/json\\r\\nContent-Length: 600000\\r\\n\\r\\n"
            open_ones = []
            for _ in range(2000):
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
                peer.settimeout(5)
                try: peer.sendall(head + b" " * 300000)
                except OSError: pass
                open_ones.append(peer)
            status = open(f"/proc/{sys.argv[2]}/status").read()
            print([line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")][0])
            """)
        let sent = try Binary.shell("/usr/bin/python3 '\(script)' \(port() ?? "0") \(target.identifier)")
        #expect(sent.code == 0, "\(sent.errors)")
        let kibibytes = try #require(Int(sent.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(sent.output)")
        // 64 MiB of bodies, what 2,000 connections need, and the program itself; 600 MB would be all of them.
        #expect(kibibytes < 250 * 1024, "\(kibibytes) KiB")
    }
}

import Dispatch
import Glibc
import NIOConcurrencyHelpers
import Testing

@testable import PaintboxTarget

@Suite("The pool of sessions")
struct SessionPoolTests {
    private final class Gate: Sendable {
        let opened = NIOLockedValueBox(0)
        let semaphore = DispatchSemaphore(value: 0)
    }

    /// Polls for at most ten seconds.
    private func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<2_000 {
            if condition() { return true }
            usleep(5_000)
        }
        return condition()
    }

    @Test("opens more while jobs wait, up to its bound, and gives the idle ones back")
    func growth() {
        let gate = Gate()
        let pool = SessionPool<Int>(size: 2...4, idle: .milliseconds(20)) {
            gate.opened.withLockedValue { opened in
                opened += 1
                return opened
            }
        }
        defer { pool.stop() }
        #expect(pool.usage == PoolUsage(open: 2))
        for _ in 0..<10 { pool.submit { _ in gate.semaphore.wait() } }
        #expect(eventually { pool.usage == PoolUsage(open: 4, active: 4, waiting: 6) })
        for _ in 0..<10 { gate.semaphore.signal() }
        #expect(eventually { pool.usage == PoolUsage(open: 2, active: 0, waiting: 0, done: 10) })
        #expect(gate.opened.withLockedValue { $0 } == 4)
    }

    @Test("ends its sessions when it is stopped")
    func stop() {
        let pool = SessionPool<Int>(size: 3...3) { 0 }
        pool.stop()
        #expect(eventually { pool.usage.open == 0 })
    }

    @Test("stands in front of projects: answers are the same, and its use is told by the metrics")
    func answers() throws {
        var settings = PaintboxSettings()
        settings.port = 0
        settings.rateLimit.algorithm = .off
        let plain = try PaintboxServer(settings)
        defer { plain.stop() }
        settings.database = DatabaseSettings(.memory(queryMicroseconds: 200))
        let pooled = try PaintboxServer(settings)
        defer { pooled.stop() }
        let requests: [(String, String, String?)] = [
            ("GET", "/api/v1/projects?page=2", nil), ("GET", "/api/v1/projects/7", nil),
            ("GET", "/api/v1/projects/999999", nil), ("POST", "/api/v1/projects", #"{"name":"a","client":"b"}"#),
            ("GET", "/api/v1/projects/201", nil), ("POST", "/api/v1/projects/201/estimates", #"{"area":1,"coats":1}"#),
            ("GET", "/api/v1/projects/201/estimates", nil), ("POST", "/api/v1/projects/0/estimates", "{}"),
            ("GET", "/api/v1/projects?page=0", nil),
        ]
        let clients = try [TestClient(plain.port), TestClient(pooled.port)]
        for (method, path, body) in requests {
            let answers = try clients.map { try $0.ask(method, path, body: body) }
            #expect(answers[0].status == answers[1].status, "\(method) \(path)")
            #expect(answers[0].text == answers[1].text, "\(method) \(path)")
        }
        let metrics = try TestClient(pooled.controlPort).ask("GET", "/metrics").text
        #expect(metrics.contains("\npaintbox_pool_sessions 5\n"))
        #expect(metrics.contains("\npaintbox_pool_active 0\n"))
        #expect(metrics.contains("\npaintbox_pool_waiting 0\n"))
        // One query each; what was refused before it asked for nothing.
        #expect(metrics.contains("\npaintbox_pool_queries_total 7\n"))
        #expect(!(try TestClient(plain.controlPort).ask("GET", "/metrics").text.contains("pool")))
    }

    @Test("says why a database can't be used")
    func unusable() {
        var settings = PaintboxSettings()
        settings.port = 0
        settings.database = DatabaseSettings(.postgres(connection: "host=127.0.0.1 port=1 connect_timeout=2"))
        #expect { try PaintboxServer(settings) } throws: { "\($0)".hasPrefix("can't use the database: ") }
        settings.database = nil
        settings.redis = RedisAddress("127.0.0.1:1")
        #expect { try PaintboxServer(settings) } throws: { "\($0)" == "Redis at 127.0.0.1:1 doesn't answer" }
    }
}

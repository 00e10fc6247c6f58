import Foundation
import Glibc
import TestSupport
import Testing

@Suite("loadgate proxy") struct ProxyCommandTests {
    @Test("says where it listens, serves its API, and ends in order", arguments: [SIGINT, SIGTERM])
    func runs(signal: Int32) throws {
        let proxy = try Binary(
            "loadgate", ["proxy", "--api", "127.0.0.1:0", "--proxy", "db=127.0.0.1:0=127.0.0.1:9"])
        #expect(Wait.until { proxy.errors.contains("API: ") || !proxy.isRunning })
        let api = try #require(proxy.errors.firstMatch(of: #/API: (http:\S+)/#)?.output.1)
        let listen = try #require(proxy.errors.firstMatch(of: #/db: (\S+) leads to 127.0.0.1:9/#)?.output.1)
        let answer = try Binary.shell("curl -s \(api)/proxies/db")
        #expect(
            answer.output
                == "{\"name\":\"db\",\"listen\":\"\(listen)\",\"upstream\":\"127.0.0.1:9\",\"enabled\":true,\"toxics\":[]}"
        )
        proxy.signal(signal)
        #expect(try proxy.wait().code == 0)
    }

    @Test(
        "what can't be is told, with code 64",
        arguments: [
            (["--api", "0.0.0.0:0"], "listen on loopback only"), (["--api", "x"], "--api wants HOST:PORT, got 'x'"),
            (["--proxy", "a=b"], "--proxy wants NAME=LISTEN=UPSTREAM, got 'a=b'"),
            (["--proxy", "a=127.0.0.1:0=192.0.2.1:80"], "neither on this machine nor authorised"),
        ])
    func refuses(arguments: [String], reason: String) throws {
        let result = try Binary("loadgate", ["proxy"] + arguments).wait()
        #expect(result.code == 64)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }
}

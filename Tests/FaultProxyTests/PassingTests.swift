import CLinux
import Foundation
import Glibc
import Scenarios
import TestSupport
import Testing

@testable import FaultProxy

@Suite("A proxy without disturbances") struct PassingTests {
    @Test("bytes pass both ways, and are counted") func passes() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        client.send("ping")
        #expect(server.text(4) == "ping")
        server.send("pong!")
        #expect(client.text(5) == "pong!")
        let counts = try course.proxy.counts("p")
        #expect(counts.open == 1 && counts.accepted == 1 && counts.failed == 0 && counts.isListening)
        #expect(counts.bytesUpstream == 4 && counts.bytesDownstream == 5)
    }

    @Test("an end is passed on each way by itself") func halfClose() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        client.send("question")
        client.finish()
        #expect(server.rest() == (Array("question".utf8), .end))
        server.send("answer")
        server.end()
        #expect(client.rest() == (Array("answer".utf8), .end))
        #expect(Wait.until { (try? course.proxy.counts("p").open) == 0 })
    }

    @Test("a reset is passed on as a reset") func reset() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        client.send("x")
        #expect(server.text(1) == "x")
        client.reset()
        #expect(server.receive() == .reset)
        let (another, second) = try course.connect()
        second.reset()
        #expect(another.receive() == .reset)
    }

    @Test("a reader that is slow makes the sender wait, and gets all of it in order") func backPressure() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        // More than the kernel's and the proxy's buffers hold.
        let sent = pattern(32 * 1024 * 1024)
        let sending = Background {
            let count = client.send(sent)
            client.finish()
            return count
        }
        #expect(Wait.until { (try? course.proxy.counts("p").bytesUpstream) ?? 0 > 65_536 })
        #expect(server.rest() == (sent, .end))
        #expect(try sending.join() == sent.count)
    }

    @Test("where nobody listens at the upstream, a client is reset") func deadUpstream() throws {
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let dead = try Upstream().address
        let address = try proxy.add(name: "p", listen: HostPort(host: "127.0.0.1", port: 0), upstream: dead)
        #expect(try Peer(to: address).receive() == .reset)
        #expect(Wait.until { (try? proxy.counts("p").failed) == 1 })
    }

    @Test("two proxies don't touch each other") func two() throws {
        let course = try Course()
        let second = try Upstream()
        let address = try course.proxy.add(
            name: "q", listen: HostPort(host: "127.0.0.1", port: 0), upstream: second.address)
        try course.disturb(.blackhole)
        let client = try Peer(to: address)
        let server = try second.accept()
        client.send("through")
        #expect(server.text(7) == "through")
        #expect(try course.proxy.counts("q").accepted == 1)
        #expect(try course.proxy.counts("p").accepted == 0)
    }

    @Test("connections are spread over several threads, and all pass", arguments: [1, 3])
    func many(workers: Int) throws {
        let course = try Course(workers: workers)
        var pairs: [(Peer, Peer)] = []
        for _ in 0..<60 { pairs.append(try course.connect()) }
        for (client, server) in pairs {
            client.send("x")
            server.send("y")
        }
        // Who is accepted first need not be connected first.
        for (client, server) in pairs { #expect(client.text(1) == "y" && server.text(1) == "x") }
        #expect(try course.proxy.counts("p").open == 60)
    }

    @Test("As many connections are held at once as descriptors allow, 5,000 at most") func thousands() throws {
        // Four descriptors each lie in this process: the client's, the upstream's, and two of the proxy.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // What other tests of this process have open, or open meanwhile, needs some, too.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        let count = min(5_000, (Int(clamping: limit.rlim_cur) - open - 1_000) / 4)
        let course = try Course()
        var pairs: [(client: Peer, server: Peer)] = []
        for _ in 0..<count { pairs.append(try course.connect()) }
        #expect(try course.proxy.counts("p").open == count)
        for pair in pairs { pair.client.send("x") }
        #expect(pairs.allSatisfy { $0.server.text(1) == "x" })
        for pair in pairs { pair.server.send("y") }
        #expect(pairs.allSatisfy { $0.client.text(1) == "y" })
        pairs = []
        #expect(Wait.until { (try? course.proxy.counts("p").open) == 0 })
    }

    @Test("a disabled proxy refuses, resets what is open, and listens again on its port") func disabled() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        for _ in 0..<20 {
            try course.proxy.setEnabled("p", false)
            #expect(throws: Peer.Refused(code: ECONNREFUSED)) { try Peer(to: course.address) }
            #expect(try !course.proxy.counts("p").isListening)
            try course.proxy.setEnabled("p", true)
            let (again, _) = try course.connect()
            again.end()
        }
        #expect(client.receive() == .reset && server.receive() == .reset)
    }

    @Test("a port that was taken meanwhile is told after some tries; once it is free the proxy listens again")
    func stolen() throws {
        let course = try Course()
        let name = try course.disturb(.refuse)
        // Only who sets SO_REUSEADDR and wants just this port gets it.
        var address = try ProxyAddress.toListen(on: course.address)
        let thief = loadgate_bound_socket(&address.storage, address.length)
        #expect(listen(thief, 1) == 0)
        let error = #expect(throws: ProxyError.self) { try course.calm(name) }
        #expect(error?.kind == .unavailable)
        #expect(try !course.proxy.counts("p").isListening)
        close(thief)
        try course.proxy.setEnabled("p", true)
        _ = try course.connect()
    }

    @Test("a removed or stopped proxy refuses, and resets what is open") func removed() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        try course.proxy.remove("p")
        #expect(client.receive() == .reset && server.receive() == .reset)
        #expect(throws: Peer.Refused(code: ECONNREFUSED)) { try Peer(to: course.address) }
        #expect(throws: ProxyError.self) { try course.proxy.counts("p") }
        course.proxy.stop()
        #expect(throws: ProxyError.self) {
            try course.proxy.add(name: "q", listen: course.address, upstream: course.upstream.address)
        }
    }

    @Test(
        "addresses that may not be are refused with the reason",
        arguments: [
            (HostPort(host: "0.0.0.0", port: 0), HostPort(host: "127.0.0.1", port: 1), "listen on loopback only"),
            (HostPort(host: "::", port: 0), HostPort(host: "127.0.0.1", port: 1), "listen on loopback only"),
            (HostPort(host: "127.0.0.1", port: 0), HostPort(host: "192.0.2.1", port: 1), "nor authorised"),
            (HostPort(host: "127.0.0.1", port: 0), HostPort(host: "127.0.0.1", port: 0), "must be 1 to 65535"),
            (HostPort(host: "127.0.0.1", port: 70_000), HostPort(host: "127.0.0.1", port: 1), "must be 0 to 65535"),
        ])
    func addresses(listen: HostPort, upstream: HostPort, reason: String) throws {
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let error = #expect(throws: ProxyError.self) { try proxy.add(name: "p", listen: listen, upstream: upstream) }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("a name or port that is taken is told") func taken() throws {
        let course = try Course()
        let first = #expect(throws: ProxyError.self) {
            try course.proxy.add(name: "p", listen: course.address, upstream: course.upstream.address)
        }
        #expect(first?.kind == .exists)
        let second = #expect(throws: ProxyError.self) {
            try course.proxy.add(name: "q", listen: course.upstream.address, upstream: course.upstream.address)
        }
        #expect(second?.kind == .unavailable)
    }

    @Test("IPv6's loopback is listened on and connected to") func ipv6() throws {
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let upstream = try Upstream()
        let address = try proxy.add(name: "p", listen: HostPort(host: "::1", port: 0), upstream: upstream.address)
        #expect(address.host == "::1")
        let client = try Peer(to: address)
        client.send("x")
        #expect(try upstream.accept().text(1) == "x")
    }
}

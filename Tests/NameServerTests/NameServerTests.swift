import CLinux
import Foundation
import Glibc
import Scenarios
import TestSupport
import Testing

@testable import NameServer

/// A resolver's side: messages over UDP and TCP.
private struct Resolver {
    let address: HostPort

    /// A question's message. `flags`: its second and third byte.
    static func message(_ name: String, type: UInt16, kind: UInt16 = 1, id: UInt16 = 0x1234, flags: [UInt8] = [1, 0])
        -> [UInt8]
    {
        var bytes = [UInt8(id >> 8), UInt8(truncatingIfNeeded: id)] + flags + [0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return bytes + [0, UInt8(type >> 8), UInt8(truncatingIfNeeded: type), 0, UInt8(kind)]
    }

    private func socket(_ type: __socket_type) throws -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(self.address.port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TestFailure("connect: \(errno)") }
        return descriptor
    }

    /// What a message is answered over UDP.
    func ask(_ message: [UInt8]) throws -> [UInt8] {
        let descriptor = try socket(SOCK_DGRAM)
        defer { close(descriptor) }
        return exchange(descriptor, message)
    }

    func exchange(_ descriptor: Int32, _ message: [UInt8]) -> [UInt8] {
        send(descriptor, message, message.count, 0)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer[..<max(0, count)])
    }

    /// What bytes over TCP are answered, up to the end.
    func pour(_ bytes: [UInt8]) throws -> [UInt8] {
        let descriptor = try socket(SOCK_STREAM)
        defer { close(descriptor) }
        _ = bytes.withUnsafeBytes { loadgate_send(descriptor, $0.baseAddress, $0.count) }
        shutdown(descriptor, Int32(SHUT_WR))
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return all }
            all += buffer[..<count]
        }
    }
}

@Suite("The name server") struct NameServerTests {
    private func serve(_ addresses: [String], ttl: Duration = .seconds(5)) throws -> (NameServer, HostPort) {
        var declaration = NameDeclaration(name: "db.test", addresses: addresses)
        declaration.ttl = ttl
        let server = try NameServer([declaration])
        return (server, try server.listen(on: HostPort(host: "127.0.0.1", port: 0)))
    }

    @Test("a name is answered with its addresses and TTL, byte by byte") func bytes() throws {
        let (server, address) = try serve(["127.0.0.2", "::1"])
        defer { server.stop() }
        let message = Resolver.message("DB.Test", type: 1)
        let question = Array(message[12...])
        // The question comes back as it was written; an answer, authoritative, recursion desired; 1 record: a pointer to the
        // name, type A, class IN, TTL 5, 4 bytes.
        let expected: [UInt8] =
            [0x12, 0x34, 0x85, 0, 0, 1, 0, 1, 0, 0, 0, 0] + question
            + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 2]
        #expect(try Resolver(address: address).ask(message) == expected)
        let long = try Resolver(address: address).ask(Resolver.message("db.test", type: 28))
        #expect(long[7] == 1 && long[25 + 12 + 15] == 1)
        #expect(try server.questions(for: "db.test.") == 2)
    }

    @Test("other names don't exist, other types have no answer, other classes and orders are refused")
    func others() throws {
        let (server, address) = try serve(["127.0.0.2"])
        defer { server.stop() }
        let resolver = Resolver(address: address)
        func code(_ message: [UInt8]) throws -> [UInt8] {
            let answer = try resolver.ask(message)
            return [answer[3] & 15, answer[7]]
        }
        #expect(try code(Resolver.message("x.test", type: 1)) == [3, 0])
        #expect(try code(Resolver.message("db.test", type: 15)) == [0, 0])
        #expect(try code(Resolver.message("db.test", type: 255)) == [0, 1])
        #expect(try code(Resolver.message("db.test", type: 1, kind: 3)) == [5, 0])
        #expect(try code(Resolver.message("db.test", type: 1, flags: [0x28, 0])) == [4, 0])
        #expect(try code([0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]) == [1, 0])
        // A name that points to itself.
        #expect(try code([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1]) == [1, 0])
    }

    @Test("a switch holds from the next question on") func switched() throws {
        let (server, address) = try serve(["127.0.0.2"])
        defer { server.stop() }
        try server.switchAddresses(of: "db.test", to: ["127.0.0.3"])
        #expect(try server.addresses(of: "db.test") == ["127.0.0.3"])
        let answer = try Resolver(address: address).ask(Resolver.message("db.test", type: 1))
        #expect(answer[25 + 15] == 3)
        #expect(throws: NameServerError.self) { try server.switchAddresses(of: "x.test", to: ["127.0.0.3"]) }
        #expect(throws: NameServerError.self) { try server.switchAddresses(of: "db.test", to: ["localhost"]) }
        #expect(try server.addresses(of: "db.test") == ["127.0.0.3"])
    }

    @Test("a query from outside tells what clients get, whatever its size") func question() throws {
        let addresses = ["127.0.0.2", "::1"] + (0..<60).map { "127.0.1.\($0)" }
        let (server, _) = try serve(addresses)
        let answer = try #require(server.answer(for: "db.test"))
        #expect(NameQuestion.isSame(answer, addresses) && answer.count == 62)
        #expect(server.answer(for: "x.test") == nil)
        try server.switchAddresses(of: "db.test", to: ["127.0.0.3"])
        #expect(server.answer(for: "DB.test") == ["127.0.0.3"])
        server.stop()
        #expect(server.answer(for: "db.test") == nil)
        #expect(NameQuestion.isSame(["::1", "127.0.0.1"], ["127.0.0.1", "0:0:0:0:0:0:0:1"]))
        #expect(!NameQuestion.isSame(["::1"], ["127.0.0.1"]))
    }

    @Test("what doesn't fit a datagram is cut, and had over TCP") func large() throws {
        let (server, address) = try serve((0..<60).map { "127.0.1.\($0)" })
        defer { server.stop() }
        let resolver = Resolver(address: address)
        let message = Resolver.message("db.test", type: 1)
        let cut = try resolver.ask(message)
        // 512 bytes less 12 of the head and 13 of the question, by 16.
        #expect(cut[2] & 2 == 2 && cut[7] == 30)
        let framed = [0, UInt8(message.count)] + message
        let whole = try resolver.pour(framed + framed)
        // Two answers, each with its size before it.
        let size = 12 + 13 + 60 * 16
        #expect(whole.count == 2 * (2 + size) && Int(whole[0]) << 8 | Int(whole[1]) == size)
        #expect(whole[4] & 2 == 0 && whole[9] == 60)
    }

    @Test("hostile messages are answered with errors or not at all, and end nothing") func hostile() throws {
        let (server, address) = try serve(["127.0.0.2"])
        defer { server.stop() }
        var state: UInt64 = 1
        func number(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<100_000 {
            var bytes = Resolver.message("db.test", type: 1)
            for _ in 0..<number(5) { bytes[number(bytes.count)] = UInt8(number(256)) }
            bytes = Array(bytes.prefix(number(4) == 0 ? number(bytes.count + 1) : bytes.count))
            guard let query = DNSQuery(bytes) else { continue }
            let answer = query.answer(query.problem ?? .done, addresses: [[127, 0, 0, 1]], limit: 512)
            #expect(answer.count <= 512 && answer[0] == bytes[0] && answer[2] & 0x80 != 0)
        }
        let resolver = Resolver(address: address)
        for _ in 0..<200 { _ = try resolver.pour((0..<number(300)).map { _ in UInt8(number(256)) }) }
        // An answer is not answered, and what is asked next is.
        #expect(try resolver.pour([0, 2, 1, 1]).isEmpty)
        #expect(try resolver.ask(Resolver.message("db.test", type: 1))[7] == 1)
    }

    @Test(
        "what can't be served is told",
        arguments: [
            ["a..b", "127.0.0.1"], ["", "127.0.0.1"], ["db.test", "300.0.0.1"], ["ü.test", "127.0.0.1"],
        ])
    func invalid(words: [String]) {
        #expect(throws: NameServerError.self) {
            try NameServer([NameDeclaration(name: words[0], addresses: [words[1]])])
        }
    }

    @Test("it listens on loopback only, and its port is free after its end") func places() throws {
        let (server, address) = try serve(["127.0.0.2"])
        #expect(throws: NameServerError.self) { try server.listen(on: HostPort(host: "0.0.0.0", port: 0)) }
        #expect(throws: NameServerError.self) { try server.listen(on: address) }
        server.stop()
        #expect(try server.listen(on: address) == address)
        server.stop()
    }
}

import Foundation
import NameServer
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Looking names up")
struct NameLookupTests {
    private func ask(
        _ address: HostPort?, _ name: String = "api.test", firstTry: Int32 = 1_500
    ) -> Result<NameLookup.Answer, NameLookup.Failure> {
        NameLookup(name, server: address, firstTry: firstTry).finish()
    }

    private func hosts(_ result: Result<NameLookup.Answer, NameLookup.Failure>) -> [String]? {
        try? result.get().addresses.map(\.numericHost)
    }

    private func failure(_ result: Result<NameLookup.Answer, NameLookup.Failure>) -> String? {
        if case .failure(let failure) = result { failure.reason } else { nil }
    }

    /// A server that answers questions for A with these records, and that there are none for AAAA.
    private func server(_ records: [(type: UInt8, ttl: UInt32, data: [UInt8])]) throws -> ScriptedNameServer {
        try ScriptedNameServer { message, _ in
            ScriptedNameServer.answer(message, ScriptedNameServer.type(of: message) == 1 ? records : [])
        }
    }

    @Test("Addresses and TTL come from the name server that was named")
    func plain() throws {
        var declaration = NameDeclaration(name: "api.test", addresses: ["127.0.0.2", "127.0.0.3", "::1"])
        declaration.ttl = .seconds(7)
        let server = try NameServer([declaration])
        defer { server.stop() }
        let address = try server.listen(on: HostPort(host: "127.0.0.1", port: 0))
        let answer = try ask(address).get()
        #expect(Set(answer.addresses.map(\.numericHost)) == ["127.0.0.2", "127.0.0.3", "::1"])
        #expect(answer.lifetime == 7)
        #expect(failure(ask(address, "other.test")) == "no such name")
    }

    @Test("Hundreds of addresses come over TCP, each once")
    func many() throws {
        let addresses = (0..<500).map { "127.1.\($0 / 250).\($0 % 250 + 1)" }
        let server = try NameServer([NameDeclaration(name: "api.test", addresses: addresses + ["127.1.0.1"])])
        defer { server.stop() }
        let found = hosts(ask(try server.listen(on: HostPort(host: "127.0.0.1", port: 0))))
        #expect(found.map(Set.init) == Set(addresses))
        #expect(found?.count == 500)
    }

    @Test("A TTL of 0 is one of 0, one with its highest bit set likewise (RFC 2181 §8), one of 68 years a week")
    func lifetimes() throws {
        for (ttl, expected) in [(UInt32(0), 0), (0x8000_0000, 0), (0xFFFF_FFFF, 0), (0x7FFF_FFFF, 7 * 86_400)] {
            let server = try server([(1, ttl, [127, 0, 0, 2])])
            defer { server.stop() }
            #expect(try ask(server.address).get().lifetime == expected, "\(ttl)")
        }
    }

    @Test("The smallest TTL counts, of addresses and of aliases")
    func smallest() throws {
        let server = try server([
            // The question's name is an alias of b.test for 3 s.
            (5, 3, [1, UInt8(ascii: "b"), 4] + Array("test".utf8) + [0]),
            (1, 9, [127, 0, 0, 2]),
        ])
        defer { server.stop() }
        #expect(try ask(server.address).get().lifetime == 3)
    }

    @Test("A server that fails, refuses, knows nothing or loops is named as such")
    func failures() throws {
        let useless = "no name server can be reached that answers"
        for (code, words) in [(UInt8(2), useless), (3, "no such name"), (5, useless)] {
            let server = try ScriptedNameServer { message, _ in ScriptedNameServer.answer(message, code: code) }
            defer { server.stop() }
            #expect(failure(ask(server.address)) == words, "\(code)")
        }
        let nothing = try server([])
        defer { nothing.stop() }
        #expect(failure(ask(nothing.address)) == "it has no address")
        // An alias of itself: a pointer to the question's name.
        let loop = try server([(5, 5, [0xC0, 12])])
        defer { loop.stop() }
        #expect(failure(ask(loop.address)) != nil)
    }

    @Test("Garbage ends nothing: a look-up fails, and a server that comes to its senses is heard")
    func garbage() throws {
        let server = try ScriptedNameServer { message, number in
            // The first try of each question gets bytes that are no answer to it, and the second the answer.
            number < 2
                ? (0..<200).map { _ in UInt8.random(in: 0...255) }
                : ScriptedNameServer.answer(
                    message, ScriptedNameServer.type(of: message) == 1 ? [(1, 5, [127, 0, 0, 2])] : [])
        }
        defer { server.stop() }
        #expect(hosts(ask(server.address, firstTry: 200)) == ["127.0.0.2"])
        // Cut-off answers to the question itself: every length of a whole one.
        let cut = try ScriptedNameServer { message, number in
            let whole = ScriptedNameServer.answer(message, [(1, 5, [127, 0, 0, 2])])
            return Array(whole[..<min(whole.count - 1, 12 + number)])
        }
        defer { cut.stop() }
        for _ in 0..<8 { #expect(failure(ask(cut.address, firstTry: 50)) != nil) }
    }

    @Test("A server that never answers costs seconds, not the run")
    func silent() throws {
        let server = try ScriptedNameServer { _, _ in nil }
        defer { server.stop() }
        // Two tries, of both questions at once.
        #expect(failure(ask(server.address, firstTry: 100)) == "no name server answers")
        #expect(server.count == 4)
    }

    @Test("A name of this machine's own file has no TTL, and asks nobody")
    func ownFile() throws {
        // Whatever this machine is called: a file without a name of its own has nothing to show here.
        let lines = try String(contentsOfFile: "/etc/hosts", encoding: .utf8).split(separator: "\n")
        let names = lines.filter { !$0.hasPrefix("#") }.flatMap { $0.split { $0 == " " || $0 == "\t" }.dropFirst() }
        guard
            let name = names.first(where: { !$0.hasPrefix("localhost") && !$0.hasPrefix("ip6") && !$0.hasPrefix("#") })
        else { return }
        let answer = try ask(nil, String(name)).get()
        #expect(answer.lifetime == nil)
        #expect(!answer.addresses.isEmpty)
    }
}

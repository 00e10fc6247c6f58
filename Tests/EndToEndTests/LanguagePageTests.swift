import Foundation
import TestSupport
import Testing

/// The scenarios of docs/scenario-language.md, as a reader would copy them.
@Suite("The page of the scenario language")
struct LanguagePageTests {
    /// These need more than a server: a secrets manager, HTTP/2 with a certificate, a proxy, a client's certificate, services
    /// to break, a name server. They are validated (`DocumentationTests`), and what they show has tests of its own.
    private static let needMore: Set = [
        "managed-secrets", "http-2", "through-a-proxy", "mutual-tls", "failover", "by-name",
    ]

    @Test("every scenario that needs a server only can be run, shortened to a second a stage")
    func run() throws {
        let page = try String(
            contentsOf: Binary.package.appendingPathComponent("docs/scenario-language.md"), encoding: .utf8)
        let blocks = page.components(separatedBy: "\n```")
        let paintbox = try Paintbox()
        let port = try #require(URL(string: paintbox.url)?.port)
        let folder = try TemporaryFolder()
        if let csv = blocks.first(where: { $0.hasPrefix("csv\n") }) {
            _ = try folder.write("estimates.csv", String(csv.dropFirst(4)))
        }
        let free = try Self.freePort()
        var running: [(name: String, binary: Binary)] = []
        var count = 0
        func finish() throws {
            for (name, binary) in running {
                let result = try binary.wait(seconds: 60)
                // What is measured is not what the scenario is about: its answers may well be 404s.
                #expect([0, 1, 3].contains(result.code), "\(name): \(result.code) \(result.errors)")
                #expect(result.output.contains(name), "\(name): \(result.output)")
            }
            running = []
        }
        for block in blocks where block.hasPrefix("yaml\nname: ") {
            let text = block.dropFirst(5).replacing("127.0.0.1:8080", with: "127.0.0.1:\(port)")
                .replacing("8099", with: "\(free)").replacing(/\bfor: \d+s/, with: "for: 1s")
                .replacing(/\bwatch: \d+s/, with: "watch: 1s")
            let name = String(text.dropFirst(6).prefix { $0 != "\n" })
            if Self.needMore.contains(name) { continue }
            let file = try folder.write("\(name).yaml", String(text))
            let out = folder.url.appendingPathComponent("out-\(name)").path
            // One that only verifies has no load to be told apart.
            let only = text.contains("\nload:") ? ["--only", "load"] : []
            running.append(
                (
                    name,
                    try Binary(
                        "loadgate", ["run", file, "--out", out, "--no-live"] + only, in: folder.url,
                        environment: ["PASSWORD": "", "TOKEN": "", "STAGING_URL": ""])
                ))
            count += 1
            if running.count == 4 { try finish() }
        }
        try finish()
        #expect(count >= 20)
    }

    /// A port that nothing listens on: the kernel's choice, free again.
    private static func freePort() throws -> Int {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK"))
        defer { server.stop() }
        return try #require(URL(string: server.url)?.port)
    }
}

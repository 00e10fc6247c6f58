import Foundation
import Testing

/// The house's storeys, from the lowest to the highest: a module imports modules of lower storeys, or those that stand before
/// it in its own.
private let storeys: [[String]] = [
    ["CLinux", "CCurl", "COpenSSL", "CZlib", "CKeeper"],
    ["ChildProcesses", "HTTPFields", "Measures"],
    ["Scenarios"],
    ["Credentials", "Fetch"],
    ["Generator", "Import", "Probes"],
    ["VerificationKit"],
    [
        "RateLimitVerification", "CacheVerification", "BrowserVerification", "InputVerification", "SourceScan",
        "SecretsManager", "Drills", "Baselines",
    ],
    ["Objectives", "Reports"],
    ["Loadgate"],
    ["loadgate", "websocket-conformance", "fuzz"],
]

/// The reference target shares nothing with the harness.
private let apart = ["PaintboxTarget", "paintbox-target"]

@Suite("The storeys of the house") struct StoreyTests {
    private let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources")

    /// The module that a file of Sources belongs to.
    private func module(of path: Substring) -> String {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts[0], parts[1]) {
        case ("Harness", _): return "Loadgate"
        case ("Verifications", "Kit"): return "VerificationKit"
        case ("Verifications", "Credentials"): return "SourceScan"
        case ("Verifications", "Secrets"): return "SecretsManager"
        case ("Verifications", let kind): return "\(kind)Verification"
        case (let name, _): return name
        }
    }

    /// The modules of ours that each module imports.
    private func imports() throws -> [String: Set<String>] {
        let known = Set(storeys.joined() + apart)
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        var imports: [String: Set<String>] = [:]
        for case let path as String in files where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
            let names = text.split(separator: "\n").compactMap { line -> String? in
                guard let word = line.firstRange(of: "import "), !line.hasPrefix(" "), !line.hasPrefix("//") else {
                    return nil
                }
                return String(line[word.upperBound...])
            }
            imports[module(of: path[...]), default: []].formUnion(known.intersection(names))
        }
        return imports
    }

    @Test("imports go down only") func directions() throws {
        let imports = try imports()
        #expect(imports.count > 20)
        let order = Array(storeys.joined())
        for (module, imported) in imports where !apart.contains(module) {
            let own = try #require(order.firstIndex(of: module), "\(module) has no storey")
            for name in imported {
                let other = try #require(
                    order.firstIndex(of: name), "\(module) imports \(name) of the reference target")
                #expect(other < own, "\(module) imports \(name), which stands above it")
            }
        }
    }

    @Test("a kind of verification imports no other kind") func kinds() throws {
        let kinds: Set = [
            "RateLimitVerification", "CacheVerification", "BrowserVerification", "InputVerification", "SourceScan",
            "SecretsManager",
        ]
        for (module, imported) in try imports() where kinds.contains(module) {
            #expect(imported.isDisjoint(with: kinds.subtracting([module])), "\(module)")
        }
    }

    @Test("the reference target shares nothing with the harness but OpenSSL's shim") func target() throws {
        let imports = try imports()
        for module in apart {
            let shared = imports[module, default: []].subtracting(apart + ["COpenSSL"])
            #expect(shared.isEmpty, "\(module) imports \(shared)")
        }
    }

    @Test("the manifest has no unsafe flags, which no dependency may have") func manifest() throws {
        let manifest = sources.deletingLastPathComponent().appendingPathComponent("Package.swift")
        #expect(try !String(contentsOf: manifest, encoding: .utf8).contains("unsafeFlags"))
    }
}

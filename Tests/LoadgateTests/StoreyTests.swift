import Foundation
import Testing

/// The house's storeys, from the lowest to the highest: a module imports modules of lower storeys, or those that stand before
/// it in its own.
private let storeys: [[String]] = [
    ["CLinux", "CAres", "CCurl", "CNghttp2", "COpenSSL", "CZlib", "CKeeper"],
    ["Capacity", "ChildProcesses", "HTTPFields", "Measures", "Scheduling", "Serving", "TrustStore"],
    ["Scenarios"],
    ["Credentials", "Fetch"],
    ["FaultProxy", "Generator", "Import", "NameServer", "Probes"],
    ["VerificationKit"],
    [
        "RateLimitVerification", "CacheVerification", "BrowserVerification", "InputVerification", "SourceScan",
        "SecretsManager", "Drills", "Baselines",
    ],
    ["Objectives", "Failover", "Reports", "Push"],
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

    @Test("the page about the architecture says what each module imports") func page() throws {
        let page = sources.deletingLastPathComponent().appendingPathComponent("docs/architecture.md")
        let imports = try imports()
        let system = Set(storeys[0])
        var told: Set<String> = []
        let rows = /^\| `(\w+)` \|.*\| ([^|]+) \|$/.anchorsMatchLineEndings()
        for row in try String(contentsOf: page, encoding: .utf8).matches(of: rows) {
            let module = String(row.output.1)
            // The command takes what it needs of all.
            guard let imported = imports[module], module != "loadgate", !apart.contains(module) else { continue }
            told.insert(module)
            let said = row.output.2.components(separatedBy: ", ").filter { $0 != "–" }
            #expect(Set(said) == imported.subtracting(system), "\(module)")
        }
        #expect(told.count > 25)
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

    @Test("neither the language nor the kit names a kind of verification") func unnamedKinds() throws {
        func texts(_ folder: String) throws -> [(path: String, text: String)] {
            let base = sources.appendingPathComponent(folder)
            let files = try #require(FileManager.default.enumerator(atPath: base.path))
            return try files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map {
                ($0, try String(contentsOf: base.appendingPathComponent($0), encoding: .utf8))
            }
        }
        var rules: Set<String> = []
        for (path, text) in try texts("Verifications") where !path.hasPrefix("Kit/") {
            rules.formUnion(text.matches(of: /extension (\w+): VerificationRule/).map { String($0.output.1) })
        }
        #expect(rules.count == 7)
        for (path, text) in try texts("Scenarios") + texts("Verifications/Kit") {
            // Comments may give examples.
            let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(
                separator: "\n")
            let words = Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            // The names of the other kinds are words of other keys, too.
            #expect(words.isDisjoint(with: rules.union(["rate_limit", "cors"])), "\(path)")
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

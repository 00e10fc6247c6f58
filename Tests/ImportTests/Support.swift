import Foundation
import Scenarios
import Testing

@testable import Import

/// What an OpenAPI document in YAML becomes.
func openAPI(_ text: String, target: String? = nil, file: String = "api.yaml") throws -> ImportedScenario {
    let root = try DocumentFile.parse(text, file: file, format: .yamlOrJSON)
    var importing = OpenAPIImport(try OpenAPIDocument(root, file: file))
    return try checked(
        ImportedScenario(try importing.draft(target: target, name: nil), source: file, secrets: .ofDocument))
}

/// A document with the paths given, in YAML from the first column on.
func document(_ paths: String, components: String = "{}") -> String {
    """
    openapi: 3.0.3
    info: {title: Test, version: "1"}
    servers: [{url: "http://127.0.0.1:8080"}]
    components: \(components)
    paths:
    \(paths.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    """
}

/// What a recording with the entries given, in JSON, becomes.
func har(_ entries: String..., allHosts: Bool = false, target: String? = nil) throws -> ImportedScenario {
    let text = #"{"log":{"version":"1.2","entries":[\#(entries.joined(separator: ","))]}}"#
    let root = try DocumentFile.parse(text, file: "s.har", format: .json)
    let importing = try HARImport(root, file: "s.har", allHosts: allHosts)
    var secrets = SecretKeeper()
    let draft = try importing.draft(target: target, name: nil, secrets: &secrets)
    return try checked(ImportedScenario(draft, source: "s.har", secrets: secrets))
}

/// An entry of a recording that begins at a second.
func entry(
    _ method: String = "GET", _ url: String, at second: Double = 0, lasting milliseconds: Int = 10,
    status: Int = 200, type: String = "application/json", headers: [String: String] = [:], more: String = "",
    response: String = ""
) -> String {
    let fields = headers.sorted { $0.key < $1.key }.map { #"{"name":"\#($0.key)","value":"\#($0.value)"}"# }
    let time = String(format: "2026-01-31T12:00:%06.3f+00:00", second)
    return """
        {"startedDateTime":"\(time)","time":\(milliseconds),
         "request":{"method":"\(method)","url":"\(url)","headers":[\(fields.joined(separator: ","))]\(more)},
         "response":{"status":\(status),"content":{"mimeType":"\(type)"}\(response)}}
        """
}

/// What a curl command becomes.
func curl(_ command: String, target: String? = nil) throws -> ImportedScenario {
    try checked(
        ScenarioImport.scenario(
            of: ImportSource(command), by: CurlImporter.self, ImportSettings(command: "test", target: target)))
}

/// What was written, after a look at whether it fits the JSON Schema that `loadgate schema` prints.
func checked(_ made: ImportedScenario) throws -> ImportedScenario {
    let problems = try SchemaCheck.shared.get().problems(made.text)
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))\n\(made.text)")
    return made
}

/// The problems of a source, a line each.
func problems(_ body: () throws -> ImportedScenario) -> [String] {
    do {
        _ = try body()
        return []
    } catch let error as InvalidSource {
        return error.problems.map(\.description)
    } catch {
        return ["unexpected: \(error)"]
    }
}

extension ImportedScenario {
    /// The scenario as the reader has it.
    func read(_ environment: [String: String] = [:]) throws -> Scenario {
        try ScenarioReader(environment: environment, kinds: ScenarioKinds()).read(text, file: "imported.yaml")
    }

    /// The lines of the flows, without indentation.
    var flowLines: [String] {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let start = lines.firstIndex(of: "flows:") else { return [] }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("# A modest load") }.map { $0 }
    }
}

extension Scenario {
    /// The steps of a flow by name.
    func steps(of flow: String) -> [String] { flows.first { $0.name == flow }?.steps.map(\.name) ?? [] }

    /// A step.
    func step(_ name: String) -> Step? { steps.first { $0.name == name } }
}

/// What a Postman collection with the items given, in JSON, becomes.
func postman(
    _ items: String..., more: String = "", allHosts: Bool = false, target: String? = nil
) throws -> ImportedScenario {
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    let text = #"{"info":{"name":"Shop","schema":"\#(schema)"},"item":[\#(items.joined(separator: ","))]\#(more)}"#
    let root = try DocumentFile.parse(text, file: "c.json", format: .json)
    let importing = try PostmanImport(root, file: "c.json", allHosts: allHosts)
    var secrets = SecretKeeper()
    let draft = try importing.draft(target: target, name: nil, secrets: &secrets)
    return try checked(ImportedScenario(draft, source: "c.json", secrets: secrets))
}

/// A request of a Postman collection; `more` follows the method and the URL inside the request.
func request(
    _ name: String, _ method: String = "GET", _ url: String, _ more: String = "", tests: String? = nil
) -> String {
    let script = tests.map { #","event":[{"listen":"test","script":{"exec":[\#($0)]}}]"# } ?? ""
    return #"{"name":"\#(name)","request":{"method":"\#(method)","url":"\#(url)"\#(more)}\#(script)}"#
}

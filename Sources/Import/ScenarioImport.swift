import Foundation

/// Makes scenario files from other descriptions of requests.
///
/// What is written is always valid: it was read back. What could not be taken over is said, in the file and in the
/// result. Nothing is sent.
public enum ScenarioImport {
    /// From an OpenAPI 3 or Swagger 2.0 document in JSON or YAML.
    ///
    /// - Parameters:
    ///   - path: The file, of at most 64 MiB (JSON) or 16 MiB (YAML).
    ///   - folder: The folder that references to other files must not leave; the document's own unless given.
    ///   - target: Replaces the document's first server.
    ///   - name: The scenario's name; the document's title unless given.
    ///   - command: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func openAPI(
        path: String, folder: String? = nil, target: String? = nil, name: String? = nil, command: String
    ) throws -> ImportedScenario {
        var root = try DocumentFile.read(path, format: .yamlOrJSON, expecting: .openAPI)
        let files = try ReferencedFiles(of: &root, path: path, folder: folder)
        var importing = OpenAPIImport(try OpenAPIDocument(root, file: path, files: files))
        var draft = try importing.draft(target: target, name: name)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: path)
    }

    /// From an OpenAPI document that was fetched: without a server of its own, it speaks of the host that it came from.
    ///
    /// - Parameters:
    ///   - text: The document, in JSON or YAML.
    ///   - url: Where it came from.
    ///   - target: Replaces the document's first server.
    ///   - name: The scenario's name; the document's title unless given.
    ///   - command: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func openAPI(
        text: [UInt8], url: String, target: String? = nil, name: String? = nil, command: String
    ) throws -> ImportedScenario {
        let root = try DocumentFile.parse(text, file: url, format: .yamlOrJSON, expecting: .openAPI)
        var importing = OpenAPIImport(try OpenAPIDocument(root, file: url), source: RequestURL(url))
        var draft = try importing.draft(target: target, name: name)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: url)
    }

    /// From a HAR 1.2 recording of a browser or proxy.
    ///
    /// - Parameters:
    ///   - path: The file, of at most 64 MiB.
    ///   - allHosts: Keeps requests to hosts other than that of the first page.
    ///   - target: Replaces the host of the first page.
    ///   - name: The scenario's name; the host's unless given.
    ///   - command: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func har(
        path: String, allHosts: Bool = false, target: String? = nil, name: String? = nil, command: String
    ) throws -> ImportedScenario {
        let recording = try HARImport(
            try DocumentFile.read(path, format: .json, expecting: .har), file: path, allHosts: allHosts)
        var secrets = SecretKeeper()
        var draft = try recording.draft(target: target, name: name, secrets: &secrets)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: path, secrets: secrets)
    }

    /// From a Postman collection of version 2.0 or 2.1.
    ///
    /// - Parameters:
    ///   - path: The file, of at most 64 MiB.
    ///   - allHosts: Keeps requests to hosts other than that of most requests.
    ///   - target: Replaces the host of most requests.
    ///   - name: The scenario's name; the collection's unless given.
    ///   - command: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func postman(
        path: String, allHosts: Bool = false, target: String? = nil, name: String? = nil, command: String
    ) throws -> ImportedScenario {
        let root = try DocumentFile.read(path, format: .json, expecting: .postman)
        let importing = try PostmanImport(root, file: path, allHosts: allHosts)
        var secrets = SecretKeeper()
        var draft = try importing.draft(target: target, name: name, secrets: &secrets)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: path, secrets: secrets)
    }

    /// What a file is, by what stands in it.
    ///
    /// - Throws: That it can't be read, or is none that `init` reads, with what leads on from there.
    public static func kind(of path: String) throws(InvalidSource) -> SourceKind {
        let root = try DocumentFile.read(path, format: .yamlOrJSON, expecting: nil)
        guard let kind = SourceKind(root) else {
            throw InvalidSource(
                path, "init reads OpenAPI documents, HAR recordings and Postman collections; this is none of them")
        }
        return kind
    }

    /// The text of a file that holds commands of curl; a pipe will do.
    ///
    /// - Throws: Why it can't be read.
    public static func commands(ofFile path: String) throws(InvalidSource) -> String {
        let name = path == "/dev/stdin" ? "standard input" : path
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: ShellWords.maximumBytes + 1)
        else { throw InvalidSource(name, "the commands can't be read") }
        guard data.count <= ShellWords.maximumBytes else {
            throw InvalidSource(name, "the commands are larger than 1 MiB")
        }
        guard let text = String(data: data, encoding: .utf8) else { throw InvalidSource(name, "the file is not UTF-8") }
        return text
    }

    /// From command lines of curl.
    ///
    /// - Parameters:
    ///   - command: The commands as one types them into a POSIX shell or Windows' command prompt, of at most 1 MiB.
    ///   - target: Replaces the host of the first URL.
    ///   - name: The scenario's name; the host's unless given.
    ///   - heading: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func curl(
        _ command: String, target: String? = nil, name: String? = nil, heading: String
    ) throws -> ImportedScenario {
        var secrets = SecretKeeper()
        var draft = try CurlImport(command).draft(target: target, name: name, secrets: &secrets)
        draft.heading = Self.heading(heading)
        return try ImportedScenario(draft, source: "curl", secrets: secrets)
    }

    /// What is wrong with a target, in words; nil where nothing is.
    public static func problem(ofTarget url: String) -> String? { TargetURL.problem(url) }

    /// What is wrong with a scenario's name, in words; nil where nothing is.
    public static func problem(ofName name: String) -> String? {
        StepNames.fit(name, otherwise: "") == name ? nil : "a name is one line of 1 to 120 characters without ${"
    }

    private static func heading(_ command: String) -> [String] {
        ["Made by: \(command)", "Load, objectives and what stands for secrets are yours to edit."]
    }
}

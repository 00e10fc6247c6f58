/// Makes scenario files from other descriptions of requests.
///
/// What is written is always valid: it was read back. What could not be taken over is said, in the file and in the
/// result. Nothing is sent.
public enum ScenarioImport {
    /// From an OpenAPI 3.0 or 3.1 document in JSON or YAML.
    ///
    /// - Parameters:
    ///   - path: The file, of at most 64 MiB (JSON) or 16 MiB (YAML).
    ///   - target: Replaces the document's first server.
    ///   - name: The scenario's name; the document's title unless given.
    ///   - command: The command line, for the head of the file; holds no secrets.
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func openAPI(
        path: String, target: String? = nil, name: String? = nil, command: String
    ) throws -> ImportedScenario {
        let document = try OpenAPIDocument(try DocumentFile.read(path, format: .yamlOrJSON), file: path)
        var importing = OpenAPIImport(document)
        var draft = try importing.draft(target: target, name: name)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: path)
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
        let recording = try HARImport(try DocumentFile.read(path, format: .json), file: path, allHosts: allHosts)
        var secrets = SecretKeeper()
        var draft = try recording.draft(target: target, name: name, secrets: &secrets)
        draft.heading = heading(command)
        return try ImportedScenario(draft, source: path, secrets: secrets)
    }

    /// From a command line of curl.
    ///
    /// - Parameters:
    ///   - command: The command as one types it into a POSIX shell, of at most 1 MiB.
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

/// Scenarios from OpenAPI 3 and Swagger 2.0 documents in JSON or YAML. One that was fetched speaks, without a server of its own, of
/// the host that it came from.
public enum OpenAPIImporter: Importer {
    /// The option of `init`.
    public static let option = "openapi"
    /// What a source is.
    public static let noun = "an OpenAPI document"
    /// Several of them.
    public static let plural = "OpenAPI documents"
    /// What the option takes.
    public static let help =
        "An OpenAPI 3 or Swagger 2.0 document in JSON or YAML: a file, or a URL on this machine or an authorised host."
    /// How names of sources end.
    public static let fileEndings = ["json", "yaml", "yml"]
    /// The settings that it takes.
    public static let settings: Set<ImportSetting> = [.folder, .url]

    /// By the version that begins a document.
    public static func recognises(_ document: DocumentValue) -> Bool {
        document["openapi"] != nil || document["swagger"] != nil
    }

    /// A flow for each tag, a step for each operation.
    public static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft {
        secrets = .ofDocument
        var root = try source.document(.yamlOrJSON, for: Self.self)
        let files =
            source.url == nil
            ? try ReferencedFiles(of: &root, path: source.given, folder: settings.folder) : nil
        let document = try OpenAPIDocument(root, file: source.given, files: files)
        var importing = OpenAPIImport(document, source: source.url)
        return try importing.draft(target: settings.target, name: settings.name)
    }
}

/// Scenarios from Postman collections of version 2.0 or 2.1.
public enum PostmanImporter: Importer {
    /// The option of `init`.
    public static let option = "postman"
    /// What a source is.
    public static let noun = "a Postman collection"
    /// Several of them.
    public static let plural = "Postman collections"
    /// What the option takes.
    public static let help = "A Postman collection of version 2.0 or 2.1."
    /// How names of sources end.
    public static let fileEndings = ["json"]
    /// The settings that it takes.
    public static let settings: Set<ImportSetting> = [.allHosts]

    /// By its list of items.
    public static func recognises(_ document: DocumentValue) -> Bool {
        document["info"] != nil && document["item"]?.list != nil
    }

    /// A flow for each folder that holds requests, its steps in their order.
    public static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft {
        try PostmanImport(
            try source.document(.json, for: Self.self), file: source.given, allHosts: settings.keepsAllHosts
        ).draft(target: settings.target, name: settings.name, secrets: &secrets)
    }
}

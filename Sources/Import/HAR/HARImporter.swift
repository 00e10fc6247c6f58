/// Scenarios from HAR 1.2 recordings of browsers and proxies.
public enum HARImporter: Importer {
    /// The option of `init`.
    public static let option = "har"
    /// What a source is.
    public static let noun = "a HAR recording"
    /// Several of them.
    public static let plural = "HAR recordings"
    /// What the option takes.
    public static let help = "A HAR 1.2 recording of a browser or proxy."
    /// How names of sources end.
    public static let fileEndings = ["har", "json"]
    /// The settings that it takes.
    public static let settings: Set<ImportSetting> = [.allHosts]

    /// By its list of entries.
    public static func recognises(_ document: DocumentValue) -> Bool { document["log"]?["entries"] != nil }

    /// One flow, a step for each request, in the order of time.
    public static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft {
        try HARImport(
            try source.document(.json, for: Self.self), file: source.given, allHosts: settings.keepsAllHosts
        ).draft(target: settings.target, name: settings.name, secrets: &secrets)
    }
}

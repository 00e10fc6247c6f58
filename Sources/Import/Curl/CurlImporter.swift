/// Scenarios from command lines of curl, as one types them into a POSIX shell or Windows' command prompt.
public enum CurlImporter: Importer {
    /// The option of `init`.
    public static let option = "curl"
    /// What a source is.
    public static let noun = "a curl command"
    /// Several of them.
    public static let plural = "curl commands"
    /// What the option takes.
    public static let help = "Command lines of curl, in quotes; @FILE reads them from a file, - from standard input."
    /// A command instead of a file.
    public static let usage = "'curl …'"
    /// A command instead of a file.
    public static let valueName = "command"
    /// It is no file.
    public static let fileEndings: [String] = []
    /// The settings that it takes.
    public static let settings: Set<ImportSetting> = []

    /// No document is one.
    public static func recognises(_ document: DocumentValue) -> Bool { false }

    /// Nothing of it: a command may hold secrets.
    public static func shown(_ given: String) -> String { usage }

    /// One flow, a step for each URL.
    public static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft {
        try CurlImport(try source.text(of: "the commands", maximum: ShellWords.maximumBytes))
            .draft(target: settings.target, name: settings.name, secrets: &secrets)
    }
}

/// Makes scenario files from other descriptions of requests.
///
/// What is written is always valid: it was read back. What could not be taken over is said, in the file and in the
/// result. Nothing is sent.
public enum ScenarioImport {
    /// The scenario of a source.
    ///
    /// - Throws: `InvalidSource`, or `ImportFailure` where the import itself is to blame.
    public static func scenario(
        of source: ImportSource, by importer: any Importer.Type, _ settings: ImportSettings
    ) throws -> ImportedScenario {
        var secrets = SecretKeeper()
        var draft = try importer.draft(of: source, settings, secrets: &secrets)
        draft.heading = [
            "Made by: \(settings.command)", "Load, objectives and what stands for secrets are yours to edit.",
        ]
        let name = importer.fileEndings.isEmpty ? importer.option : source.given
        return try ImportedScenario(draft, source: name, secrets: secrets)
    }

    /// What is wrong with a target, in words; nil where nothing is.
    public static func problem(ofTarget url: String) -> String? { TargetURL.problem(url) }

    /// What is wrong with a scenario's name, in words; nil where nothing is.
    public static func problem(ofName name: String) -> String? {
        StepNames.fit(name, otherwise: "") == name ? nil : "a name is one line of 1 to 120 characters without ${"
    }
}

import Scenarios

/// A scenario file made from another description of requests: valid, since it was read back.
public struct ImportedScenario: Sendable {
    /// The file's text, in YAML.
    public let text: String
    /// The scenario's name, fit to name a file.
    public let name: String
    /// The host of the target, as it stands in a URL.
    public let targetHost: String
    /// How many flows it has.
    public let flowCount: Int
    /// How many requests it has.
    public let stepCount: Int
    /// What was not taken over, a line each.
    public let leftOut: [String]
    /// What the user has to fill in or look at, a line each.
    public let hints: [String]

    /// Writes the draft, and reads it back.
    ///
    /// - Parameters:
    ///   - source: The source's name in problems.
    ///   - secrets: What must not stand in the text.
    init(_ draft: ScenarioDraft, source: String, secrets: SecretKeeper) throws {
        var secrets = secrets
        var draft = draft
        secrets.clean(&draft)
        let written = ScenarioText(draft)
        guard written.draft.stepCount > 0 else {
            let reasons = written.draft.leftOut.prefix(3).map { "; \($0)" }.joined()
            throw InvalidSource(source, "nothing in it can become a request\(reasons)")
        }
        do {
            _ = try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(
                written.text, file: "imported scenario")
        } catch {
            throw ImportFailure.unreadable(error.description)
        }
        let betrayed = secrets.betrayed(by: written.text)
        if !betrayed.isEmpty { throw ImportFailure.secret(betrayed) }
        text = written.text
        name = draft.name
        targetHost = RequestURL(written.draft.target.shown)?.host ?? ""
        flowCount = written.draft.flows.count
        stepCount = written.draft.stepCount
        leftOut = written.draft.leftOut
        hints = written.draft.hints
    }
}

/// A mistake of the import itself: nothing is written then.
public enum ImportFailure: Error, Sendable, CustomStringConvertible {
    /// The scenario that was made is not valid.
    case unreadable(String)
    /// The scenario that was made holds secrets of the source: their variables, and on which lines.
    case secret([String])

    /// What happened.
    public var description: String {
        switch self {
        case .unreadable(let problems): "the imported scenario is not valid, and was not written:\n\(problems)"
        case .secret(let places):
            "the imported scenario holds secrets of its source (\(places.prefix(5).joined(separator: ", "))), and was not written"
        }
    }
}

import Import

/// An importer from outside the product: a list of paths, `{"links": ["/a", "/b"]}`.
enum LinkList: Importer {
    static let option = "links"
    static let noun = "a list of links"
    static let plural = "lists of links"
    static let help = "A list of links in JSON."
    static let fileEndings = ["json"]
    static let settings: Set<ImportSetting> = []

    static func recognises(_ document: DocumentValue) -> Bool { document["links"]?.list != nil }

    static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft {
        let links = try source.document(.json, for: Self.self)["links"]?.list ?? []
        var draft = ScenarioDraft(
            name: settings.name ?? "links", target: TemplateText(settings.target ?? "http://127.0.0.1:8080"))
        var actions: [ScenarioDraft.Action] = []
        for link in links {
            guard let path = link.text else { throw InvalidSource(source.given, "a link is a text") }
            var step = ScenarioDraft.Step(name: "GET \(path)", method: "get", url: TemplateText(path))
            step.headers = [
                .init(name: "X-Api-Key", value: secrets.placeholder(for: "k-\(path.count)-Zq81", named: "key"))
            ]
            actions.append(.request(step))
        }
        draft.flows = [.init(name: "links", actions: actions)]
        return draft
    }
}

internal import VerificationKit

/// The scenario itself, secrets replaced, so that the run can be understood and sent again.
struct ScenarioSection: PageSection {
    var result: RunResult

    let name = "scenario"
    let title = "Scenario"

    /// The most characters that are shown.
    private static let textLimit = 200_000

    var isEmpty: Bool { result.scenario == nil }

    func write(to page: inout HTMLWriter) {
        guard let scenario = result.scenario else { return }
        page.element("dl", ["class": "facts"]) { page in
            page.fact("File", scenario.file)
            page.fact("SHA-256", scenario.sha256)
        }
        guard let text = scenario.text else { return }
        page.element("details") { page in
            page.element("summary") { page in
                page.element("span", ["class": "check"], text: "Its text")
                page.element("span", ["class": "seen"], text: "secrets replaced")
            }
            page.element("pre") { $0.foreign(text, atMost: Self.textLimit) }
        }
    }
}

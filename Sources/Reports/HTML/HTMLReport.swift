/// The report that people look at: one file that needs nothing beside it, neither a network nor a script.
///
/// The verdict stands first, then why and what to do, then the sign-off table, whose rows lead to their evidence. The same
/// result always gives the same bytes.
///
/// Its size is bounded: charts over time have a point for each of the at most 512 slices of a run, heat maps 128 × 40
/// cells, percentile curves 160 points; of many steps, probes, findings and texts the first are drawn or told, and the
/// page says how many more stand in `result.json`.
public enum HTMLReport: ReportFormat {
    /// The name of its file.
    public static let fileName = "report.html"

    /// The whole page.
    public static func text(of result: RunResult) -> String {
        let sections = sections(of: result).filter { !$0.isEmpty }
        var page = HTMLWriter()
        page.doctype()
        page.element("html", ["lang": "en"]) { page in
            head(of: result, &page)
            page.element("body") { page in
                page.element("a", ["class": "skip", "href": "#" + Anchor.section("main").id], text: "To the results")
                page.element("header") { page in
                    VerdictHeader(result: result).write(to: &page)
                    contents(sections, &page)
                }
                page.element("main", ["id": Anchor.section("main").id]) { page in
                    for section in sections { write(section, &page) }
                }
                page.element("footer") { page in
                    page.text("Made by Loadgate ")
                    page.foreign(result.loadgate)
                    page.text(" of result.json, which holds all of this and more.")
                }
                page.asset(.script)
            }
        }
        return page.html + "\n"
    }

    private static func sections(of result: RunResult) -> [any PageSection] {
        let comparison = ComparisonSection(result: result)
        let course: [any PageSection] = [
            CapacitySection(result: result), SignOffSection(result: result), ObjectiveSection(result: result),
            DrillSection(result: result), CourseSection(result: result), LoadSection(result: result),
            StepSection(result: result), GroupSection(result: result), WrongAnswerSection(result: result),
            EvidenceSection(result: result),
        ]
        // What a gate is about comes first.
        return [ReasonSection(result: result)] + (result.isGate ? [comparison] + course : course + [comparison]) + [
            VerificationSection(result: result), ProbeSection(result: result), NameSection(result: result),
            FleetSection(result: result), GeneratorSection(result: result),
            ScenarioSection(result: result),
        ]
    }

    private static func head(of result: RunResult, _ page: inout HTMLWriter) {
        page.element("head") { page in
            page.shape("meta", ["charset": "utf-8"])
            page.shape("meta", ["http-equiv": "Content-Security-Policy", "content": InlineAsset.policy])
            page.shape("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            page.shape("meta", ["name": "color-scheme", "content": "light dark"])
            page.shape("meta", ["name": "referrer", "content": "no-referrer"])
            // Without it a browser asks the server of the page for an icon.
            page.shape("link", ["rel": "icon", "href": "data:,"])
            page.element("title", text: "\(result.shownVerdict) – \(result.name) – Loadgate")
            page.asset(.style)
        }
    }

    private static func contents(_ sections: [any PageSection], _ page: inout HTMLWriter) {
        guard sections.count > 1 else { return }
        page.element("nav", ["aria-label": "Contents"]) { page in
            page.element("ul") { page in
                for section in sections {
                    page.element("li") { $0.link(to: .section(section.name), section.title) }
                }
            }
        }
    }

    private static func write(_ section: any PageSection, _ page: inout HTMLWriter) {
        let heading = "\(section.name)-title"
        page.element("section", ["id": Anchor.section(section.name).id, "aria-labelledby": heading]) { page in
            page.element("h2", ["id": heading], text: section.title)
            section.write(to: &page)
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite("report.html")
struct HTMLReportTests {
    static func matches(_ pattern: String, in text: String) throws -> [String] {
        let expression = try NSRegularExpression(pattern: pattern, options: [.dotMatchesLineSeparators])
        let range = NSRange(text.startIndex..., in: text)
        return expression.matches(in: text, range: range).compactMap {
            Range($0.range(at: 1), in: text).map { String(text[$0]) }
        }
    }

    @Test("Every section of a run that has everything is there, in order")
    func sections() throws {
        let html = HTMLReport.text(of: HTMLFixture.rich())
        let headings = try Self.matches(#"<h2 [^>]*>([^<]*)<"#, in: html)
        #expect(
            headings == [
                "Why, and what to do", "Sign-off", "Objectives", "Over time", "Steps", "Wrong answers", "Comparison",
                "Verifications", "Probes", "Generator&#39;s audit", "Scenario",
            ])
        let figures = try Self.matches(#"<figcaption><strong><bdi>([^<]*)<"#, in: html)
        #expect(
            figures == [
                "Response time of all steps", "Arrivals intended and begun", "How exchanges ended", "Errors by outcome",
                "How response times were spread", "list-projects", "show-project", "Change of what decides",
                "Decisions",
                "pool",
            ])
        #expect(html.contains("response time before"))
        #expect(html.contains("warm-up, not measured"))
    }

    @Test("The verdict stands first, in a word, by a symbol and with the reason")
    func verdict() throws {
        let html = HTMLReport.text(of: HTMLFixture.rich())
        let title = try #require(html.range(of: "<h1>"))
        let start = String(html[title.lowerBound...].prefix(600))
        #expect(start.contains("✗"))
        #expect(start.contains("FAIL"))
        #expect(
            start.contains("2 of 3 objectives and 1 of 2 verifications failed, and the generator could not keep up."))
    }

    @Test("Rows of the sign-off table lead to their evidence, and every link leads somewhere")
    func links() throws {
        let html = HTMLReport.text(of: HTMLFixture.rich())
        let ids = try Self.matches(#" id="([^"]*)""#, in: html)
        #expect(Set(ids).count == ids.count)
        let links = try Self.matches(#"<a [^>]*href="([^"]*)""#, in: html)
        #expect(links.contains("#objective-1") && links.contains("#verification-1"))
        for link in links { #expect(link.hasPrefix("#") && ids.contains(String(link.dropFirst())), "\(link)") }
    }

    @Test(
        "Nothing of another origin is named where a browser would fetch it, and nothing runs but the page's own script")
    func selfContained() throws {
        let html = HTMLReport.text(of: HTMLFixture.rich())
        #expect(try Self.matches(#"(<script|<style)"#, in: html).count == 2)
        #expect(try Self.matches(#"( on[a-z]+=| style=|<img|<iframe|<object|<base|@import|url\()"#, in: html).isEmpty)
        let sources = try Self.matches(#"(?:src|href|action|srcset|data)="([^"]*)""#, in: html)
        #expect(sources.filter { !$0.hasPrefix("#") } == ["data:,"])
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("\u{202e}") && !html.contains("\u{1b}"))
        #expect(!html.contains(Fixtures.secret))
    }

    @Test("The content policy names the style and the script by their digests", arguments: InlineAsset.allCases)
    func digests(_ asset: InlineAsset) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("asset", asset.text)
        let digest = try Binary.shell("openssl dgst -sha256 -binary '\(file)' | openssl base64").output
        #expect(asset.digest == digest.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(HTMLReport.text(of: HTMLFixture.empty()).contains(">\(asset.text)</"))
    }

    @Test("The same result gives the same bytes")
    func deterministic() throws {
        let result = HTMLFixture.rich()
        let html = HTMLReport.text(of: result)
        #expect(HTMLReport.text(of: HTMLFixture.rich()) == html)
        // Of a file that was written and read again, too.
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/result.json"
        try ResultFile.write(result, to: path)
        #expect(HTMLReport.text(of: try ResultFile.read(path)) == html)
    }

    @Test("Of a run that only verified, no load is shown; of an empty one, what there is")
    func parts() throws {
        let verified = HTMLReport.text(of: HTMLFixture.onlyVerified())
        #expect(
            try Self.matches(#"<h2 [^>]*>([^<]*)<"#, in: verified) == ["Sign-off", "Verifications", "Scenario"])
        #expect(!verified.contains("Exchanges"))
        let empty = HTMLReport.text(of: HTMLFixture.empty())
        #expect(empty.contains("Partial: the run was interrupted."))
        #expect(!empty.contains("<figure>"))
    }

    @Test("A thousand steps and 512 slices stay within some megabytes; what is left out is told")
    func bounded() {
        let html = HTMLReport.text(of: HTMLFixture.huge())
        #expect(html.utf8.count < 4_000_000)
        #expect(html.contains("The 12 steps with the most exchanges are drawn, of 1,000."))
        #expect(html.contains("<bdi>\(HTMLFixture.hebrew)</bdi>"))
    }

    @Test("Numbers that no run has don't end the program, nor get into a drawing")
    func absurd() throws {
        let html = HTMLReport.text(of: HTMLFixture.absurd())
        for path in try Self.matches(#" (?:d|x|y|width|height|viewBox)="([^"]*)""#, in: html) {
            #expect(!path.contains("nan") && !path.contains("inf") && !path.contains("e+"), "\(path.prefix(80))")
        }
    }

    @Test("What went wrong is open, what passed is folded; what doesn't count is marked")
    func folding() throws {
        let html = HTMLReport.text(of: HTMLFixture.rich())
        let open = try Self.matches(#"<details id="([^"]*)" open="""#, in: html)
        #expect(open == ["verification-1-1"])
        #expect(html.contains("1 passed"))
        #expect(html.contains("503</bdi> (advisory)"))
    }

    @Test("A broken result of an older version lacks what it lacks, and no more")
    func older() throws {
        var result = HTMLFixture.rich()
        result.stages = nil
        result.comparison = nil
        result.scenario?.text = nil
        for name in result.steps.keys { result.steps[name]?.distributions = nil }
        for index in result.series.slices.indices { result.series.slices[index].latencies = nil }
        let html = HTMLReport.text(of: result)
        #expect(!html.contains("How latencies are distributed") && !html.contains("How response times were spread"))
        #expect(html.contains("Iterations begun"))
    }
}

import Foundation
import TestSupport
import Testing

@testable import Reports

/// The page in a browser. One is enough for all of them, so this is one test after the other.
@Suite("report.html in Chromium", .serialized)
struct HTMLBrowserTests {
    /// Shows pages of results one after the other in one browser, each on all screens.
    private static func shown(
        _ results: RunResult..., on screens: [Chromium.Screen], _ body: (Chromium, Chromium.Screen) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let browser = try Chromium()
        for (number, result) in results.enumerated() {
            let file = try folder.write("report-\(number).html", HTMLReport.text(of: result))
            for screen in screens {
                try browser.show(file: file, on: screen)
                try body(browser, screen)
                #expect(browser.log.complaints == [], "\(number) on \(screen)")
                #expect(browser.log.requests == ["file://\(file)"], "\(number) on \(screen)")
            }
        }
    }

    private static let screens = [
        Chromium.Screen(width: 1_280), .init(width: 1_280, isDark: true), .init(width: 360),
        .init(width: 360, isDark: true),
        .init(width: 360, hasScripts: false),
    ]

    @Test("Nothing is complained of, nothing is fetched, and nothing is wider than the screen")
    func clean() throws {
        try Self.shown(HTMLFixture.rich(), on: Self.screens) { browser, screen in
            #expect(try browser.number("document.documentElement.scrollWidth") <= Double(screen.width), "\(screen)")
            let paper = try browser.text("getComputedStyle(document.body).backgroundColor")
            #expect(paper == (screen.isDark ? "rgb(15, 19, 24)" : "rgb(245, 246, 248)"))
            // A drawing that a policy or a slip has left without its style would be black.
            let line = try browser.text("getComputedStyle(document.querySelector('path.line.ink1')).stroke")
            #expect(line == (screen.isDark ? "rgb(110, 168, 254)" : "rgb(29, 98, 196)"))
        }
    }

    @Test("Headings follow one another without a gap, drawings have names, and heads of tables name their columns")
    func structure() throws {
        try Self.shown(HTMLFixture.rich(), on: [.init(width: 1_280)]) { browser, _ in
            let levels = try browser.text(
                "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => h.tagName[1]).join('')")
            #expect(levels.first == "1" && levels.filter { $0 == "1" }.count == 1)
            #expect(
                zip(levels, levels.dropFirst()).allSatisfy {
                    ($1.wholeNumberValue ?? 9) <= ($0.wholeNumberValue ?? 0) + 1
                })
            #expect(
                try browser.number(
                    "document.querySelectorAll('svg:not([aria-hidden]):not([role=img][aria-label])').length") == 0)
            #expect(try browser.number("document.querySelectorAll('thead th:not([scope=col])').length") == 0)
            #expect(try browser.text("document.documentElement.lang + document.characterSet") == "enUTF-8")
            // Names of the scenario act as nothing.
            #expect(try browser.number("document.scripts.length") == 1)
        }
    }

    @Test("No text of a drawing reaches out of it or over another, on a wide and on a narrow screen")
    func labels() throws {
        let overlaps = """
            (() => {
                const found = [];
                for (const chart of document.querySelectorAll("svg.chart")) {
                    const frame = chart.closest("figure").getBoundingClientRect();
                    const boxes = [...chart.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
                    boxes.forEach(([name, box], place) => {
                        if (box.left < frame.left - 1 || box.right > frame.right + 1) found.push(name + " reaches out");
                        for (const [other, next] of boxes.slice(place + 1)) {
                            const width = Math.min(box.right, next.right) - Math.max(box.left, next.left);
                            const height = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
                            if (width > 2 && height > 5) found.push(name + " and " + other);
                        }
                    });
                }
                return found.join("; ");
            })()
            """
        try Self.shown(
            HTMLFixture.rich(), DrillReportTests.crowded(), on: [.init(width: 1_280), .init(width: 360)]
        ) { browser, screen in
            let found = try browser.text(overlaps)
            #expect(found == "", "\(screen)")
        }
    }

    @Test(
        "The lanes of a drill lie under the seconds of its chart, and no word of theirs over another, however many there are"
    )
    func lanes() throws {
        let measured = """
            (() => {
                const figure = document.querySelector("#drill figure");
                const chart = figure.querySelector("svg.chart").getBoundingClientRect();
                const lanes = [...figure.querySelectorAll(".lane")];
                const found = [];
                if (lanes.length !== 16) found.push(lanes.length + " lanes");
                let bottom = chart.bottom;
                for (const lane of lanes) {
                    const [words, strip] = ["p", "svg"].map(name => lane.querySelector(name).getBoundingClientRect());
                    if (words.top < bottom - 1 || strip.top < words.bottom - 1) found.push("over another: " + lane.textContent);
                    if (Math.abs(strip.left - chart.left) > 1 || Math.abs(strip.right - chart.right) > 1) found.push("not below");
                    if (words.right > figure.getBoundingClientRect().right) found.push("out: " + lane.textContent);
                    bottom = strip.bottom;
                }
                // t₀ of the chart and of the lanes is one line.
                const marks = [...figure.querySelectorAll("path.mark")].map(mark => mark.getBoundingClientRect());
                const middles = marks.map(mark => (mark.left + mark.right) / 2);
                if (Math.max(...middles) - Math.min(...middles) > 1.5) found.push("t₀ at " + middles.join(" "));
                const bar = getComputedStyle(figure.querySelector(".lane .fault")).fill;
                if (bar === "rgb(0, 0, 0)") found.push("without its style");
                return found.join("; ");
            })()
            """
        let screens = [1_280, 360].flatMap { [Chromium.Screen(width: $0), .init(width: $0, isDark: true)] }
        try Self.shown(DrillReportTests.crowded(), on: screens) { browser, screen in
            let found = try browser.text(measured)
            #expect(found == "", "\(screen)")
            let width = try browser.number("document.documentElement.scrollWidth")
            #expect(width <= Double(screen.width), "\(screen)")
        }
    }

    @Test("Tables are sorted by a click, and a chart tells what is pointed at")
    func script() throws {
        try Self.shown(HTMLFixture.rich(), on: [.init(width: 1_280)]) { browser, _ in
            let names =
                "[...document.querySelectorAll('#steps table')[0].tBodies[0].rows].map(r => r.cells[0].textContent)"
            #expect(try browser.value(names) as? [String] == ["list-projects", "show-project", "rare"])
            // By their counts: 1000, 100, 0.
            let click = "document.querySelectorAll('#steps thead th')[2].querySelector('button').click()"
            _ = try browser.value(click)
            #expect(try browser.value(names) as? [String] == ["rare", "show-project", "list-projects"])
            #expect(try browser.text("document.querySelectorAll('#steps thead th')[2].ariaSort") == "ascending")
            _ = try browser.value(click)
            #expect(try browser.value(names) as? [String] == ["list-projects", "show-project", "rare"])
            _ = try browser.value(
                """
                document.querySelector('.readings rect').dispatchEvent(
                    new PointerEvent('pointerover', {bubbles: true}))
                """)
            #expect(try browser.text("document.querySelector('.reading').textContent").hasPrefix("0 s to 1 s: p50 "))
        }
    }

    @Test("Runs without load, without anything, with a thousand steps and with absurd numbers are shown, too")
    func odd() throws {
        try Self.shown(
            HTMLFixture.onlyVerified(), HTMLFixture.empty(), HTMLFixture.huge(), HTMLFixture.absurd(),
            on: [.init(width: 360)]
        ) { browser, _ in
            let width = try browser.number("document.documentElement.scrollWidth")
            #expect(width <= 360)
        }
    }

    @Test("It prints, and a picture of it is not of one colour")
    func prints() throws {
        try Self.shown(HTMLFixture.rich(), on: [.init(width: 1_280, isDark: true)]) { browser, _ in
            #expect(try browser.print().starts(with: Data("%PDF-".utf8)))
            let picture = try browser.picture(height: 2_000)
            #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
            // A page without anything in it compresses to a few kilobytes.
            #expect(picture.count > 50_000)
        }
    }
}

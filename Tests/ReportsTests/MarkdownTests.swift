import Baselines
import Foundation
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Markdown") struct MarkdownTests {
    @Test("the verdict stands first, then the sign-off, what did not pass, what changed and the steps")
    func contents() {
        let text = MarkdownReport.text(of: Fixtures.result(bad: 5), link: "https://ci.example/job/1")
        // 50 of 1,100 are bad: 95.454… % good; its 95 % lower bound by Clopper and Pearson is below.
        #expect(
            text.hasPrefix(
                """
                ## ❌ FAIL signoff

                1 of 2 objectives failed.  
                `http://127.0.0.1:8080?key=${env:TOKEN}` · 10 s measured · 1,100 exchanges · 110 /s · 2026-01-31T12:00:00Z

                ### Sign-off

                | verdict | section | criterion | observed |
                | --- | --- | --- | --- |
                | PASS | Performance | API response time p95 &lt; 200 ms | 1.44 ms (bound 1.46 ms) |

                ### What did not pass

                - **FAIL** `availability > 99.9%`: observed 95.455 %
                """), "\(text)")
        #expect(text.contains("\n\nAdvisory, not counted: **NO DATA** `rto < 30m`: nothing was measured, 0 samples"))
        #expect(
            text.contains("\n| `list-projects` | 1,000 | 100.0 | 0.99 | 1.44 | 1.48 | 1.49 | **50** |\n"), "\(text)")
        #expect(text.hasSuffix("\n[Full report](<https://ci.example/job/1>) · Loadgate 0.1.0\n"))
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
    }

    @Test("changed steps show what decides, and what else got worse")
    func comparison() {
        var result = Fixtures.result()
        result.comparison = Fixtures.comparison
        result.comparison?.reference = "baselines/signoff.json"
        result.comparison?.steps[Fixtures.hostile] = nil
        result.runs = [Fixtures.comparedRun]
        let text = MarkdownReport.text(of: result)
        #expect(
            text.contains(
                """
                ### REGRESSION against baselines/signoff.json

                10 runs before, 5 now

                | verdict | step | measure | before | now | change (interval) |
                | --- | --- | --- | ---: | ---: | ---: |
                | **REGRESSION** | `list-projects` | p95 | 1.5 ms | 1.875 ms | +25 % (+23 … +28) |
                | PASS | `gone` | p95 | 1.5 ms | 1.35 ms | -10 % (-12 … -7) |

                <details><summary>All that decides</summary>

                | verdict | step | measure | before | now | change (interval) |
                | --- | --- | --- | ---: | ---: | ---: |
                | **REGRESSION** | `list-projects` | p95 | 1.5 ms | 1.875 ms | +25 % (+23 … +28) |
                | REGRESSION (shown only) | `list-projects` | p99 | 1.5 ms | 2.25 ms | +50 % (+48 … +53) |
                | PASS | `gone` | p95 | 1.5 ms | 1.35 ms | -10 % (-12 … -7) |

                </details>

                ### Sign-off
                """), "\(text)")
        result.runs = nil
        // One run is placed among those of the baseline, not judged.
        #expect(MarkdownReport.text(of: result).contains("\n| REGRESSION | `list-projects` | p95 |"))
    }

    @Test("foreign texts neither break tables, nor format, nor link, nor call anybody")
    func hostile() throws {
        let text = MarkdownReport.text(of: Fixtures.rich)
        for line in text.split(separator: "\n") {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e })
            // What stands in code is text as it is; of the rest, what could do something must be escaped.
            var rest = line.replacing(#/\\\|/#, with: "")
            if rest.hasPrefix("|") {
                let columns = rest.count { $0 == "|" }
                #expect([5, 7, 9].contains(columns), "\(line)")
            }
            rest = rest.replacing(#/```[^`].*?[^`]```(?!`)/#, with: "").replacing(#/`[^`]+`/#, with: "")
            #expect(!rest.contains(#/@\w|#\d|<b>|:\/\//#), "\(rest)")
        }
        let code = MarkdownText.code("a ``b`` |", inTable: true)
        #expect(code == "```a ``b`` \\|```")
        #expect(MarkdownText.code("`x`", inTable: false) == "`` `x` ``")
        #expect(
            MarkdownText.plain("*a* [b](c) <d> @e #1 http://f")
                == "\\*a\\* \\[b\\](c) &lt;d&gt; @\u{200b}e #\u{200b}1 http:\u{200b}//f")
    }

    @Test("a report stays below the length of a comment, whatever the run was made of")
    func bounded() {
        var result = Fixtures.rich
        let finding = VerificationResult.Finding(
            check: String(repeating: "c", count: 1_000), verdict: .fail, severity: .hard,
            expected: String(repeating: "|<@", count: 5_000), observed: String(repeating: "\\", count: 5_000),
            evidence: "")
        result.verifications?[0].findings = Array(repeating: finding, count: 300)
        result.objectives = (0..<300).map { number in
            ObjectiveResult(
                objective: "p95 of \(number)", verdict: .fail, samples: 0, severity: .hard, section: "<<<<",
                criterion: String(repeating: "&", count: 1_000) + "\(number)")
        }
        let step = result.steps["list-projects"]
        for number in 0..<300 { result.steps["step \(number)"] = step }
        let text = MarkdownReport.text(of: result)
        #expect(text.count < 65_536)
        #expect(text.utf8.count < 65_536)
        #expect(text.contains("### What did not pass"))
        // 300 of objectives and one of a verification, of which 20 are shown.
        #expect(text.contains("… and 281 more criteria"))
    }
}

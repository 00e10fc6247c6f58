internal import VerificationKit

/// A `testsuite` of a JUnit report.
struct JUnitSuite {
    /// What a case came to.
    enum Outcome {
        case passed
        /// The target is to blame.
        case failed
        /// Nothing could be shown.
        case error
        /// It doesn't count.
        case skipped
    }

    /// A `testcase`.
    struct Case {
        var name: String
        /// What readers group by: dots part it.
        var group: String
        var outcome: Outcome
        /// What it came to in a few words, and at length.
        var message = ""
        var details: [String] = []
        /// The kind of failure or error.
        var kind = ""
        var seconds = 0.0
    }

    var name: String
    var seconds = 0.0
    var properties: [(name: String, value: String)] = []
    var cases: [Case]
    /// What else there is to read.
    var output: [String] = []

    func count(_ outcome: Outcome) -> Int { cases.count { $0.outcome == outcome } }

    /// The lines of the element, in the order that the schemas of JUnit's readers ask for: properties, cases, output.
    func lines(started: String) -> [String] {
        var lines = [
            "  <testsuite" + Self.attribute("name", name) + " tests=\"\(cases.count)\" failures=\"\(count(.failed))\""
                + " errors=\"\(count(.error))\" skipped=\"\(count(.skipped))\""
                + " time=\"\(Self.seconds(seconds))\"" + Self.attribute("timestamp", started) + ">"
        ]
        if !properties.isEmpty {
            lines.append("    <properties>")
            lines += properties.map {
                "      <property" + Self.attribute("name", $0.name) + Self.attribute("value", $0.value) + "/>"
            }
            lines.append("    </properties>")
        }
        lines += cases.flatMap(Self.lines)
        if !output.isEmpty {
            lines.append("    <system-out>\(XMLText.content(output.joined(separator: "\n")))</system-out>")
        }
        return lines + ["  </testsuite>"]
    }

    private static func lines(_ testcase: Case) -> [String] {
        let head =
            "    <testcase" + attribute("name", testcase.name) + attribute("classname", testcase.group)
            + " time=\"\(seconds(testcase.seconds))\""
        let details = testcase.details.filter { !$0.isEmpty }.joined(separator: "\n")
        switch testcase.outcome {
        case .passed:
            guard !details.isEmpty else { return [head + "/>"] }
            return [head + ">", "      <system-out>\(XMLText.content(details))</system-out>", "    </testcase>"]
        case .skipped:
            let told = [testcase.message, details].filter { !$0.isEmpty }.joined(separator: "\n")
            return [head + ">", "      <skipped" + attribute("message", told) + "/>", "    </testcase>"]
        case .failed, .error:
            let element = testcase.outcome == .failed ? "failure" : "error"
            return [
                head + ">",
                "      <\(element)" + attribute("message", testcase.message) + attribute("type", testcase.kind)
                    + ">\(XMLText.content(details))</\(element)>",
                "    </testcase>",
            ]
        }
    }

    static func attribute(_ name: String, _ value: String) -> String { " \(name)=\"\(XMLText.attribute(value))\"" }

    /// Seconds without grouping, which readers take for a decimal number.
    static func seconds(_ value: Double) -> String {
        // A damaged file may hold any number.
        let milliseconds = UInt64((min(max(0, value), 1e12) * 1_000).rounded())
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension JUnitSuite.Outcome {
    /// What a verdict is to JUnit: a limit that was broken is a failure; what could not be shown is an error, since nobody
    /// may take it for a pass; what doesn't count is never either.
    init(_ verdict: Verdict, counts: Bool) {
        self =
            switch verdict {
            case .pass: .passed
            case .fail: counts ? .failed : .skipped
            case .inconclusive, .noData, .invalid: counts ? .error : .skipped
            }
    }
}

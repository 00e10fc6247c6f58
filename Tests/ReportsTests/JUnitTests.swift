import Baselines
import Foundation
import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Reports

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads XML with a parser that is not ours, and holds it against the rules of the JUnit schema that Jenkins publishes
/// (jenkinsci/xunit-plugin, junit-10.xsd), as far as they concern what is written.
private final class JUnitCheck: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
        var children: [Element] = []

        func all(_ name: String) -> [Element] { children.filter { $0.name == name } }
        func number(_ attribute: String) -> Int { attributes[attribute].flatMap { Int($0) } ?? -1 }
    }

    private var open: [Element] = []
    private(set) var root: Element?
    private(set) var faults: [String] = []

    private static let attributes: [String: (required: Set<String>, allowed: Set<String>)] = [
        "testsuites": ([], ["name", "time", "tests", "failures", "disabled", "errors"]),
        "testsuite": (
            ["name", "tests"],
            ["name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id"]
        ),
        "properties": ([], []), "property": (["name", "value"], ["name", "value"]),
        "testcase": (["name", "classname"], ["name", "assertions", "time", "classname", "status"]),
        "failure": ([], ["type", "message"]), "error": ([], ["type", "message"]), "skipped": ([], ["message"]),
        "system-out": ([], []),
    ]
    /// What may stand in what, in this order.
    private static let children: [String: [String]] = [
        "testsuites": ["testsuite"], "testsuite": ["properties", "testcase", "system-out"],
        "properties": ["property"], "testcase": ["skipped", "error", "failure", "system-out"],
    ]

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() { faults.append("not well-formed: \(String(describing: parser.parserError))") }
        if let root { check(root) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) { open.append(Element(name: name, attributes: attributes)) }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open[open.count - 1].text += text }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let done = open.removeLast()
        if open.isEmpty { root = done } else { open[open.count - 1].children.append(done) }
    }

    private func check(_ element: Element) {
        guard let rule = Self.attributes[element.name] else {
            faults.append("unknown element \(element.name)")
            return
        }
        let names = Set(element.attributes.keys)
        if !rule.required.isSubset(of: names) { faults.append("\(element.name) lacks \(rule.required)") }
        if !names.isSubset(of: rule.allowed) { faults.append("\(element.name) has \(names.subtracting(rule.allowed))") }
        let order = Self.children[element.name] ?? []
        let places = element.children.map { order.firstIndex(of: $0.name) ?? -1 }
        if places.contains(-1) || places != places.sorted() { faults.append("children of \(element.name): \(places)") }
        if let time = element.attributes["time"], time.wholeMatch(of: #/\d+(\.\d+)?/#) == nil {
            faults.append("time \(time)")
        }
        if let stamp = element.attributes["timestamp"], stamp.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/#) == nil
        {
            faults.append("timestamp \(stamp)")
        }
        if element.name == "testsuite" {
            let cases = element.all("testcase")
            for (attribute, child) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
            where element.number(attribute) != cases.count(where: { !$0.all(child).isEmpty }) {
                faults.append("\(attribute) of \(element.attributes["name"] ?? "")")
            }
            if element.number("tests") != cases.count { faults.append("tests") }
        }
        element.children.forEach(check)
    }
}

@Suite("JUnit") struct JUnitTests {
    private func cases(_ result: RunResult) throws -> [String: JUnitCheck.Element] {
        let check = JUnitCheck(JUnitReport.text(of: result))
        #expect(check.faults == [])
        let root = try #require(check.root)
        let suites = root.all("testsuite")
        for attribute in ["tests", "failures", "errors"] {
            #expect(root.number(attribute) == suites.reduce(0) { $0 + $1.number(attribute) })
        }
        let all = suites.flatMap { $0.all("testcase") }
        return Dictionary(all.map { ($0.attributes["name"] ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("what is broken is a failure, what can't be shown an error, what doesn't count never either")
    func outcomes() throws {
        let cases = try cases(Fixtures.rich)
        func child(_ name: String) -> String? { cases[name]?.children.first?.name }
        #expect(child("p95 response_time of list-projects < 200ms") == "system-out")
        #expect(child("rto < 30m") == "skipped")
        #expect(child("limit") == "failure")
        #expect(child("window") == "error")
        #expect(cases["races"]?.children.isEmpty == true)
        #expect(child("headers") == "skipped")
        // A failed check of an advisory verification.
        #expect(child("origin") == "skipped")
        // One run beside a baseline is placed, not judged.
        #expect(child("list-projects: p95") == "skipped")
        #expect(child("list-projects: p99") == "skipped")
        #expect(cases["gone: p95"]?.children.first?.name == "system-out")
        #expect(cases["limit"]?.attributes["classname"]?.split(separator: ".").count == 2)
        let failure = try #require(cases["limit"]?.all("failure").first)
        #expect(failure.attributes["type"] == "fail")
        #expect(failure.text.contains("expected: 100 ]]> |\u{301} `\u{301} \"\u{301} <b>&amp; \"q\""))
        // What XML can't hold is replaced, all else comes through.
        #expect(failure.text.contains("@all \u{fffd}\u{fffd}\u{fffd}\u{fffd}[31m\u{7f}\u{fffd}\u{202e}\r\n\t~h~"))
        let name = try #require(cases.keys.first { $0.hasPrefix("availability") })
        #expect(name.contains("\u{202e}\r\n\t~h~ \\ é 漢 😀 -->"))
    }

    @Test("a gate's regression is a failure, one run's place among those of a baseline none")
    func comparison() throws {
        var gate = Fixtures.rich
        gate.runs = [Fixtures.comparedRun]
        #expect(try cases(gate)["list-projects: p95"]?.children.first?.name == "failure")
        #expect(try cases(gate)["list-projects: p99"]?.children.first?.name == "skipped")
        gate.comparison?.reason = "another machine"
        #expect(try cases(gate)["runs are comparable"]?.children.first?.name == "error")
        gate.runs = nil
        #expect(try cases(gate)["runs are comparable"]?.children.first?.name == "skipped")
    }

    @Test("a run without any objective, whose verdict no case shows, has a case for it")
    func verdict() throws {
        let empty = Fixtures.result { scenario, measurement in
            scenario.objectives = []
            measurement = RunMeasurement(steps: 3, flows: 2, reactors: 1)
        }
        #expect(empty.verdict == .noData)
        #expect(try cases(empty)["the verdict is pass"]?.children.first?.name == "error")
        let passing = Fixtures.result { scenario, _ in scenario.objectives = [] }
        #expect(passing.verdict == .pass)
        let all = try cases(passing)
        #expect(Set(all.keys) == ["the run came to its end", "the generator kept up"])
        #expect(all.values.allSatisfy { $0.children.isEmpty })
    }

    @Test("a run that was cut short, and a generator that could not keep up, are errors")
    func partial() throws {
        let result = Fixtures.result { _, measurement in
            measurement.ending = .aborted(objective: "errors < 1%")
            measurement.total.dropped = 100
        }
        let cases = try cases(result)
        let ended = try #require(cases["the run came to its end"]?.all("error").first)
        #expect(ended.attributes["message"] == "a broken objective ended it early: errors < 1%")
        let audit = try #require(cases["the generator kept up"]?.all("error").first)
        #expect(audit.attributes["type"] == "invalid")
        #expect(audit.attributes["message"]?.contains("100 arrivals were dropped") == true)
    }
}

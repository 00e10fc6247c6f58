import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Answer memory")
struct AnswerMemoryTests {
    @Test("The first answer is what later ones are held against")
    func findings() {
        let memory = AnswerMemory()
        #expect(memory.compare(request: 1, answer: 10) { "ten" } == .first)
        #expect(memory.compare(request: 1, answer: 10) { "" } == .same)
        #expect(memory.compare(request: 1, answer: 11) { "eleven" } == .differs(before: "ten"))
        #expect(memory.compare(request: 1, answer: 10) { "" } == .same)
        #expect(memory.compare(request: 2, answer: 11) { "eleven" } == .first)
    }

    @Test("A full memory takes no new requests, and still compares those it has")
    func bounded() {
        let memory = AnswerMemory(bound: 160)
        for request in 0..<160 { #expect(memory.compare(request: UInt64(request), answer: 0) { "" } == .first) }
        for request in 160..<320 {
            #expect(memory.compare(request: UInt64(request), answer: 0) { "" } == .notCompared)
        }
        #expect(memory.compare(request: 7, answer: 1) { "" } == .differs(before: ""))
    }

    private func values(_ body: String, paths: [String]) -> (digest: UInt64, shown: String) {
        Array(body.utf8).withUnsafeBufferPointer {
            let values = AnswerValues(calculation(paths), body: $0)
            return (values.digest, values.shown(Secrets()))
        }
    }

    private func calculation(_ paths: [String]) -> Calculation {
        Calculation(
            answers: paths.map { .init(path: JSONPath(elements: [.name($0)], source: "$.\($0)"), expected: Text("")) })
    }

    @Test("Values are the same where the JSON text at the paths is, and nowhere else")
    func digests() {
        let paths = ["a", "b"]
        let first = values(#"{"a": 1, "b": "2", "c": 3}"#, paths: paths)
        #expect(values(#"{"c": 4, "b":"2","a":1}"#, paths: paths).digest == first.digest)
        for other in [
            #"{"a": 1.0, "b": "2"}"#, #"{"a": 12, "b": ""}"#, #"{"a": 1, "b": 2}"#, #"{"a": 1}"#, #"{"b": "2"}"#, "{}",
            "", #"{"a": "1", "b": "2"}"#,
        ] { #expect(values(other, paths: paths).digest != first.digest, "\(other)") }
        // Without paths the whole body counts.
        #expect(values("x", paths: []).digest != values("x ", paths: []).digest)
    }

    @Test("The difference is told by its path")
    func differences() {
        func difference(_ before: String, _ now: String, _ paths: [String]) -> AnswerJudge.Difference {
            let former = values(before, paths: paths).shown
            return Array(now.utf8).withUnsafeBufferPointer {
                AnswerValues(calculation(paths), body: $0).difference(from: former, Secrets())
            }
        }
        #expect(
            difference(#"{"a": 1, "b": 10.0}"#, #"{"a": 1, "b": 10.1}"#, ["a", "b"])
                == .init(kind: .notDeterministic, path: "$.b", expected: "10.0", observed: "10.1"))
        #expect(
            difference(#"{"a": 1}"#, "{}", ["a"])
                == .init(kind: .notDeterministic, path: "$.a", expected: "1", observed: nil))
        #expect(
            difference("{}", #"{"a": 1}"#, ["a"])
                == .init(kind: .notDeterministic, path: "$.a", expected: nil, observed: "1"))
        #expect(difference("x", "y", []) == .init(kind: .notDeterministic))
        // Alike as far as they are shown.
        let long = String(repeating: "9", count: 60)
        #expect(
            difference("{\"a\": \(long)1}", "{\"a\": \(long)2}", ["a"])
                == .init(kind: .notDeterministic, path: "$.a", expected: nil, observed: nil))
    }
}

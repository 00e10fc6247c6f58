import Scenarios
import Testing

@testable import Objectives

@Suite struct StepSelectionTests {
    /// The steps are 0 `list`, 1 `show` of flow `browse`; 2 `estimate`, 3 `send` of flow `estimate`.
    private func steps(_ selector: Objective.Selector?) -> [Int] {
        StepSelection(selector, in: Fixtures.scenario).steps
    }

    @Test("without a selector every step is meant")
    func all() { #expect(steps(nil) == [0, 1, 2, 3]) }

    @Test("a flow means all its steps, a step itself")
    func names() {
        #expect(steps(.name("browse")) == [0, 1])
        #expect(steps(.name("show")) == [1])
        #expect(steps(.name("send")) == [3])
    }

    @Test("a name that a flow and a step share means the flow")
    func shared() { #expect(steps(.name("estimate")) == [2, 3]) }

    @Test("a tag means every step that has it, and a step's own tags win over its flow's")
    func tags() {
        #expect(steps(.tag(name: "kind", value: "read")) == [0, 2])
        // `list` overrides the flow's `kind`.
        #expect(steps(.tag(name: "kind", value: "page")) == [1])
        #expect(steps(.tag(name: "team", value: "web")) == [0, 1])
    }

    @Test("an unknown name or tag means nothing")
    func unknown() {
        #expect(steps(.name("nothing")) == [])
        #expect(steps(.tag(name: "kind", value: "other")) == [])
    }

    @Test("parts of a step are chosen by their own name alone")
    func parts() {
        var part = Step(name: "ack", url: Text("/"), tags: ["kind": "live"])
        part.isPart = true
        let whole = Step(name: "subscribe", url: Text("/"), tags: ["kind": "live"])
        let scenario = Scenario(
            name: "parts", target: Text("http://127.0.0.1:1"),
            flows: [Flow(name: "talk", actions: [.request(whole), .request(part)])], load: [])
        func steps(_ selector: Objective.Selector?) -> [Int] { StepSelection(selector, in: scenario).steps }
        #expect(steps(nil) == [0])
        #expect(steps(.name("talk")) == [0])
        #expect(steps(.tag(name: "kind", value: "live")) == [0])
        #expect(steps(.name("subscribe")) == [0])
        #expect(steps(.name("ack")) == [1])
    }
}

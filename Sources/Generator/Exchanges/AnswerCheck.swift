public import Measures
public import Scenarios

/// Tells of observed answers whether a check holds, and which numbers stand in their JSON: by the same rules as of a step's.
///
/// Its check has no variables: what an iteration knows is not known here.
public final class AnswerCheck {
    private let judge: AnswerJudge

    /// Makes the check of answers.
    public init(_ check: Check) {
        let step = Step(name: "", url: Text(""), expect: [100...599], checks: [check])
        judge = AnswerJudge(step, names: VariableNames(Scenario(name: "", target: Text(""), flows: [], load: [])))
    }

    deinit { judge.release() }

    /// Whether the check holds of the answer; nil where that can't be told: none came, or of a body that the check looks at
    /// only the beginning was kept.
    public func holds(_ exchange: ObservedExchange) -> Bool? {
        guard exchange.outcome == .ok, !judge.looksAtBody || exchange.bodyLength <= exchange.body.count else {
            return nil
        }
        // Fields were split by the parser that accepted them, so none holds a line's end.
        let lines = exchange.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let head = Array("HTTP/1.1 \(exchange.status)\r\n\(lines)\r\n".utf8)
        return head.withUnsafeBufferPointer { head in
            exchange.body.withUnsafeBufferPointer { body in
                let answer = AnswerJudge.Answer(
                    status: exchange.status, head: head, body: body, bodySize: exchange.bodyLength)
                return judge.judge(
                    answer, captures: nil, isTold: false, secrets: { Secrets() }, render: { _ in nil }
                ).outcome == .ok
            }
        }
    }

    /// The whole number at a path of the answer's JSON, written as a number or as a text; nil where there is none.
    public static func number(at path: JSONPath, in exchange: ObservedExchange) -> Int? {
        exchange.body.withUnsafeBufferPointer { body in
            guard let slice = try? JSONScanner.find(path, in: body) else { return nil }
            return Int(JSONScanner.text(of: slice) ?? String(decoding: slice.bytes, as: UTF8.self))
        }
    }
}

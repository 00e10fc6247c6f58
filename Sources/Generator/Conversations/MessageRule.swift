import Measures
import Scenarios

/// What a message is known by, compiled for the engine. Whoever makes one must `release` it.
struct MessageRule {
    /// The kind that it must have; nil: either.
    private let kind: WebSocketMessageKind?
    /// Holds the checks; nil: there is none.
    private let judge: AnswerJudge?

    init(_ condition: MessageCondition, names: VariableNames) {
        kind =
            switch condition.kind {
            case .text: .text
            case .binary: .binary
            case nil: nil
            }
        judge = condition.checks.isEmpty ? nil : AnswerJudge(ofMessage: condition.checks, names: names)
    }

    /// Whether a message is one of those. `render` fills in texts with places.
    func holds(
        of message: UnsafeBufferPointer<UInt8>, _ kind: WebSocketMessageKind, render: (TextTemplate) -> String?
    ) -> Bool {
        guard self.kind == nil || self.kind == kind else { return false }
        guard let judge else { return true }
        return judge.judge(
            AnswerJudge.Answer(message: message), captures: nil, isTold: false, secrets: { Secrets() }, render: render
        ).outcome == .ok
    }

    func release() { judge?.release() }
}

extension AnswerJudge {
    /// A judge of messages on a WebSocket.
    init(ofMessage checks: [Check], captures: [Capture] = [], names: VariableNames) {
        self.init(
            Step(name: "", url: Text(""), expect: [101...101], checks: checks, captures: captures, timeout: .zero),
            names: names)
    }
}

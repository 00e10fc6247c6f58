import Measures
import Scenarios

/// A condition of a step or block, its texts compiled.
struct CompiledCondition {
    private enum Predicate {
        case exists
        case text(isEqual: Bool, TextTemplate)
        case number(Check.Comparison, DecimalNumber)
    }

    /// What is looked at.
    let subject: TextTemplate
    private let predicate: Predicate
    private let isNegated: Bool

    init(_ condition: Condition, names: VariableNames) {
        subject = TextTemplate(condition.subject, names: names)
        predicate =
            switch condition.predicate {
            case .exists: .exists
            case .text(let comparison, let text):
                .text(isEqual: comparison == .equal, TextTemplate(text, names: names))
            case .number(let comparison, let number): .number(comparison, number)
            }
        isNegated = condition.isNegated
    }

    /// Whether it holds. `subject` and `value` are memory to render in.
    func holds(
        _ context: UserContext, tables: RowTables, random: inout SeededRandom, subject rendered: inout ByteStore,
        value: inout ByteStore
    ) -> Bool {
        rendered.removeAll()
        let hasSubject = subject.render(context, tables: tables, random: &random, to: &rendered)
        let holds: Bool
        switch predicate {
        case .exists: holds = hasSubject && rendered.count > 0
        case .text(let isEqual, let text):
            value.removeAll()
            // What has no value equals nothing, not even what has none either.
            let isSame =
                hasSubject && text.render(context, tables: tables, random: &random, to: &value)
                && rendered.bytes.elementsEqual(value.bytes)
            holds = isSame == isEqual
        case .number(let comparison, let number):
            // What is no number equals none, and compares with none.
            if hasSubject, let observed = DecimalNumber(String(decoding: rendered.bytes, as: UTF8.self)) {
                holds = comparison.holds(observed, number)
            } else {
                holds = comparison == .notEqual
            }
        }
        return holds != isNegated
    }

    func release() {
        subject.release()
        if case .text(_, let text) = predicate { text.release() }
    }
}

extension KeyForm where Value == Condition {
    /// What must hold for a step to be done, or must not.
    static func condition(isNegated: Bool) -> KeyForm {
        KeyForm(.text) { reading, node, context in
            guard let text = reading.grammar(node, "a condition such as ${role} == admin") else { return nil }
            var parser = ConditionParser(text, isNegated: isNegated) { value, offset in
                reading.template(value, context.scope, at: node, offset: offset)
            }
            do throws(GrammarError) {
                return try parser.parse()
            } catch {
                reading.report(node, error)
                return nil
            }
        }
    }
}

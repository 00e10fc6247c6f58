extension Reading {
    /// What must hold for a step to be done.
    func conditions(_ fields: Fields, _ scope: Scope) -> [Condition] {
        ["when", "unless"].compactMap { key in
            guard let node = fields[key], let text = grammar(node, "a condition such as ${role} == admin") else {
                return nil
            }
            var parser = ConditionParser(text, isNegated: key == "unless") { value, offset in
                self.template(value, scope, at: node, offset: offset)
            }
            do throws(GrammarError) {
                return try parser.parse()
            } catch {
                report(node, error)
                return nil
            }
        }
    }
}

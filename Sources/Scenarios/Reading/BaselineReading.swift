extension Reading {
    /// The comparison with earlier runs. Whether the file is there is not looked at: a first run has none.
    func baseline(_ node: SourceNode?) -> BaselineRule? {
        guard let node, let fields = fields(node, .baseline) else { return nil }
        let file = fields["file"].flatMap { constant($0, "a path") }
        let tolerance = value(fields["tolerance"], "expected a ratio such as 5%", Quantity.ratio)
        let floor = duration(fields["floor"], allowsZero: true)
        let expected = "expected a chance above 0% and up to 20%, such as 5%"
        let alpha = value(fields["alpha"], expected) { text throws(GrammarError) in
            let alpha = try Quantity.ratio(text)
            guard alpha > 0, alpha <= BaselineRule.maximumAlpha else {
                throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
            }
            return alpha
        }
        let range = BaselineRule.runRange
        let runs = integer(fields["runs"], minimum: range.lowerBound, maximum: range.upperBound)
        let section = name(fields["section"])
        let criterion = name(fields["criterion"])
        guard let file, let path = file.constant else { return nil }
        var rule = BaselineRule(
            path: SourceFile.path(path, in: folder), shown: SourceFile.shown(file.shown, in: folder))
        rule.tolerance = tolerance
        rule.floor = floor
        rule.alpha = alpha
        if let runs { rule.runs = runs }
        rule.section = section
        rule.criterion = criterion
        return rule
    }
}

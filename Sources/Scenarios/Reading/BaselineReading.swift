extension Reading {
    /// The comparison with earlier runs. Whether the file is there is not looked at: a first run has none.
    func baseline(_ keys: KeyValues<BaselineKeys>?) -> BaselineRule? {
        guard let keys, let file = keys.file, let path = file.constant else { return nil }
        var rule = BaselineRule(
            path: SourceFile.path(path, in: folder), shown: SourceFile.shown(file.shown, in: folder))
        rule.tolerance = keys.tolerance
        rule.floor = keys.floor
        rule.alpha = keys.alpha
        rule.runs = keys.runs ?? rule.runs
        rule.section = keys.section
        rule.criterion = keys.criterion
        return rule
    }
}

extension KeyForm where Value == Double {
    /// The chance of a false alarm.
    static var chance: KeyForm {
        let pattern =
            "(?=.*[1-9])(0*(20(\\.0+)?|1?[0-9](\\.[0-9]+)?)%|0+\\.(20*|[01][0-9]*))"
        let expected = "expected a chance above 0% and up to 20%, such as 5%"
        return .parsed(expected, .number(.leastNonzeroMagnitude...BaselineRule.maximumAlpha, pattern)) {
            text throws(GrammarError) in
            let alpha = try Quantity.ratio(text)
            guard alpha > 0, alpha <= BaselineRule.maximumAlpha else {
                throw GrammarError(message: "\(expected), found \(quoted(text))")
            }
            return alpha
        }
    }
}

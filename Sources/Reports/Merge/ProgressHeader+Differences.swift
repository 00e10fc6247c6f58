extension ProgressHeader {
    /// In what it is not of the same run as another log, which is of a segment too; empty: in nothing.
    func differences(from first: ProgressHeader) -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ a: String, _ b: String) {
            if a != b { differences.append("\(what) \(b) instead of \(a)") }
        }
        compare("its scenario is", first.name, name)
        compare("its target is", first.target, target)
        compare("it was made by Loadgate", first.loadgate, loadgate)
        let (count, own) = (first.worker?.count ?? 1, worker?.count ?? 1)
        if count != own { differences.append("the load was dealt to \(own) instead of \(count) segments") }
        if differences.isEmpty {
            if first.scenario.sha256 != scenario.sha256 {
                differences.append("its scenario file has other content")
            } else if first.steps != steps || first.flows != flows || first.flowNames != flowNames
                || first.loads != loads
                || first.groups != groups || first.plan != plan
            {
                differences.append("its steps, load or objectives differ (was --set or --for other?)")
            }
        }
        return differences
    }
}

package import Baselines
package import Scenarios

extension ComparisonSettings {
    /// The settings of a scenario; the language's defaults where it says nothing.
    package init(_ rule: BaselineRule?) {
        self.init()
        if let alpha = rule?.alpha { self.alpha = alpha }
        if let tolerance = rule?.tolerance { self.tolerance = tolerance }
        if let floor = rule?.floor {
            let (seconds, attoseconds) = floor.components
            self.floor = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        }
    }
}

/// The area that a chart is drawn in, in the units of its view box, and how coordinates are written.
struct ChartFrame {
    /// The whole drawing.
    var width = 540.0
    var height = 250.0
    /// What axes and their labels take.
    var left = 62.0
    var right = 14.0
    var top = 28.0
    var bottom = 44.0

    var innerWidth: Double { width - left - right }
    var innerHeight: Double { height - top - bottom }

    /// Where a value lies, from the left.
    func x(_ value: Double, _ axis: Axis) -> Double { left + axis.scale.position(value) * innerWidth }
    /// Where a value lies, from the top.
    func y(_ value: Double, _ axis: Axis) -> Double { top + (1 - axis.scale.position(value)) * innerHeight }

    /// A coordinate, to a tenth of a unit.
    static func number(_ value: Double) -> String {
        let tenths = Int((min(1e6, max(-1e6, value.isNaN ? 0 : value)) * 10).rounded())
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }

    /// A drawing for people who see it; `label` is for those who don't.
    func drawing(_ page: inout HTMLWriter, label: String, _ content: (inout HTMLWriter) -> Void) {
        page.element(
            "svg",
            [
                "viewBox": "0 0 \(Self.number(width)) \(Self.number(height))", "role": "img", "aria-label": label,
                "class": "chart",
            ], content)
    }

    /// Grid, ticks and titles of both axes.
    func axes(_ page: inout HTMLWriter, x: Axis, y: Axis) {
        var grid = ""
        for tick in y.ticks {
            grid += "M\(Self.number(left)) \(Self.number(self.y(tick.value, y)))h\(Self.number(innerWidth))"
        }
        if !grid.isEmpty { page.shape("path", ["class": "grid", "d": grid]) }
        let base = Self.number(height - bottom)
        page.shape("path", ["class": "axis", "d": "M\(Self.number(left)) \(base)h\(Self.number(innerWidth))"])
        for tick in y.ticks {
            label(&page, tick.label, x: left - 7, y: self.y(tick.value, y) + 4, anchor: "end")
        }
        for (index, tick) in x.ticks.enumerated() {
            let at = self.x(tick.value, x)
            page.shape("path", ["class": "axis", "d": "M\(Self.number(at)) \(base)v4"])
            // A label at the right edge would be cut.
            let isLast = index == x.ticks.count - 1 && at > width - right - 20
            label(
                &page, tick.label, x: isLast ? width - right : at, y: height - bottom + 18,
                anchor: isLast ? "end" : "middle")
        }
        label(&page, y.title, x: 4, y: 15, anchor: "start", class: "title")
        label(&page, x.title, x: width - right, y: height - 6, anchor: "end", class: "title")
    }

    /// A text in the drawing.
    func label(
        _ page: inout HTMLWriter, _ text: String, x: Double, y: Double, anchor: String, class name: String? = nil
    ) {
        page.element(
            "text", ["x": Self.number(x), "y": Self.number(y), "text-anchor": anchor, "class": name], text: text)
    }
}

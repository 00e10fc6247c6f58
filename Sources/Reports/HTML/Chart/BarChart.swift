/// Shares of a whole, a bar each.
struct BarChart {
    /// A bar.
    struct Bar {
        var label: String
        /// The count in words.
        var text: String
        /// Its share of the whole, 0...1.
        var share: Double
        var ink: ChartInk
    }

    var bars: [Bar]

    private static let rowHeight = 38.0

    /// The drawing.
    func write(to page: inout HTMLWriter, label: String) {
        var frame = ChartFrame()
        (frame.left, frame.top, frame.bottom) = (14, 4, 4)
        frame.height = frame.top + Double(bars.count) * Self.rowHeight + frame.bottom
        frame.drawing(&page, label: label) { page in
            for (index, bar) in bars.enumerated() {
                let top = frame.top + Double(index) * Self.rowHeight
                frame.label(&page, bar.label, x: frame.left, y: top + 15, anchor: "start", class: "row-label")
                frame.label(&page, bar.text, x: frame.width - frame.right, y: top + 15, anchor: "end")
                let y = ChartFrame.number(top + 21)
                let whole = ChartFrame.number(frame.innerWidth)
                page.shape(
                    "path", ["class": "rail", "d": "M\(ChartFrame.number(frame.left)) \(y)h\(whole)v10h-\(whole)z"])
                // The least share can still be seen.
                let width = ChartFrame.number(bar.share > 0 ? max(2, Decimals.share(bar.share) * frame.innerWidth) : 0)
                page.shape(
                    "path",
                    ["class": "bar \(bar.ink)", "d": "M\(ChartFrame.number(frame.left)) \(y)h\(width)v10h-\(width)z"])
            }
        }
    }
}

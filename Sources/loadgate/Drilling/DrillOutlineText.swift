import Drills
import Scenarios
import VerificationKit

/// What a drill will break, as it is shown before.
struct DrillOutlineText {
    private let outline: [PlannedFault]

    init(_ outline: [PlannedFault]) { self.outline = outline }

    /// A line for each fault's time and words, and below it what it touches and what undoes it.
    var text: String {
        var lines = ["This drill breaks:"]
        for fault in outline {
            lines.append("  \(time(fault.event.at))  \(fault.event.source)")
            if !fault.touches.isEmpty { lines.append("          touches: \(fault.touches)") }
            if !fault.undo.isEmpty { lines.append("          undone by: \(fault.undo)") }
            if let obstacle = fault.obstacle { lines.append("          NOT POSSIBLE: \(obstacle)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func time(_ at: Duration) -> String {
        let text = Figure.short(at / .seconds(1), decimals: 1) + " s"
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }
}
